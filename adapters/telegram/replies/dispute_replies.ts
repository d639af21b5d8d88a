/** Questions about payments: as the player picks one, as admins read it, and the list of open ones. */
import type { Language } from "../../../machines/domain/events.ts";
import type { DisputeDetails } from "../player_reads.ts";
import { readableMoney, readableTime } from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { cutText } from "../safe_text.ts";
import { appealButton, reasonWords } from "../suspicion_notices.ts";
import { html, plain } from "../texts.ts";
import { contactOf } from "./contact.ts";
import { paymentStatusWords } from "./payment_words.ts";
import type { ReplyContext } from "./reply_context.ts";

/** Charges that are offered to ask about. */
const MAX_CHARGES = 8;
const PAGE = 5;

/** Which payment is it about? With the charge ids, one button each. */
export async function paysupportReply(context: ReplyContext): Promise<Reply> {
  const { language, queries, playerId, nowMs } = context;
  const [charges, bars] = await Promise.all([
    queries.charges(playerId, MAX_CHARGES),
    queries.bars(playerId, nowMs),
  ]);
  const lines = charges.map((charge, index) =>
    html(language, "support-charge", {
      index: String(index + 1),
      time: readableTime(language, charge.atMs),
      amount: readableMoney(charge.amount),
      status: paymentStatusWords(language, charge.status),
      charge: charge.chargeId,
    })
  );
  const list = lines.length === 0 ? html(language, "support-no-charges") : lines.join("\n");
  const buttons = charges.map(({ paymentId, amount, atMs }, index): ReplyButton[] => [{
    label: `${index + 1}. ${readableMoney(amount)} · ${readableTime(language, atMs)}`,
    button: { verb: "u", player: { page: "support", paymentId } },
  }]);
  buttons.push([{
    label: plain(language, "button-support-other"),
    button: { verb: "u", player: { page: "support", paymentId: null } },
  }]);
  const excluded = bars.map(({ signal, untilMs }) =>
    html(language, "support-barred", {
      reason: reasonWords(language, signal),
      time: readableTime(language, untilMs),
    })
  );
  for (const { suspicionId } of bars) buttons.push([appealButton(language, suspicionId)]);
  return {
    html: [html(language, "support-choose", { contact: contactOf(context) }), list, ...excluded]
      .join("\n\n"),
    buttons,
  };
}

/** One question for an admin, with the way to answer it. */
export function disputeReply(language: Language, dispute: DisputeDetails): Reply {
  const { disputeId, playerId, check } = dispute;
  const checkButtons: ReplyButton[][] = check === undefined ? [] : [[{
    label: plain(language, "button-dispute-check"),
    button: { verb: "p", panel: { page: "check", suspicionId: check.suspicionId } },
  }]];
  return {
    html: disputeText(language, dispute),
    buttons: [[
      {
        label: plain(language, "button-answer"),
        button: { verb: "u", player: { page: "answer", disputeId } },
      },
      {
        label: plain(language, "button-player-log"),
        button: { verb: "u", player: { page: "log", playerId, before: "zzzzzzzzzzzz" } },
      },
    ], ...checkButtons],
  };
}

/** Open questions, the oldest first. */
export async function adminDisputesReply(context: ReplyContext, after?: string): Promise<Reply> {
  const { language, queries } = context;
  const page = await queries.openDisputes({
    limit: PAGE,
    ...(after === undefined ? {} : { after }),
  });
  if (page.disputes.length === 0) return { html: html(language, "disputes-none") };
  const buttons: ReplyButton[][] = page.disputes.map(({ disputeId, name, playerId }, index) => [{
    label: plain(language, "button-answer-one", {
      index: String(index + 1),
      name: name === "" ? playerId : name,
    }),
    button: { verb: "u", player: { page: "answer", disputeId } },
  }]);
  if (page.next !== undefined) {
    buttons.push([{
      label: plain(language, "button-next-page"),
      button: { verb: "u", player: { page: "disputes", after: page.next } },
    }]);
  }
  const texts = page.disputes.map((dispute, index) =>
    `<b>${index + 1}.</b> ${disputeText(language, dispute, 500)}`
  );
  return { html: `${html(language, "disputes-title")}\n\n${texts.join("\n\n")}`, buttons };
}

function disputeText(language: Language, dispute: DisputeDetails, maxWords = 1_000): string {
  const { payment, check } = dispute;
  const lines = [
    html(language, "dispute-title", {
      name: dispute.name,
      player: dispute.playerId,
      time: readableTime(language, dispute.atMs),
    }),
    check !== undefined
      ? html(language, "dispute-check", {
        signal: reasonWords(language, check.signal),
        status: plain(language, `check-status-${check.status}`),
      })
      : payment === undefined
      ? html(language, "dispute-no-payment")
      : html(language, "dispute-payment", {
        raffle: payment.raffleId,
        payment: payment.paymentId,
        amount: payment.amount === undefined ? "–" : readableMoney(payment.amount),
        status: paymentStatusWords(language, payment.status),
        charge: payment.chargeId ?? "–",
      }),
    html(language, "dispute-words", { words: cutText(dispute.words, maxWords) }),
  ];
  return lines.join("\n");
}

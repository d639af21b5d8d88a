/** From the supervisor's answer to the words for the one who asked; the compiler holds that all are. */
import type { Answer } from "../../supervisor/incoming.ts";
import type { Outcome } from "../../supervisor/supervisor.ts";
import type { Reply } from "../reply.ts";
import { html, plain } from "../texts.ts";
import {
  adminBadFormReply,
  adminCreatedReply,
  adminDoneReply,
  adminListReply,
} from "./admin_replies.ts";
import { renderPanelAnswer } from "./panel/render_panel.ts";
import { adminNotAllowedReply } from "./panel/role_words.ts";
import { claimedReply } from "./claim_replies.ts";
import { topUpReply, topUpWhichReply } from "../bank_notices.ts";
import { broadcastsReply } from "./broadcast_replies.ts";
import { renderCashOut } from "./cash_out_replies.ts";
import { raffleReply } from "./raffle_card.ts";
import { giveUpReply } from "./give_up_reply.ts";
import { adminDisputesReply, paysupportReply } from "./dispute_replies.ts";
import { playerLogReply } from "./player_log_reply.ts";
import {
  balanceReply,
  deleteMeReply,
  languageReply,
  myRafflesReply,
  pageReply,
  pauseAskedReply,
} from "./player_replies.ts";
import {
  entryRefusedReply,
  joinReply,
  openRafflesReply,
  proofReply,
  ticketProofReply,
  unknownRaffle,
} from "./raffle_replies.ts";
import { statisticsReply } from "./statistics_reply.ts";
import { refundsReply, retriedReply } from "./refund_replies.ts";
import type { ReplyContext } from "./reply_context.ts";
import { renderWithdrawal } from "./withdrawal_replies.ts";
import {
  acknowledgedReply,
  findingsReply,
  ownerMoveReply,
  reconcileReply,
  reserveReply,
  treasuryHintReply,
} from "./treasury_replies.ts";

/** What is shown: a message in the chat, a line over the button that was pressed, or neither. */
export interface Rendered {
  reply?: Reply;
  toast?: string;
  /** The reply takes the place of the message whose button was pressed. */
  isEdit?: boolean;
}

/**
 * Renders an outcome.
 * @throws {Error} When a query fails.
 */
export async function renderAnswer(outcome: Outcome, context: ReplyContext): Promise<Rendered> {
  const { language } = context;
  // A pre-checkout is answered by the bot itself, see `answer_outcome.ts`.
  if (outcome.isUnroutable) {
    return outcome.answer.kind === "none" ? {} : { reply: { html: html(language, "failed") } };
  }
  const { answer } = outcome;
  switch (answer.kind) {
    case "none":
    case "preCheckout":
      return {};
    case "menu":
      return { reply: pageReply(context, "notice-welcome") };
    case "statistics":
      return { reply: await statisticsReply(context) };
    case "help":
    case "rules":
    case "terms":
    case "privacy":
      return { reply: pageReply(context, answer.kind) };
    case "openRaffles":
      return { reply: await openRafflesReply(context, answer.currency) };
    case "joinRaffle":
      return { reply: await joinReply(context, answer.raffleId) };
    case "entryAsked":
      return renderEntryAsked(answer, outcome, context);
    case "raffle":
      return {
        reply: await raffleReply(context, answer.raffleId),
        ...(answer.isAgain === true ? { isEdit: true } : {}),
      };
    case "whichRaffle":
      return { reply: unknownRaffle(context, answer.given) };
    case "proof":
      return { reply: await proofReply(context, answer.raffleId) };
    case "ticketProof":
      return { reply: await ticketProofReply(context, answer.raffleId) };
    case "prizeClaimed":
      return claimedReply(context, { ...answer, sent: outcome.sends.at(-1) });
    case "myRaffles":
      return edited(answer.after, await myRafflesReply(context, answer.after));
    case "balance":
      return edited(answer.after, await balanceReply(context, answer.after));
    case "topUp":
      return { reply: topUpReply(language, context.rubles?.topUp) };
    case "topUpWhich":
      return { reply: topUpWhichReply(language, { ...answer, bounds: context.rubles?.topUp }) };
    case "noReceipts":
      return { reply: { html: html(language, "email-none"), menu: language } };
    case "noPayouts":
      return { reply: { html: html(language, "cash-off"), menu: language } };
    case "cashOut":
    case "cashOutConfirmed":
    case "cashOutCancelled":
      return await renderCashOut(answer, { context, sent: outcome.sends.at(-1) });
    case "topUpAsked":
      return renderWish(outcome, context, plain(language, "rubles-topup-asked"));
    case "language":
      return { reply: languageReply(context) };
    case "deleteMe":
      return { reply: deleteMeReply(context) };
    case "giveUpAsked":
      return { reply: await giveUpReply(context) };
    case "pauseAsked":
      return { reply: pauseAskedReply(context, answer.days) };
    case "wish":
      return renderWish(outcome, context);
    case "said":
      // What was taken is answered by his machine.
      return outcome.sends.at(-1)?.status === "refused"
        ? { reply: { html: html(language, "unknown-text"), menu: language } }
        : {};
    case "wordsOnly":
      return { reply: { html: html(language, "words-only"), menu: language } };
    case "paysupport":
      return { reply: await paysupportReply(context) };
    case "reserve":
      return { reply: await reserveReply(context) };
    case "findings":
      return { reply: await findingsReply(context) };
    case "reconcile":
      return { reply: reconcileReply(context) };
    case "acknowledged":
      return { reply: await acknowledgedReply(context, answer.id) };
    case "ownerMove":
      return {
        reply: await ownerMoveReply(context, {
          kind: answer.moved,
          stars: answer.stars,
          saidAtMs: answer.atMs,
        }),
      };
    case "treasuryHint":
      return { reply: treasuryHintReply(context, answer.hint) };
    case "unknownCommand":
      return { reply: { html: html(language, "unknown-command"), menu: language } };
    case "oldButton":
      return { toast: plain(language, "old-button") };
    case "privateButtonOnly":
      return { toast: plain(language, "private-chat-only") };
    case "unwatched":
      return { toast: plain(language, "unwatch-done") };
    case "followed":
      return await renderFollowed(answer, outcome, context);
    case "privateChatOnly":
      return { reply: { html: html(language, "private-chat-only") } };
    case "withdrawal":
      return await renderWithdrawal(answer, { context, sent: outcome.sends.at(-1) });
    default:
      return await renderAdminAnswer(answer, outcome, context);
  }
}

/** An older page takes the place of the newer one. */
function edited(after: string | undefined, reply: Reply): Rendered {
  return after === undefined ? { reply } : { reply, isEdit: true };
}

/** His machine answers what it takes; here only why it does not. */
function renderWish(outcome: Outcome, { language }: ReplyContext, taken?: string): Rendered {
  const sent = outcome.sends.at(-1);
  if (sent?.status !== "refused" && sent?.status !== "missing") {
    return taken === undefined ? {} : { toast: taken };
  }
  if (sent.reason === "noDeletionAsked") return { toast: plain(language, "nothing-to-withdraw") };
  return { reply: { html: html(language, "refusal-dataDeleted") } };
}

/** The card says whether he follows its series. */
async function renderFollowed(
  { raffleId, isStopped }: Extract<Answer, { kind: "followed" }>,
  outcome: Outcome,
  context: ReplyContext,
): Promise<Rendered> {
  const { language } = context;
  const isRefused = outcome.sends.some(({ status }) => status === "refused");
  if (isRefused) return { toast: plain(language, "refusal-dataDeleted") };
  const raffle = await context.queries.raffle(raffleId);
  if (raffle?.series === undefined) return { toast: plain(language, "old-button") };
  return {
    reply: await raffleReply(context, raffleId),
    isEdit: true,
    toast: plain(language, `followed-${isStopped ? "no" : "yes"}`),
  };
}

type AdminAnswer = Extract<Answer, { kind: `admin${string}` }>;

async function renderAdminAnswer(
  answer: AdminAnswer,
  outcome: Outcome,
  context: ReplyContext,
): Promise<Rendered> {
  const { language } = context;
  switch (answer.kind) {
    case "adminRefused":
      return { reply: { html: html(language, "admin-refused") } };
    case "adminNotAllowed":
      return { reply: adminNotAllowedReply(context, answer.roles) };
    case "adminDisputes":
      return edited(answer.after, await adminDisputesReply(context, answer.after));
    case "adminLog":
      return edited(answer.before, await playerLogReply(context, answer));
    case "adminWhichPlayer":
      return { reply: { html: html(language, "admin-which-player", { given: answer.given }) } };
    case "adminHelp":
      return {
        reply: {
          html: [
            "admin-help",
            "admin-help-redraw",
            "admin-help-withdrawal",
            "admin-help-treasury",
            "admin-help-refunds",
            "admin-help-series",
            "admin-hint-template",
            "admin-hint-series",
          ].map((part) => html(language, part)).join("\n\n"),
        },
      };
    case "adminRefunds":
      return { reply: await refundsReply(context, answer.given) };
    case "adminRetried": {
      const { refundId } = answer;
      return { reply: retriedReply(context, { refundId, sent: outcome.sends.at(-1) }) };
    }
    case "adminBroadcasts":
      return { reply: await broadcastsReply(context) };
    case "adminList":
      return { reply: await adminListReply(context) };
    case "adminCreated":
      return { reply: adminCreatedReply(context, answer) };
    case "adminBadForm":
      return { reply: adminBadFormReply(context, answer.problems) };
    case "adminNeedsReason":
      return {
        reply: {
          html: html(language, "admin-needs-reason", {
            command: answer.command,
            id: answer.raffleId,
          }),
        },
      };
    case "adminPanel":
    case "adminDialogue":
    case "adminDeed":
    case "adminNotNow":
    case "adminCommission":
    case "adminSeriesHint": {
      const { role } = context;
      return role === undefined
        ? { reply: { html: html(language, "admin-refused") } }
        : await renderPanelAnswer(answer, outcome, { ...context, role });
    }
    case "adminDone":
      return { reply: await adminDoneReply(context, { ...answer, outcome: outcome.sends.at(-1) }) };
  }
}

function renderEntryAsked(
  answer: Extract<Answer, { kind: "entryAsked" }>,
  outcome: Outcome,
  context: ReplyContext,
): Rendered {
  const sent = outcome.sends.at(-1);
  if (sent?.status === "refused" || sent?.status === "missing") {
    return { reply: entryRefusedReply(context, sent.reason) };
  }
  return { toast: plain(context.language, `entry-asked-${answer.method}`) };
}

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
import { raffleReply } from "./raffle_card.ts";
import { balanceReply, myRafflesReply, pageReply, paysupportReply } from "./player_replies.ts";
import {
  entryRefusedReply,
  joinReply,
  openRafflesReply,
  proofReply,
  unknownRaffle,
} from "./raffle_replies.ts";
import type { ReplyContext } from "./reply_context.ts";

/** What is shown: a message in the chat, a line over the button that was pressed, or neither. */
export interface Rendered {
  reply?: Reply;
  toast?: string;
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
    case "help":
    case "terms":
    case "privacy":
      return { reply: pageReply(context, answer.kind) };
    case "openRaffles":
      return { reply: await openRafflesReply(context) };
    case "joinRaffle":
      return { reply: await joinReply(context, answer.raffleId) };
    case "entryAsked":
      return renderEntryAsked(answer, outcome, context);
    case "raffle":
      return { reply: await raffleReply(context, answer.raffleId) };
    case "whichRaffle":
      return { reply: unknownRaffle(context, answer.given) };
    case "proof":
      return { reply: await proofReply(context, answer.raffleId) };
    case "myRaffles":
      return { reply: await myRafflesReply(context) };
    case "balance":
      return { reply: await balanceReply(context) };
    case "paysupport":
      return { reply: await paysupportReply(context) };
    case "unknownCommand":
      return { reply: { html: html(language, "unknown-command"), menu: language } };
    case "unknownText":
      return { reply: { html: html(language, "unknown-text"), menu: language } };
    case "oldButton":
      return { toast: plain(language, "old-button") };
    case "privateChatOnly":
      return { reply: { html: html(language, "private-chat-only") } };
    default:
      return await renderAdminAnswer(answer, outcome, context);
  }
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
    case "adminHelp":
      return { reply: { html: html(language, "admin-help") } };
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
    case "adminDone":
      return { reply: adminDoneReply(context, { ...answer, outcome: outcome.sends.at(-1) }) };
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

/**
 * Tells the one who asked what came of it. What was asked is committed by then, so a reply that
 * cannot be sent loses nothing but itself: it is logged, and never sent twice after an unknown
 * outcome. A 429 is obeyed by waiting, as long as the wait is short.
 */
import type { Admins } from "../supervisor/admins.ts";
import type { RublesTaken } from "../../machines/domain/bank.ts";
import type { Language } from "../../machines/domain/events.ts";
import type { Log } from "../supervisor/log_port.ts";
import type { Outcome } from "../supervisor/supervisor.ts";
import { languageOf, playerIdOf } from "../supervisor/telegram_person.ts";
import { TerminalError } from "../../actors/errors.ts";
import { callTelegram } from "./effects/call_telegram.ts";
import { refusalWords } from "./notice_text.ts";
import type { GiftCatalog } from "./gift_catalog.ts";
import type { PayoutDesk } from "./payout_desk_port.ts";
import type { PanelQueries } from "./panel_port.ts";
import type { Queries } from "./queries_port.ts";
import { renderAnswer } from "./replies/render_answer.ts";
import type { Cards } from "./cards_port.ts";
import { editReply, type Reply, sendReply } from "./reply.ts";
import { cutText, TOAST_MAX_UNITS } from "./safe_text.ts";
import type { SendLimiter } from "./send_limiter.ts";
import type { TelegramApi } from "./telegram_api.ts";
import { plain } from "./texts.ts";
import type { TelegramUpdate, TelegramUser } from "./update_schema.ts";

/** What answering stands on. */
export interface AnswerOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Queries;
  cards: Cards;
  gifts: GiftCatalog;
  supportContact: string;
  /** Absent where nothing is paid in rubles. */
  rubles?: RublesTaken | undefined;
  /** Absent where no rubles are paid out. */
  payouts?: PayoutDesk | undefined;
  /** What the admin panel shows, and to whom. */
  panel: PanelQueries;
  admins: Pick<Admins, "roleOf">;
  nowMs(): number;
  log: Log;
}

/** Longest time that one answer may take, waits included. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Tries of one call that Telegram refuses with 429. */
const MAX_ATTEMPTS = 3;

/** Answers; resolves also when the answer could not be sent. */
export async function answerOutcome(
  options: AnswerOptions,
  { update, outcome }: { update: TelegramUpdate; outcome: Outcome },
): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    await answerOnce(options, { update, outcome, signal });
  } catch (error: unknown) {
    options.log("warn", "Cannot answer an update", {
      row: outcome.row,
      updateId: update.update_id,
      error: error instanceof Error ? error.message : "unknown",
    });
  }
}

async function answerOnce(
  options: AnswerOptions,
  { update, outcome, signal }: { update: TelegramUpdate; outcome: Outcome; signal: AbortSignal },
): Promise<void> {
  const { api, limiter } = options;
  const call = (method: string, work: () => Promise<unknown>, counted?: { chatId: number }) =>
    callTelegram({ limiter, method, signal, maxAttempts: MAX_ATTEMPTS, ...counted }, work);

  const query = update.pre_checkout_query;
  if (query !== undefined) {
    const reason = refusalOfPreCheckout(outcome);
    if (reason === undefined) return;
    // Telegram waits ten seconds: no question goes before this answer.
    const words = refusalWords(languageOf(query.from), reason);
    await call(
      "answerPreCheckoutQuery",
      () => api.answerPreCheckoutQuery(query.id, false, { error_message: words }, signal as never),
    );
    return;
  }

  const asker = askerOf(update);
  if (asker === undefined) return;
  const { from, chatId } = asker;
  const language = await chosenLanguage(options, from);
  const pressed = update.callback_query;
  const { supportContact, queries, gifts } = options;
  let rendered;
  try {
    rendered = await renderAnswer(outcome, {
      queries,
      gifts,
      language,
      playerId: playerIdOf(from.id),
      nowMs: options.nowMs(),
      supportContact,
      rubles: options.rubles,
      payouts: options.payouts,
      role: options.admins.roleOf(from.id),
      panel: options.panel,
    });
  } catch (error: unknown) {
    // The wish is committed; only the words are missing, so say at least that.
    rendered = { reply: { html: plain(language, "failed") } };
    options.log("error", "Cannot render an answer", {
      row: outcome.row,
      error: error instanceof Error ? error.message : "unknown",
    });
  }
  const { reply } = rendered;
  let { toast } = rendered;
  let shown: number | undefined;
  if (rendered.isEdit === true && reply !== undefined && pressed?.message !== undefined) {
    const edited = await editInPlace({
      chatId: pressed.message.chat.id,
      messageId: pressed.message.message_id,
    });
    if (edited !== "gone") shown = pressed.message.message_id;
    if (edited === "same") toast ??= plain(language, "card-is-current");
  }
  if (pressed !== undefined) {
    const text = toast === undefined ? {} : { text: cutText(toast, TOAST_MAX_UNITS) };
    await call(
      "answerCallbackQuery",
      () => api.answerCallbackQuery(pressed.id, text, signal as never),
    );
  }
  if (reply === undefined || chatId === undefined) return;
  if (shown === undefined) {
    // Counted in the rates like any message: else one person's commands bring the 429 for all.
    await call("sendMessage", async () => {
      shown = await sendReply(api, {
        chatId,
        reply,
        signal,
        hasRubles: options.rubles !== undefined,
      });
    }, { chatId });
  }
  if (reply.card !== undefined && shown !== undefined) {
    await options.cards.open({
      raffleId: reply.card.raffleId,
      playerId: playerIdOf(from.id),
      chatId,
      messageId: shown,
      touchedAtMs: options.nowMs(),
    }, reply.card);
  }

  async function editInPlace(
    place: { chatId: number; messageId: number },
  ): Promise<"edited" | "same" | "gone"> {
    const edit = { ...place, reply: reply as Reply, signal };
    try {
      await call("editMessageText", () => editReply(api, edit), { chatId: place.chatId });
      return "edited";
    } catch (error: unknown) {
      if (!(error instanceof TerminalError)) throw error;
      return error.code === "notModified" ? "same" : "gone";
    }
  }
}

/** His own choice where we know him, else what Telegram says; a name is worth no delay. */
async function chosenLanguage(
  { queries }: AnswerOptions,
  from: TelegramUser,
): Promise<Language> {
  const player = await queries.player(playerIdOf(from.id)).catch(() => undefined);
  return player?.language ?? languageOf(from);
}

/** Why the bot itself says no; undefined when the payment's machine answers. */
function refusalOfPreCheckout({ answer, sends, isUnroutable }: Outcome): string | undefined {
  if (isUnroutable) return "tryAgain";
  if (answer.kind !== "preCheckout") return undefined;
  const sent = sends.at(-1);
  if (sent === undefined || sent.status === "missing") return answer.reason;
  return sent.status === "refused" ? sent.reason ?? "tryAgain" : undefined;
}

function askerOf(
  update: TelegramUpdate,
): { from: TelegramUser; chatId: number | undefined } | undefined {
  const { message, callback_query: query } = update;
  if (query !== undefined) return { from: query.from, chatId: query.message?.chat.id };
  return message?.from === undefined ? undefined : { from: message.from, chatId: message.chat.id };
}

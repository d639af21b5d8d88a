/**
 * Effect `editCards`: the messages in which players have a raffle's card open say what it is now.
 * One effect goes through all cards of the raffle, page by page and one after another, and takes only
 * slots that nobody's notice wants; a raffle's effects have a lane of their own, so that neither waits
 * for a card. A repeat after a crash edits what is up to date already, which Telegram answers with
 * "not modified": that is success.
 *
 * Bounded: while entries are open, the 100 cards opened last within an hour, because they change
 * every ten seconds and Telegram takes 30 messages a second; at a change of the raffle's state, which
 * comes a few times, the 1,000 opened last within a day. Whoever opened his before that presses
 * Refresh. When the raffle is over its cards are forgotten.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import type { RaffleId } from "../../../machines/domain/events.ts";
import { isTransient } from "../../supervisor/transient_errors.ts";
import type { Cards, CardToEdit, OpenCard } from "../cards_port.ts";
import type { Queries, RaffleDetails } from "../queries_port.ts";
import { raffleCard } from "../replies/raffle_card.ts";
import { editReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

/** What the effect stands on. */
export interface EditCardsOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Pick<Queries, "raffle">;
  cards: Cards;
}

/** Parameters, as a changed raffle queues them. */
export interface EditCardsParams {
  raffleId: RaffleId;
}

const HOUR_MS = 3_600_000;
const PAGE = 50;
/** Which cards follow a raffle that takes entries, and which one whose state has changed. */
const WHILE_OPEN = { withinMs: HOUR_MS, atMost: 100 };
const AT_A_CHANGE = { withinMs: 24 * HOUR_MS, atMost: 1_000 };
const ENDS: ReadonlySet<string> = new Set(["settled", "refunded"]);

/** Creates the effect. */
export function createEditCards(options: EditCardsOptions): EffectDefinition<EditCardsParams> {
  const { api, limiter, queries, cards } = options;

  async function edit(
    card: CardToEdit,
    { raffle, signal, nowMs }: { raffle: RaffleDetails; signal: AbortSignal; nowMs: number },
  ): Promise<void> {
    const { chatId, messageId, language, numbers, isFollower } = card;
    const { series } = raffle;
    const reply = raffleCard({ language, nowMs }, {
      ...raffle,
      viewerTickets: numbers,
      ...(series === undefined ? {} : { series: { ...series, isFollowed: isFollower } }),
    });
    try {
      await callTelegram(
        { limiter, method: "editMessageText", signal, chatId, isSpare: true, maxAttempts: 20 },
        () => editReply(api, { chatId, messageId, reply, signal }),
      );
    } catch (error: unknown) {
      if (!(error instanceof TerminalError)) throw error;
      // Whatever it is (deleted, too old, the bot blocked), this message follows no more.
      if (error.code !== "notModified") await cards.forget(card);
    }
  }

  return {
    async run({ raffleId }, { signal, nowMs }) {
      let before: OpenCard | undefined;
      let edited = 0;
      try {
        for (;;) {
          const raffle = await queries.raffle(raffleId);
          if (raffle === undefined) return;
          const { withinMs, atMost } = raffle.status === "open" ? WHILE_OPEN : AT_A_CHANGE;
          const limit = Math.min(PAGE, atMost - edited);
          const page = limit <= 0 ? [] : await cards.page({
            raffleId,
            sinceMs: nowMs() - withinMs,
            before,
            limit,
          });
          for (const card of page) await edit(card, { raffle, signal, nowMs: nowMs() });
          edited += page.length;
          before = page.at(-1);
          if (page.length < PAGE) {
            if (ENDS.has(raffle.status)) await cards.forgetAll(raffleId);
            return;
          }
        }
      } catch (error: unknown) {
        if (!isTransient(error) || error instanceof RetryableError) throw error;
        throw new RetryableError("Cannot read the cards: the database is away", { cause: error });
      }
    },
    lane: ({ raffleId }) => `editCards/${raffleId}`,
    coalesce: ({ raffleId }) => raffleId,
    timeoutMs: 10 * 60_000,
    maxAttempts: 20,
    backoffMs: 1_000,
  };
}

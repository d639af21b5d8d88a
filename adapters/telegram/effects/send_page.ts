/**
 * Effect `sendPage`: one page of people is told one thing, each at most once. An attempt is put on
 * record before the call; begun again, after a crash or on another node, it goes on with those who
 * were not tried, and what had no outcome is counted as uncertain. A page has one place in the queue
 * for Telegram's pace, so pages of several raffles take turns, and behind every person's own message.
 *
 * One recipient is in one of these modes: *queued*, *sending* (on record, the call may be made),
 * *sent*, *blocked*, *failed*, *uncertain*, or *skipped* (told something better meanwhile); after a
 * refusal for the pace he is queued again, because Telegram did nothing.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import type { MassNotice, SendPage } from "../../../machines/domain/broadcast.ts";
import type { Language, PlayerId } from "../../../machines/domain/events.ts";
import { renderMassNotice } from "../broadcast_text.ts";
import type { Queries, RaffleDetails } from "../queries_port.ts";
import { type Reply, sendReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import {
  isOutcomeUnknown,
  TooManyRequestsError,
  translateTelegramError,
} from "../telegram_errors.ts";
import { retryWhenAway } from "./retry_when_away.ts";

/** What became of an attempt; `queued`: nothing, it may be tried again. */
export type DeliveryState = "queued" | "sent" | "blocked" | "failed" | "uncertain";

/** One person on a page. */
export interface Recipient {
  playerId: PlayerId;
  chatId: number;
  language: Language;
  /** He holds no ticket and may want to hear no more of it. */
  isObserver: boolean;
}

/** One run over a page. */
export interface PageRun {
  /** Those who were not tried yet, in their order. */
  recipients: Recipient[];
  /** Puts an attempt on record. @returns Whether the call may be made: nobody else made it. */
  claim(playerId: PlayerId): Promise<boolean>;
  record(playerId: PlayerId, state: DeliveryState): Promise<void>;
}

/** Where attempts are kept. */
export interface Deliveries {
  /** Begins, or begins again; attempts without an outcome are uncertain from here on. */
  begin(page: { raffleId: string; number: number }): Promise<PageRun>;
}

/** What `sendPage` stands on. */
export interface SendPageOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Pick<Queries, "raffle">;
  deliveries: Deliveries;
  /** Paid beyond the free pace, in Stars of the bot's. */
  isPaid: boolean;
  /** Aborted when the node ends: no further call is begun, and the page stays. */
  stopping: AbortSignal;
  /** The person has blocked the bot: his actor should learn it. */
  onBlocked(playerId: PlayerId): Promise<void>;
}

/** Pages under way at once; they hold places among the running effects, which others need, too. */
const MAX_PAGES = 64;

/** What was tried is on record. */
const whenAway = retryWhenAway("read or write a page");

/** Creates the effect. */
export function createSendPage(options: SendPageOptions): EffectDefinition<SendPage["input"]> {
  let pages = 0;
  return {
    async run(input, { signal }): Promise<SendPage["output"]> {
      if (pages >= MAX_PAGES) throw notNow("Too many pages are under way", { retryAfterMs: 1_000 });
      pages++;
      try {
        return await new PageSender(options, { input, signal }).send();
      } finally {
        pages--;
      }
    },
    // Nothing is lost by it: begun again, it goes on where it was.
    timeoutMs: 30 * 60_000,
    maxAttempts: 1_500,
  };
}

class PageSender {
  readonly #options: SendPageOptions;
  readonly #input: SendPage["input"];
  readonly #signal: AbortSignal;
  readonly #waiting: Recipient[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failure: unknown;
  #refusal: string | undefined;

  constructor(
    options: SendPageOptions,
    { input, signal }: { input: SendPage["input"]; signal: AbortSignal },
  ) {
    this.#options = options;
    this.#input = input;
    this.#signal = signal;
  }

  /** Until nobody is queued: another run may have given back whom this one left to it. */
  async send(): Promise<SendPage["output"]> {
    const { raffleId, number } = this.#input;
    const { deliveries } = this.#options;
    for (;;) {
      const run = await deliveries.begin({ raffleId, number }).catch(whenAway);
      if (run.recipients.length === 0) break;
      await this.#sendTo(run);
    }
    return this.#refusal === undefined ? {} : { refusal: this.#refusal };
  }

  async #sendTo(run: PageRun): Promise<void> {
    const { raffleId, notice } = this.#input;
    const raffle = await this.#options.queries.raffle(raffleId).catch(whenAway);
    this.#waiting.push(...run.recipients);
    try {
      const replies = new ReplyTexts(notice, raffle);
      await this.#sendAll((recipient) => this.#tell(run, recipient, replies.of(recipient)));
    } finally {
      await Promise.all(this.#underWay);
    }
    if (this.#failure !== undefined) whenAway(this.#failure);
  }

  /** One after another asks for leave; the calls themselves need not wait for each other. */
  async #sendAll(tell: (recipient: Recipient) => Promise<void>): Promise<void> {
    const { limiter, stopping } = this.#options;
    const signal = AbortSignal.any([this.#signal, stopping]);
    while (this.#failure === undefined) {
      const recipient = this.#waiting.shift();
      if (recipient === undefined) {
        if (this.#underWay.size === 0) return;
        await Promise.race(this.#underWay);
        continue;
      }
      await limiter.acquire(recipient.chatId, signal, { isOneOfMany: true }).catch((cause) => {
        throw notNow("The node ends, or the page's time is up", { cause });
      });
      const call: Promise<void> = tell(recipient)
        .catch((error: unknown) => void (this.#failure ??= error))
        .finally(() => this.#underWay.delete(call));
      this.#underWay.add(call);
    }
  }

  async #tell(
    run: PageRun,
    recipient: Recipient,
    reply: Reply,
  ): Promise<void> {
    const { api, limiter, isPaid, onBlocked } = this.#options;
    const { playerId, chatId } = recipient;
    if (!await run.claim(playerId)) return;
    let error: RetryableError | TerminalError | undefined;
    try {
      await sendReply(api, { chatId, reply, signal: this.#signal, isPaid });
    } catch (thrown: unknown) {
      error = translateTelegramError(thrown, "sendMessage");
      if (error instanceof TooManyRequestsError) limiter.pause(error.pauseMs);
    }
    const state = stateAfter(error);
    await run.record(playerId, state);
    if (state === "failed") this.#refusal = error?.message;
    if (error instanceof TerminalError && error.code === "blocked") await onBlocked(playerId);
    if (state !== "queued") return;
    this.#waiting.push(recipient);
    if (!(error instanceof TooManyRequestsError)) throw error;
  }
}

/** The few different replies of a page, each rendered once. */
class ReplyTexts {
  readonly #rendered = new Map<string, Reply>();
  readonly #notice: MassNotice;
  readonly #raffle: RaffleDetails | undefined;

  constructor(notice: MassNotice, raffle: RaffleDetails | undefined) {
    this.#notice = notice;
    this.#raffle = raffle;
  }

  of({ language, isObserver }: Recipient): Reply {
    const kind = `${language} ${isObserver}`;
    const known = this.#rendered.get(kind);
    if (known !== undefined) return known;
    const reply = renderMassNotice(this.#notice, {
      language,
      isObserver,
      title: this.#raffle?.terms.title,
      checkUrl: this.#raffle?.checkUrl,
    });
    this.#rendered.set(kind, reply);
    return reply;
  }
}

function stateAfter(error: RetryableError | TerminalError | undefined): DeliveryState {
  if (error === undefined) return "sent";
  if (error instanceof TerminalError) {
    return error.code === "blocked" || error.code === "chatNotFound" ? "blocked" : "failed";
  }
  return isOutcomeUnknown(error) ? "uncertain" : "queued";
}

function notNow(
  message: string,
  details: { cause?: unknown; retryAfterMs?: number },
): RetryableError {
  return new RetryableError(message, { ...details, isOutcomeUnknown: false });
}

/**
 * Takes updates, however they come: decodes, hands to the supervisor, and answers. `take` resolves
 * when the update is committed, and only then may Telegram be told that we have it; the answer to
 * the person follows in order per chat, and holds nothing up.
 */
import type { Log } from "../supervisor/log_port.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { type AnswerOptions, answerOutcome } from "./answer_outcome.ts";
import { decodeUpdate, type TelegramUpdate } from "./update_schema.ts";

/** What the bot stands on. */
export interface TelegramBotOptions extends AnswerOptions {
  supervisor: Supervisor;
  log: Log;
}

/** The bot, without its way of getting updates. */
export interface TelegramBot {
  /**
   * Decodes an update.
   * @throws {Error} When it has not the shape of an update.
   */
  decode(input: unknown): TelegramUpdate;
  /**
   * Resolves when the update is committed.
   * @throws {Error} When it must be delivered again.
   */
  take(update: TelegramUpdate): Promise<void>;
  /** Resolves when every answer begun so far is sent or given up. */
  drain(): Promise<void>;
}

/** Answers that may be under way; beyond it `take` waits for one. */
const MAX_ANSWERS = 1_000;
/** Answers to one person that may wait; who writes faster than we may answer gets no more words. */
const MAX_ANSWERS_PER_QUEUE = 20;

/** Creates the bot. */
export function createTelegramBot(options: TelegramBotOptions): TelegramBot {
  const { supervisor } = options;
  const answers = new Map<string, Promise<void>>();
  const waiting = new Map<string, number>();
  let pending = 0;

  function enqueueAnswer(queue: string, work: () => Promise<void>): Promise<void> {
    pending++;
    waiting.set(queue, (waiting.get(queue) ?? 0) + 1);
    const answer = (answers.get(queue) ?? Promise.resolve()).then(work).finally(() => {
      pending--;
      const left = (waiting.get(queue) ?? 1) - 1;
      if (left > 0) waiting.set(queue, left);
      else waiting.delete(queue);
      if (answers.get(queue) === answer) answers.delete(queue);
    });
    answers.set(queue, answer);
    return answer;
  }

  return {
    decode: decodeUpdate,
    async take(update) {
      const outcome = await supervisor.handle({ source: "telegram", update });
      const queue = queueOf(update);
      // The question before a payment is answered always; what it says no to costs the player money.
      if (!update.pre_checkout_query && (waiting.get(queue) ?? 0) >= MAX_ANSWERS_PER_QUEUE) {
        options.log("warn", "Too many answers wait for one person", { updateId: update.update_id });
        return;
      }
      const answer = enqueueAnswer(
        queue,
        () => answerOutcome(options, { update, outcome }),
      );
      if (pending > MAX_ANSWERS) await answer;
    },
    async drain() {
      while (answers.size > 0) await Promise.all(answers.values());
    },
  };
}

/**
 * Telegram keeps the order within these queues and none between them.
 * Source: tdlib/telegram-bot-api @01a3679, Client.cpp, webhook queue ids.
 */
export function queueOf(update: TelegramUpdate): string {
  if (update.pre_checkout_query) return `checkout/${update.pre_checkout_query.from.id}`;
  if (update.callback_query) return `button/${update.callback_query.from.id}`;
  if (update.my_chat_member) return `member/${update.my_chat_member.chat.id}`;
  if (update.message) return `chat/${update.message.chat.id}`;
  return "other";
}

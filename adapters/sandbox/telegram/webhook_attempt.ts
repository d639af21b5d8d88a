/**
 * One attempt to deliver one update: the request as Telegram sends it, and what its answer means.
 * A 2xx settles the update and may hold a Bot API call; anything else is a failure with its words.
 *
 * Source: tdlib/telegram-bot-api, WebhookActor.cpp (send_update, handle).
 */
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";
import type { WebhookConfig } from "./webhook_methods.ts";

/** Sends a webhook request; `fetch` in life, the product's handler in tests. */
export type Deliver = (request: Request) => Promise<Response>;

/** Takes the Bot API call that a webhook's answer may hold. */
export type TakeReply = (bot: Bot, body: Readonly<Record<string, unknown>>) => Promise<void>;

/** Both ways to the outside. */
export interface WebhookPorts {
  readonly deliver: Deliver;
  readonly takeReply: TakeReply;
}

/** Why an update was not taken. */
export interface WebhookFailure {
  readonly words: string;
  /** Seconds, 0 when the answer named none. */
  readonly retryAfter: number;
  /** 0 when there was no answer. */
  readonly status: number;
}

const ANSWER_TIMEOUT_MS = 60_000;
const OWN_METHODS = /^(get|setwebhook$|deletewebhook$|close$|logout$)/;

/**
 * Sends one update.
 *
 * @returns Null when the update was taken.
 */
export async function attemptDelivery(
  { clock, stopped }: World,
  { deliver, takeReply }: WebhookPorts,
  { bot, config, content }: { bot: Bot; config: WebhookConfig; content: string },
): Promise<WebhookFailure | null> {
  const timeout = new AbortController();
  const cancel = clock.setTimer(() => timeout.abort(), ANSWER_TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await deliver(
      new Request(config.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(config.secretToken === ""
            ? {}
            : { "X-Telegram-Bot-Api-Secret-Token": config.secretToken }),
        },
        body: content,
        redirect: "manual",
        signal: AbortSignal.any([timeout.signal, stopped]),
      }),
    );
    text = await response.text();
  } catch {
    // Whatever broke the connection, Telegram only says that it closed, and tries again.
    return { words: "Webhook connection closed", retryAfter: 0, status: 0 };
  } finally {
    cancel();
  }
  if (!response.ok) {
    return {
      words: `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim(),
      retryAfter: Number(response.headers.get("retry-after") ?? 0) || 0,
      status: response.status,
    };
  }
  const call = readCall(response, text);
  if (call !== null) await takeReply(bot, call);
  return null;
}

function readCall(response: Response, text: string): Record<string, unknown> | null {
  if (!(response.headers.get("content-type") ?? "").includes("json")) return null;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // An answer that is no JSON holds no call; Telegram passes over it too.
    return null;
  }
  if (typeof body !== "object" || body === null || !("method" in body)) return null;
  return OWN_METHODS.test(String(body.method).toLowerCase())
    ? null
    : body as Record<string, unknown>;
}

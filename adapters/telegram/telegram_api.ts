/**
 * The Bot API client: grammY's, with our fetch, our time-outs and our errors. Every call made
 * through it throws `RetryableError` or `TerminalError`, never grammY's own errors, so that no
 * caller can log a request whose URL is the token.
 */
// grammY for the web speaks Deno's own fetch; the one for Node brings a fetch and streams of its own.
import { Api, GrammyError, type Transformer } from "grammy/web";
import { translateTelegramError } from "./telegram_errors.ts";

/** The client as the rest of the adapter knows it. */
export type TelegramApi = Api;

/** How to reach Telegram. */
export interface TelegramApiOptions {
  token: string;
  /** Without a slash at its end. @default "https://api.telegram.org" */
  apiRoot?: string | undefined;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch | undefined;
  /** Longest wait for an answer; getUpdates adds its own. @default 20_000 */
  timeoutMs?: number | undefined;
}

/** Telegram holds an open getUpdates for at most this long. */
export const LONG_POLL_SECONDS = 25;

/** Creates the client. */
export function createTelegramApi(options: TelegramApiOptions): TelegramApi {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const fetcher = options.fetch ?? globalThis.fetch;
  const api = new Api(options.token, {
    ...(options.apiRoot === undefined ? {} : { apiRoot: options.apiRoot.replace(/\/+$/, "") }),
    // The last line; each call is ended earlier by the transformer below.
    timeoutSeconds: timeoutMs / 1000 + LONG_POLL_SECONDS + 5,
    sensitiveLogs: false,
    fetch: bufferedFetch(fetcher) as never,
  });
  api.config.use(withTimeout(timeoutMs));
  api.config.use(withOurErrors);
  return api;
}

/** Reads streams to their end on both sides: documents are small, and answers must be whole. */
function bufferedFetch(fetcher: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const response = await fetcher(input, {
      ...(init.method === undefined ? {} : { method: init.method }),
      ...(init.headers === undefined ? {} : { headers: init.headers }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
      body: await readBody(init.body),
      // The path holds the token: it is sent nowhere else.
      redirect: "error",
    });
    return new Response(await response.text(), {
      status: response.status,
      headers: response.headers,
    });
  };
}

async function readBody(body: unknown): Promise<BodyInit> {
  if (typeof body === "string") return body;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of body as AsyncIterable<string | Uint8Array<ArrayBuffer>>) {
    parts.push(typeof part === "string" ? new TextEncoder().encode(part) : part);
  }
  return new Blob(parts);
}

function withTimeout(timeoutMs: number): Transformer {
  return async (previous, method, payload, signal) => {
    const pollMs = method === "getUpdates"
      ? ((payload as { timeout?: number }).timeout ?? 0) * 1000
      : 0;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs + pollMs);
    const outer = signal as AbortSignal | undefined;
    const abort = () => controller.abort();
    if (outer?.aborted) abort();
    outer?.addEventListener("abort", abort);
    try {
      return await previous(method, payload, controller.signal as never);
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    }
  };
}

const withOurErrors: Transformer = async (previous, method, payload, signal) => {
  let answer;
  try {
    answer = await previous(method, payload, signal);
  } catch (error: unknown) {
    throw translateTelegramError(error, method);
  }
  if (answer?.ok === true) return answer;
  if (typeof answer?.error_code !== "number") {
    throw translateTelegramError(new Error("not an answer of Telegram's"), method);
  }
  throw translateTelegramError(
    new GrammyError(`Call to '${method}' failed!`, answer, method, {}),
    method,
  );
};

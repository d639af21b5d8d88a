/**
 * The Bot API client: grammY's, with our fetch, our time-outs and our errors. Every call made
 * through it throws `RetryableError` or `TerminalError`, never grammY's own errors, so that no
 * caller can log a request whose URL is the token.
 */
import { Api, GrammyError, type Transformer } from "grammy";
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
    // grammY types its fetch as node-fetch's; the bridge below speaks the web's.
    fetch: bridgeFetch(fetcher) as unknown as NonNullable<
      NonNullable<ConstructorParameters<typeof Api>[1]>["fetch"]
    >,
  });
  api.config.use(withTimeout(timeoutMs));
  api.config.use(withOurErrors);
  return api;
}

/**
 * grammY on Node brings its own AbortController and Node streams, which the web's fetch refuses.
 */
function bridgeFetch(fetcher: typeof globalThis.fetch) {
  return async (url: string | URL, init: Record<string, unknown>): Promise<Response> => {
    const controller = new AbortController();
    const signal = init.signal as AbortSignal | undefined;
    const abort = () => controller.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    try {
      const response = await fetcher(url, {
        method: init.method as string,
        headers: init.headers as Record<string, string>,
        body: await readBody(init.body),
        signal: controller.signal,
        redirect: "error",
      });
      // A proxy's page of HTML is not an answer of Telegram's: nobody knows what happened.
      const text = await response.text();
      return new Response(text, { status: response.status, headers: response.headers });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
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

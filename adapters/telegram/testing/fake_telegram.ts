/** Telegram for tests: an injected fetch that notes every call and answers as it is told. */
import { createTelegramApi, type TelegramApi } from "../telegram_api.ts";

/** One call as it went out. */
export interface FakeCall {
  method: string;
  // deno-lint-ignore no-explicit-any -- tests look into the payloads of many methods
  payload: any;
  url: string;
}

/** What a call is answered: a result, an error of Telegram's, or a failure of the network. */
export type FakeAnswer =
  | { result: unknown }
  | { error: number; description: string; retryAfter?: number; migrateTo?: number }
  | { network: string }
  | { body: string; status: number };

/** The token of the tests; nothing may ever print it. */
export const TEST_TOKEN = "424242:TEST-token-that-must-never-be-seen";

/** A fake with its client. */
export interface FakeTelegram {
  api: TelegramApi;
  calls: FakeCall[];
  /** The next call of the method is answered so; several wait in line. */
  answer(method: string, ...answers: FakeAnswer[]): void;
  /** Every call of the method, as long as nothing waits in line. */
  always(method: string, answer: (payload: unknown) => FakeAnswer): void;
  callsOf(method: string): FakeCall[];
}

/** Creates a fake that answers every method with something plausible. */
export function createFakeTelegram(): FakeTelegram {
  const calls: FakeCall[] = [];
  const lines = new Map<string, FakeAnswer[]>();
  const rules = new Map<string, (payload: unknown) => FakeAnswer>();
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = String(input);
    const method = url.split("/").at(-1) ?? "";
    const body = init?.body;
    const payload = typeof body === "string"
      ? JSON.parse(body)
      : { multipart: await new Response(body ?? null).text() };
    calls.push({ method, payload, url });
    const answer = lines.get(method)?.shift() ?? rules.get(method)?.(payload) ??
      { result: plausible(method) };
    if ("network" in answer) throw new TypeError(`${answer.network} ${url}`);
    if ("body" in answer) return new Response(answer.body, { status: answer.status });
    if ("result" in answer) return Response.json({ ok: true, result: answer.result });
    return Response.json({
      ok: false,
      error_code: answer.error,
      description: answer.description,
      ...(answer.retryAfter === undefined
        ? {}
        : { parameters: { retry_after: answer.retryAfter } }),
      ...(answer.migrateTo === undefined
        ? {}
        : { parameters: { migrate_to_chat_id: answer.migrateTo } }),
    }, { status: answer.error });
  };
  return {
    api: createTelegramApi({ token: TEST_TOKEN, apiRoot: "http://telegram.test", fetch }),
    calls,
    answer: (method, ...answers) =>
      void lines.set(method, [...lines.get(method) ?? [], ...answers]),
    always: (method, answer) => void rules.set(method, answer),
    callsOf: (method) => calls.filter((call) => call.method === method),
  };
}

function plausible(method: string): unknown {
  if (method === "getUpdates") return [];
  if (method === "getMe") return { id: 424242, is_bot: true, first_name: "B", username: "TestBot" };
  if (method === "getStarTransactions") return { transactions: [] };
  if (method.startsWith("send")) {
    return { message_id: 7, date: 0, chat: { id: 1, type: "private" } };
  }
  return true;
}

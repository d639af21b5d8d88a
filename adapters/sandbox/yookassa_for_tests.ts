/**
 * YooKassa for the sandbox's own tests: a fake clock, both accounts' credentials, and a shop that takes
 * notices.
 */
import type { FakeClock } from "./clock.ts";
import { createPayers, type Payers } from "./payers.ts";
import { createFixture, type Fixture } from "./sandbox_for_tests.ts";
import type { SandboxOptions } from "./sandbox.ts";
import { type Credentials, SANDBOX_GATEWAY, SANDBOX_SHOP } from "./yookassa/accounts.ts";

/** Where the shop takes notices. */
export const NOTICE_URL = "http://127.0.0.1:9/notices";
/** A bank of the list. */
export const BANK_ID = "100000000111";
/** A good phone number. */
export const PHONE = "79000000000";

/** What an API call answered. */
export interface ApiAnswer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- tests look into answers of every shape
  readonly body: any;
}

/** How a call is made. */
export interface CallOptions {
  /** Default: a fresh one. */
  readonly key?: string | null;
  readonly as?: Credentials | string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Everything a test needs. */
export interface YooKassaFixture extends Fixture {
  readonly payers: Payers;
  /** Notices as the shop got them. */
  readonly got: { readonly event: string; readonly object: { id: string; status: string } }[];
  /** What the shop answers to a notice; default 200. */
  answer: (count: number) => number;
  api(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<ApiAnswer>;
  /** A payment of 100 rubles in one stage; differences go into the request. */
  payment(differences?: object, options?: CallOptions): Promise<ApiAnswer>;
  /** A payment of 100 rubles that is paid. */
  paid(differences?: object): Promise<{ readonly id: string }>;
  /** A payout of 100 rubles by SBP; differences go into the request. */
  payout(differences?: object, options?: CallOptions): Promise<ApiAnswer>;
}

/** 100 rubles. */
export const HUNDRED = { value: "100.00", currency: "RUB" };

let keys = 0;

/** @param options As for `createSandbox`; the clock is fake. */
export async function createYooKassaFixture(
  options: SandboxOptions & { readonly clock?: FakeClock } = {},
): Promise<YooKassaFixture> {
  const got: YooKassaFixture["got"] = [];
  const fixture = await createFixture({
    deliver: async (request) => {
      got.push(await request.json());
      return new Response(null, { status: shop.answer(got.length) });
    },
    ...options,
  });
  const payers = createPayers("http://sandbox", { fetch: fixture.sandbox.fetch });
  async function api(
    method: string,
    path: string,
    body?: unknown,
    { key, as, headers = {}, signal }: CallOptions = {},
  ): Promise<ApiAnswer> {
    const credentials = as ??
      (/^\/(payouts|sbp_banks|personal_data|me)/.test(path) ? SANDBOX_GATEWAY : SANDBOX_SHOP);
    const response = await fixture.request(`/yookassa/v3${path}`, {
      method,
      headers: {
        ...(as === null ? {} : {
          authorization: typeof credentials === "string"
            ? credentials
            : `Basic ${btoa(`${credentials.id}:${credentials.secretKey}`)}`,
        }),
        ...(method === "POST" && key !== null ? { "idempotence-key": key ?? `key-${++keys}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: response.status, body: await response.json() };
  }
  const shop: YooKassaFixture = {
    ...fixture,
    payers,
    got,
    answer: () => 200,
    api,
    payment: (differences = {}, calling = {}) =>
      api("POST", "/payments", {
        amount: HUNDRED,
        capture: true,
        confirmation: { type: "redirect", return_url: "https://shop.example/back" },
        ...differences,
      }, calling),
    async paid(differences = {}) {
      const { body } = await shop.payment(differences);
      return await payers.pay(body.id);
    },
    payout: (differences = {}, calling = {}) =>
      api("POST", "/payouts", {
        amount: HUNDRED,
        payout_destination_data: { type: "sbp", phone: PHONE, bank_id: BANK_ID },
        ...differences,
      }, calling),
  };
  await payers.set({ noticeUrl: NOTICE_URL });
  return shop;
}

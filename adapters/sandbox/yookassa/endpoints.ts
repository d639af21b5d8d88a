/**
 * Every endpoint there is: its path, whose credentials it takes, what it does. The names are ours: by
 * them faults are ordered and calls are found again.
 *
 * Source: YooKassa API v3, OpenAPI description of July 2026 (paths).
 */
import { accountId } from "./accounts.ts";
import type { AccountKind } from "./entries.ts";
import { toAmount } from "./kopecks.ts";
import { equals, listOf, timeFilters } from "./listing.ts";
import { type Condition, type ObjectKind, requireObject } from "./objects.ts";
import { cancelPayment, capturePayment, createPayment } from "./payments.ts";
import { createPayout } from "./payouts.ts";
import { createPersonalData } from "./personal_data.ts";
import { createRefund } from "./refunds.ts";
import { SBP_BANKS } from "./sbp_banks.ts";
import type { Handle, MakeObject } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/** One of them. */
export type Endpoint =
  & { readonly name: string; readonly path: RegExp; readonly account: AccountKind }
  & (
    | { readonly method: "GET"; readonly handle: Handle }
    | { readonly method: "POST"; readonly handle: MakeObject }
  );

const DAY_MS = 24 * 60 * 60 * 1000;
const SEARCHED_MS = 90 * DAY_MS;
const PAYMENT_STATUSES = ["pending", "waiting_for_capture", "succeeded", "canceled"];
const STATUSES = ["pending", "succeeded", "canceled"];
const CHANNELS = ["bank_card", "yoo_money", "sbp"];

/** All endpoints. */
export const ENDPOINTS: readonly Endpoint[] = [
  post("createPayment", "/payments", "shop", createPayment),
  get(
    "listPayments",
    "/payments",
    "shop",
    listOf("payment", {
      ...timeFilters("created_at"),
      ...timeFilters("captured_at"),
      status: equals("status", PAYMENT_STATUSES),
      payment_method: equals("payment_method.type"),
    }),
  ),
  get("getPayment", "/payments/:id", "shop", showOne("payment")),
  post("capturePayment", "/payments/:id/capture", "shop", capturePayment),
  post("cancelPayment", "/payments/:id/cancel", "shop", cancelPayment),
  post("createRefund", "/refunds", "shop", createRefund),
  get(
    "listRefunds",
    "/refunds",
    "shop",
    listOf("refund", {
      ...timeFilters("created_at"),
      status: equals("status", STATUSES),
      payment_id: equals("payment_id"),
    }),
  ),
  get("getRefund", "/refunds/:id", "shop", showOne("refund")),
  post("createPayout", "/payouts", "gateway", createPayout),
  get(
    "listPayouts",
    "/payouts",
    "gateway",
    listOf("payout", {
      ...timeFilters("created_at"),
      ...timeFilters("succeeded_at"),
      status: equals("status", STATUSES),
      "payout_destination.type": equals("payout_destination.type", CHANNELS),
    }),
  ),
  get(
    "searchPayouts",
    "/payouts/search",
    "gateway",
    listOf("payout", timeFilters("created_at"), (query, { world }) => [
      ...takeMetadata(query),
      {
        sql: "json_extract(object, '$.created_at') >= ?",
        values: [new Date(world.clock.nowMs() - SEARCHED_MS).toISOString()],
      },
    ]),
  ),
  get("getPayout", "/payouts/:id", "gateway", showOne("payout")),
  get("listSbpBanks", "/sbp_banks", "gateway", () => ({ type: "list", items: SBP_BANKS })),
  post("createPersonalData", "/personal_data", "gateway", createPersonalData),
  get("getPersonalData", "/personal_data/:id", "gateway", showOne("personal_data")),
  get("getMe", "/me", "gateway", ({ entries, settings }) => ({
    account_id: accountId("gateway"),
    status: "enabled",
    test: settings.read().isTest,
    name: "Sandbox",
    payout_methods: CHANNELS,
    payout_balance: toAmount(entries.balance("gateway")),
  })),
];

function get(name: string, path: string, account: AccountKind, handle: Handle): Endpoint {
  return { method: "GET", name, path: pattern(path), account, handle };
}

function post(name: string, path: string, account: AccountKind, handle: MakeObject): Endpoint {
  return { method: "POST", name, path: pattern(path), account, handle };
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(":id", "(?<id>[0-9a-zA-Z-]{1,64})")}$`);
}

function showOne(kind: ObjectKind): Handle {
  return ({ objects, ids }) => requireObject(objects, kind, ids["id"] ?? "").object;
}

/** Takes the one `metadata[key]` out of the query. */
function takeMetadata(query: Record<string, string>): Condition[] {
  const names = Object.keys(query).filter((name) => name.startsWith("metadata"));
  const [name = "metadata"] = names;
  const key = /^metadata\[([^\]"]{1,32})\]$/.exec(name)?.[1];
  if (key === undefined || names.length !== 1) {
    throw invalidRequest("Expected one pair like metadata[key]=value", "metadata");
  }
  const value = query[name] ?? "";
  delete query[name];
  return [{ sql: `json_extract(object, '$.metadata."' || ? || '"') = ?`, values: [key, value] }];
}

/**
 * YooKassa's part of the configuration: two accounts that go together, or none; and the sandbox's own in
 * sandbox mode, whatever is set, so that a real secret is never sent to a stand-in.
 */
import { SANDBOX_GATEWAY, SANDBOX_SHOP } from "../sandbox/yookassa/accounts.ts";
import type { Credentials } from "../yookassa/exchange.ts";
import { LOOPBACK_ADDRESSES, YOOKASSA_ADDRESSES } from "../yookassa/notice_sources.ts";
import type { ReceiptSettings } from "../yookassa/receipts.ts";
import { splitList, type VariableName, type Variables } from "./variables.ts";

/** How YooKassa is reached. */
export interface YooKassaConfig {
  readonly shop: Credentials;
  readonly gateway: Credentials;
  /** Where payers go back to; in sandbox mode it may be absent. */
  readonly returnUrl?: string;
  /** Absent: payments have no receipts. */
  readonly receipt?: ReceiptSettings;
  /** The receiver of a payout through the SBP is asked for his name, and it is checked. */
  readonly checksRecipient: boolean;
  /** From where notices come. */
  readonly noticeAddresses: readonly string[];
}

type Values = typeof Variables.Type;

const CREDENTIALS = [
  "YOOKASSA_SHOP_ID",
  "YOOKASSA_SECRET_KEY",
  "YOOKASSA_PAYOUT_GATEWAY_ID",
  "YOOKASSA_PAYOUT_SECRET_KEY",
] as const satisfies readonly VariableName[];
const RECEIPT_DETAILS = [
  "YOOKASSA_RECEIPT_SUBJECT",
  "YOOKASSA_RECEIPT_MODE",
  "YOOKASSA_RECEIPT_MEASURE",
  "YOOKASSA_TAX_SYSTEM_CODE",
] as const satisfies readonly VariableName[];

/** What does not go together, a sentence each. */
export function checkYooKassa(
  given: Partial<Record<VariableName, string>>,
  isLive: boolean,
): string[] {
  const problems: string[] = [];
  const first = CREDENTIALS.find((name) => given[name] !== undefined);
  const needed = isLive ? [...CREDENTIALS, "YOOKASSA_RETURN_URL" as const] : CREDENTIALS;
  for (const name of first === undefined ? [] : needed) {
    if (given[name] === undefined) problems.push(`${name} must be set beside ${first}`);
  }
  for (const name of ["YOOKASSA_SECRET_KEY", "YOOKASSA_PAYOUT_SECRET_KEY"] as const) {
    // With such a key nothing is paid, and everything looks as if it were.
    if (isLive && given[name]?.startsWith("test_")) {
      problems.push(`${name} must not be a test key beside a real TELEGRAM_BOT_TOKEN`);
    }
  }
  const detail = RECEIPT_DETAILS.find((name) => given[name] !== undefined);
  if (detail !== undefined && given.YOOKASSA_RECEIPT_VAT_CODE === undefined) {
    problems.push(`YOOKASSA_RECEIPT_VAT_CODE must be set beside ${detail}`);
  }
  return problems;
}

/** Undefined when no rubles are taken. */
export function toYooKassaConfig(
  values: Values,
  mode: "live" | "sandbox",
): YooKassaConfig | undefined {
  const accounts = mode === "sandbox"
    ? { shop: SANDBOX_SHOP, gateway: SANDBOX_GATEWAY }
    : realAccounts(values);
  if (accounts === undefined) return undefined;
  const receipt = receiptOf(values);
  const { YOOKASSA_RETURN_URL: returnUrl, YOOKASSA_NOTICE_ADDRESSES: addresses } = values;
  return {
    ...accounts,
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(receipt === undefined ? {} : { receipt }),
    checksRecipient: values.YOOKASSA_CHECK_RECIPIENT === "1",
    noticeAddresses: addresses === undefined
      ? mode === "sandbox" ? LOOPBACK_ADDRESSES : YOOKASSA_ADDRESSES
      : splitList(addresses),
  };
}

function realAccounts(values: Values): Pick<YooKassaConfig, "shop" | "gateway"> | undefined {
  const [shopId, shopKey, gatewayId, gatewayKey] = CREDENTIALS.map((name) => values[name]);
  if (
    shopId === undefined || shopKey === undefined || gatewayId === undefined ||
    gatewayKey === undefined
  ) return undefined;
  return {
    shop: { id: shopId, secretKey: shopKey },
    gateway: { id: gatewayId, secretKey: gatewayKey },
  };
}

function receiptOf(values: Values): ReceiptSettings | undefined {
  const { YOOKASSA_RECEIPT_VAT_CODE: vatCode, YOOKASSA_RECEIPT_MEASURE: measure } = values;
  const taxSystemCode = values.YOOKASSA_TAX_SYSTEM_CODE;
  if (vatCode === undefined) return undefined;
  return {
    vatCode,
    paymentSubject: values.YOOKASSA_RECEIPT_SUBJECT ?? "service",
    paymentMode: values.YOOKASSA_RECEIPT_MODE ?? "full_payment",
    ...(measure === undefined ? {} : { measure }),
    ...(taxSystemCode === undefined ? {} : { taxSystemCode }),
  };
}

/**
 * After three weeks: everything that Telegram holds is available, each charge is where Telegram's
 * books say, and the reconciliation has met all of them and nothing else.
 */
import type { Finding, OutsideBooks, OwnBooks } from "./evidence.ts";

const SETTLING = "provider/telegram/settling";

export function judgeWeeks({ charges }: OutsideBooks, own: OwnBooks): Finding[] {
  const known = new Map(own.charges.map((charge) => [charge.chargeId, charge]));
  const texts = [...own.starFindings.map((text) => `The reconciliation has found: ${text}`)];
  for (const { account, minor } of own.balances) {
    if (account === SETTLING) texts.push(`After 22 days ${-minor} Stars are still settling`);
  }
  for (const { telegram_payment_charge_id: id, refundedAtMs } of charges) {
    const charge = known.get(id);
    // What is not in our books at all is found elsewhere.
    if (charge === undefined) continue;
    const lies = refundedAtMs === null ? "available" : "gone";
    if (charge.lies !== lies) texts.push(`Charge ${id} is ${charge.lies}, and should be ${lies}`);
    if (!charge.isReceiptSeen) texts.push(`The receipt of ${id} was never met at Telegram`);
    if (lies === "gone" && !charge.isReturnSeen) {
      texts.push(`The return of ${id} was never met at Telegram`);
    }
  }
  return texts.map((text) => ({ kind: "ledger", text }));
}

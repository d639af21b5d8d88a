/** The ledger in itself, and against what Telegram holds for us. */
import type { Finding, OutsideBooks, OwnBooks } from "./evidence.ts";

const SETTLING = "provider/telegram/settling";
/** Accounts that are even once everything has come to its end. */
const PASSING = /^(payment|payout)\/|^raffle\/.+\/pot$/;

export function judgeLedger(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const texts = [...own.ledgerProblems];
  const held = outside.received - outside.refunded - outside.withdrawn;
  const settling = own.balances.find(({ account }) => account === SETTLING)?.minor ?? 0;
  if (-settling !== held) {
    texts.push(`Telegram holds ${held} Stars for us, our books say ${-settling}`);
  }
  for (const { account, minor } of own.balances) {
    if (PASSING.test(account)) texts.push(`${minor} Stars hang in ${account}`);
  }
  return texts.map((text) => ({ kind: "ledger", text }));
}

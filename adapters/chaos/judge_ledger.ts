/** The ledger in itself, and against what Telegram holds for us. */
import type { Finding, OutsideBooks, OwnBooks } from "./evidence.ts";

/** Where Stars lie until they are 21 days old, and after that. */
const HELD = "provider/telegram/";
/** Accounts that are even once everything has come to its end. */
const PASSING = /^(payment|payout)\/|^raffle\/.+\/pot$/;

export function judgeLedger(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const texts = [...own.ledgerProblems];
  const booked = own.balances.filter(({ account }) => account.startsWith(HELD))
    .reduce((sum, { minor }) => sum - minor, 0);
  if (booked !== outside.balance) {
    texts.push(`Telegram holds ${outside.balance} Stars for us, our books say ${booked}`);
  }
  for (const { account, minor } of own.balances) {
    if (PASSING.test(account)) texts.push(`${minor} Stars hang in ${account}`);
  }
  for (const { account, minor } of own.holds) {
    texts.push(`${minor} Stars of ${account} are held for nothing that is under way`);
  }
  return texts.map((text) => ({ kind: "ledger", text }));
}

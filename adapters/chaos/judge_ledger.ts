/** The ledger in itself, and against what Telegram and YooKassa hold for us. */
import type { Finding, OutsideBooks, OwnBalance, OwnBooks } from "./evidence.ts";

/** Where Stars lie until they are 21 days old, and after that. */
const HELD = "provider/telegram/";
/** Accounts that are even once everything has come to its end. */
const PASSING = /^(payment|payout)\/|^raffle\/.+\/pot$/;

export function judgeLedger(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const texts = [...own.ledgerProblems];
  const stars = own.balances.filter(({ account }) => account.startsWith(HELD))
    .reduce((sum, { minor }) => sum - minor, 0);
  if (stars !== outside.balance) {
    texts.push(`Telegram holds ${outside.balance} Stars for us, our books say ${stars}`);
  }
  texts.push(...compareRubles(outside, own));
  for (const balance of own.balances) {
    if (PASSING.test(balance.account)) {
      texts.push(`${amountOf(balance)} hang in ${balance.account}`);
    }
  }
  for (const hold of own.holds) {
    texts.push(`${amountOf(hold)} of ${hold.account} are held for nothing that is under way`);
  }
  return texts.map((text) => ({ kind: "ledger", text }));
}

/** The shop, what YooKassa has kept, and what has left through the gateway. */
function compareRubles({ bank: { held, fees, paidOut } }: OutsideBooks, own: OwnBooks): string[] {
  const booked = (name: string): number =>
    own.balances.find(({ account, currency }) => account === name && currency === "RUB")?.minor ??
      0;
  // What is held for us and what we have spent runs negative.
  const figures = [
    { what: "holds", theirs: held, ours: 0 - booked("provider/yookassa/shop") },
    { what: "has kept", theirs: fees, ours: 0 - booked("treasury/expense/yookassa") },
    { what: "has paid out", theirs: paidOut, ours: booked("provider/yookassa/gateway") },
  ];
  return figures.filter(({ theirs, ours }) => theirs !== ours).map(({ what, theirs, ours }) =>
    `YooKassa ${what} ${theirs} kopecks, our books say ${ours}`
  );
}

function amountOf({ minor, currency }: OwnBalance): string {
  return `${minor} ${currency === "XTR" ? "Stars" : `minor ${currency}`}`;
}

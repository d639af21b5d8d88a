/** What a person must learn of his rubles; see `judge_messages.ts`. */
import type { OutsideBooks, OwnBooks } from "./evidence.ts";
import { isByBank } from "./judge_bank_payouts.ts";
import type { MustKnow } from "./must_know.ts";

const BALANCE = /^user\/(.+)\/available$/;

export function mustKnowOfBank({ bank, chats }: OutsideBooks, own: OwnBooks): MustKnow[] {
  const transfers = new Map(own.transfers.map(({ key, to }) => [key, to]));
  const payers = new Map(
    chats.flatMap(({ playerId, pages }) => pages.map((id) => [id, playerId] as const)),
  );
  const back = new Set(
    bank.refunds.filter(({ status }) => status === "succeeded").map(({ paymentId }) => paymentId),
  );
  const payments = bank.payments.flatMap(({ id }): MustKnow[] => {
    const playerId = payers.get(id) ?? "";
    const isToppedUp = BALANCE.test(transfers.get(`charge/${id}/received`) ?? "");
    return [
      ...isToppedUp
        ? [{ playerId, what: `of top-up ${id}`, words: saying(id, "is on your balance") }]
        : [],
      ...back.has(id)
        ? [{ playerId, what: `that ${id} is back`, words: saying(id, "went back to where") }]
        : [],
      ...transfers.has(`charge/${id}/kept`)
        ? [{ playerId, what: `that ${id} is kept`, words: saying(id, "could not go back") }]
        : [],
    ];
  });
  const withdrawals = own.withdrawals.filter(isByBank).flatMap((
    { playerId, withdrawalId, choice, status },
  ): MustKnow[] => {
    const masked = "masked" in choice ? choice.masked : "";
    const words = { done: saying(masked, "– sent"), returned: saying(masked, "Nothing was sent") }[
      status
    ];
    return words === undefined
      ? []
      : [{ playerId, what: `that ${withdrawalId} is ${status}`, words }];
  });
  return [...payments, ...withdrawals];
}

function saying(about: string, words: string): (text: string) => boolean {
  return (text) => text.includes(words) && text.includes(about);
}

/**
 * What people have read. What a person must learn has arrived once at least, unless he blocked the
 * bot; a mass notice has arrived once at most.
 */
import type { Finding, OutsideBooks, OutsideChat, OwnBooks } from "./evidence.ts";
import { mustKnowOfBank } from "./judge_bank_messages.ts";
import { whoIsCredited } from "./judge_claims.ts";
import { isByBank } from "./judge_bank_payouts.ts";
import type { MustKnow } from "./must_know.ts";

/** What everybody in a raffle hears, by the notice's key; the words name the raffle. */
export const MASS_NOTICES = [
  { name: "sealed", words: /^“(.+)”: entries are closed, the list/ },
  { name: "drawn", words: /^“(.+)” is drawn:/ },
  { name: "drawWaits", words: /^“(.+)”: RANDOM\.ORG cannot be reached/ },
  { name: "cancelled", words: /^“(.+)” does not take place/ },
  { name: "disputed", words: /^“(.+)”: the signed answer could not be verified/ },
];

export function judgeMessages(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const repeated = outside.chats.flatMap(judgeMassNotices);
  const chats = new Map(outside.chats.map((chat) => [chat.playerId, chat]));
  const missing = mustKnow(outside, own).filter(({ playerId, words }) => {
    const chat = chats.get(playerId);
    return chat !== undefined && !chat.hasBlocked && !chat.texts.some((text) => words(text));
  });
  return [
    ...repeated,
    ...missing.map(({ playerId, what }): Finding => ({
      kind: "lost",
      text: `${playerId} was never told ${what}`,
    })),
  ];
}

function judgeMassNotices({ playerId, texts }: OutsideChat): Finding[] {
  return MASS_NOTICES.flatMap(({ name, words }) => {
    const titles = texts.flatMap((text) => words.exec(text)?.[1] ?? []);
    const counts = Map.groupBy(titles, (title) => title);
    return [...counts].filter(([, told]) => told.length > 1).map(([title, told]): Finding => ({
      kind: "doubled",
      text: `${playerId} was told ${told.length} times that “${title}” is ${name}`,
    }));
  });
}

function mustKnow(outside: OutsideBooks, own: OwnBooks): MustKnow[] {
  const titles = new Map(own.raffles.map(({ raffleId, title }) => [raffleId, title]));
  const titleOf = (raffleId: string): string => `“${titles.get(raffleId)}”`;
  const tickets = own.tickets.map(({ playerId, raffleId }): MustKnow => ({
    playerId,
    what: `that he has a ticket of ${raffleId}`,
    // Its number was another one if a ticket before it was voided since.
    words: (text) => text.startsWith(`You are in ${titleOf(raffleId)} with ticket No. `),
  }));
  const refunds = outside.charges.filter(({ refundKind }) => refundKind === "refund")
    .map(({ person_id, telegram_payment_charge_id: id }): MustKnow => ({
      playerId: `tg-${person_id}`,
      what: `that charge ${id} is back`,
      words: (text) => text.includes("went back to your Stars") && text.includes(id),
    }));
  const settled = new Set(
    own.raffles.filter(({ status }) => status === "settled").map(({ raffleId }) => raffleId),
  );
  const wins = own.draws.filter(({ raffleId }) => settled.has(raffleId)).flatMap((
    { raffleId, winners, reserves },
  ) => {
    const drawn = winners ?? [];
    const credited = whoIsCredited(raffleId, { winners: drawn, reserves, claims: own.claims });
    const holderOf = (number: number): string =>
      own.tickets.find((ticket) => ticket.raffleId === raffleId && ticket.number === number)
        ?.playerId ?? "";
    return [
      ...drawn.filter(({ minor }) => minor > 0).map(({ place, number }): MustKnow => ({
        playerId: holderOf(number),
        what: `that he won place ${place} of ${raffleId}`,
        words: (text) => text.includes(`You won place ${place} in ${titleOf(raffleId)}`),
      })),
      ...credited.winners.map(({ number }): MustKnow => ({
        playerId: holderOf(number),
        what: `that the prize of ${raffleId} is his`,
        words: (text) => text.includes(`from ${titleOf(raffleId)} is on your balance`),
      })),
    ];
  });
  const prizes = own.withdrawals.filter((one) => one.status === "done" && !isByBank(one))
    .flatMap(({ playerId, withdrawalId, choice }): MustKnow[] => {
      // Of his own payments he hears one by one.
      if (choice.kind === "refund") return [];
      const words = choice.kind === "gift"
        ? /^🎁 Your gift for .+ has been sent/
        : /^⭐ .+ is yours/;
      const what = `that ${withdrawalId} was sent`;
      return [{ playerId, what, words: (text) => words.test(text) }];
    });
  return [...tickets, ...refunds, ...wins, ...prizes, ...mustKnowOfBank(outside, own)];
}

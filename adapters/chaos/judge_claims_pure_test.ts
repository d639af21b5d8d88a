/** The judge on prizes that had to be taken, and on one that was guaranteed. */
import { describe, expect, it } from "vitest";
import type { FindingKind, OwnClaim } from "./evidence.ts";
import { judge } from "./judge.ts";
import {
  ANNA,
  type Books,
  BORIS,
  raffle,
  soundBooks,
  ticket,
  transfer,
} from "./testing/made_up_books.ts";

const VERA = "tg-3";
const PLAYERS = [ANNA, BORIS, VERA];

const claim = (place: number, number: number, round: number, state: string): OwnClaim => ({
  raffleId: "rfl_taken",
  place,
  number,
  round,
  state,
});
const credit = (place: number, playerId: string, minor: number) =>
  transfer(
    `payout/pyo_taken_${place}/credit`,
    `payout/pyo_taken_${place}/held`,
    `user/${playerId}/available`,
    minor,
  );

/** Of two places Anna did not take the first in time, so it was Vera's; Boris took the second. */
function soundClaims(): Books {
  const books = soundBooks();
  const { outside, own } = books;
  own.raffles.push(raffle("rfl_taken", "Taken", "settled", { guaranteed: 30 }));
  PLAYERS.forEach((playerId, index) => {
    const number = index + 1;
    own.tickets.push(
      ticket("rfl_taken", number, { playerId, paymentId: `pay_taken_${number}`, chargeId: null }),
    );
    const entry = `payment/pay_taken_${number}/entry`;
    own.transfers.push(transfer(entry, `user/${playerId}/available`, "raffle/rfl_taken/pot"));
    const chat = outside.chats.find((one) => one.playerId === playerId);
    chat?.texts.push(
      `You are in “Taken” with ticket No. ${number}. We write to you.`,
      `You won place ${number} in “Taken”: take it`,
      "20 ⭐ from “Taken” is on your balance. /balance",
    );
  });
  own.draws.push({
    raffleId: "rfl_taken",
    randomText: null,
    winners: [{ place: 1, number: 1, minor: 20 }, { place: 2, number: 2, minor: 10 }],
    reserves: [3],
  });
  own.announcements.push({ raffleId: "rfl_taken", occasion: "drawn", state: "sending" });
  own.claims = [
    claim(1, 1, 1, "lapsed"),
    claim(2, 2, 1, "claimed"),
    claim(1, 3, 2, "claimed"),
  ];
  own.transfers.push(credit(1, VERA, 20), credit(2, BORIS, 10));
  return books;
}

function kindsOf(spoil: (books: Books) => void): FindingKind[] {
  const books = soundClaims();
  spoil(books);
  const findings = judge(books.outside, books.own);
  return [...new Set(findings.map(({ kind }) => kind))].sort();
}

const replaceCredit = ({ own }: Books, place: number, playerId: string): void => {
  const { key, minor } = credit(place, playerId, place === 1 ? 20 : 10);
  own.transfers = own.transfers.filter((one) => one.key !== key);
  own.transfers.push(credit(place, playerId, minor));
};

describe("judge() on prizes that must be taken", () => {
  it("finds nothing in sound books", () => {
    expect(kindsOf(() => {})).toEqual([]);
  });

  it.each<{ fault: string; spoil: (books: Books) => void; kinds: FindingKind[] }>([
    {
      fault: "a prize for the one who did not take it",
      spoil: (books) => replaceCredit(books, 1, ANNA),
      kinds: ["doublePaid", "unpaid"],
    },
    {
      fault: "a reserve who moved up out of turn",
      spoil: ({ own }) => Object.assign(own.draws.at(-1) as object, { reserves: [4, 3] }),
      kinds: ["unpaid"],
    },
    {
      fault: "another winner than was drawn",
      spoil: ({ own }) =>
        Object.assign(own.draws.at(-1) as object, {
          winners: [{ place: 1, number: 2, minor: 20 }, { place: 2, number: 1, minor: 10 }],
        }),
      kinds: ["lost", "unpaid"],
    },
    {
      fault: "less than is guaranteed",
      spoil: ({ own }) => Object.assign(own.raffles.at(-1) as object, { guaranteed: 31 }),
      kinds: ["unpaid"],
    },
    {
      fault: "somebody who was never told that the prize is his",
      spoil: ({ outside }) => {
        const [, boris] = outside.chats;
        boris?.texts.pop();
      },
      kinds: ["lost"],
    },
  ])("finds $fault", ({ spoil, kinds }) => {
    expect(kindsOf(spoil)).toEqual(kinds);
  });

  it("lets a prize that nobody has taken go to the best place that is taken", () => {
    expect(kindsOf((books) => {
      books.own.claims = [claim(1, 1, 1, "lapsed"), claim(2, 2, 1, "claimed")];
      Object.assign(books.own.draws.at(-1) as object, { reserves: [] });
      replaceCredit(books, 1, BORIS);
    })).toEqual([]);
  });
});

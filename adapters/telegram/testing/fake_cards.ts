/** Open cards in memory. */
import type { PlayerId } from "../../../machines/domain/events.ts";
import type { Cards, OpenCard } from "../cards_port.ts";

/** The open cards, as a test may look at them. */
export interface FakeCards extends Cards {
  opened: OpenCard[];
  numbers: Map<PlayerId, number[]>;
  followers: Set<PlayerId>;
}

/** Creates an empty one; everybody reads English. */
export function createFakeCards(): FakeCards {
  const fake: FakeCards = {
    opened: [],
    numbers: new Map(),
    followers: new Set(),
    open(card) {
      fake.opened = fake.opened.filter(({ raffleId, playerId }) =>
        raffleId !== card.raffleId || playerId !== card.playerId
      );
      fake.opened.push(card);
      return Promise.resolve();
    },
    page({ raffleId, sinceMs, before, limit }) {
      const sorted = fake.opened
        .filter((card) => card.raffleId === raffleId && card.touchedAtMs >= sinceMs)
        .sort((a, b) => b.touchedAtMs - a.touchedAtMs);
      const start = before === undefined
        ? 0
        : sorted.findIndex(({ touchedAtMs }) => touchedAtMs < before.touchedAtMs);
      const page = start < 0 ? [] : sorted.slice(start, start + limit);
      return Promise.resolve(page.map((card) => ({
        ...card,
        language: "en",
        numbers: fake.numbers.get(card.playerId) ?? [],
        isFollower: fake.followers.has(card.playerId),
      })));
    },
    forget(card) {
      fake.opened = fake.opened.filter(({ messageId }) => messageId !== card.messageId);
      return Promise.resolve();
    },
    forgetAll(raffleId) {
      fake.opened = fake.opened.filter((card) => card.raffleId !== raffleId);
      return Promise.resolve();
    },
  };
  return fake;
}

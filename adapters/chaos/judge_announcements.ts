/**
 * The announcement channel: each raffle's opening, seal and end stand there once, but for those of
 * which our books say that nobody knows.
 */
import type { Finding, OutsideBooks, OwnAnnouncement, OwnBooks } from "./evidence.ts";

/** How a post begins, and the raffle's title in it. */
const POSTS = [
  { occasion: "opened", words: /^🎟 (.+)\n/ },
  { occasion: "sealed", words: /^🔏 (.+): entries are closed/ },
  { occasion: "drawn", words: /^🏆 (.+) is drawn/ },
  { occasion: "cancelled", words: /^(.+) does not take place/ },
];
/** What must be posted of a raffle that has come to this end; all else may have come too late. */
const MUST_STAND: Readonly<Record<string, string>> = { settled: "drawn", refunded: "cancelled" };

export function judgeAnnouncements(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const titles = new Map(own.raffles.map(({ raffleId, title }) => [raffleId, title]));
  const keyOf = ({ raffleId, occasion }: Pick<OwnAnnouncement, "raffleId" | "occasion">): string =>
    `${occasion} of ${titles.get(raffleId)}`;
  const posts = Map.groupBy(outside.posts.flatMap(readPost), (post) => post);
  const known = new Map(own.announcements.map((one) => [keyOf(one), one.state]));
  return [
    ...[...posts].filter(([, { length }]) => length > 1).map(([post, { length }]): Finding => ({
      kind: "doubled",
      text: `${length} posts tell of ${post}`,
    })),
    ...[...posts.keys()].filter((post) => !["posted", "sending"].includes(known.get(post) ?? ""))
      .map((post): Finding => ({
        kind: "lost",
        text: `A post tells of ${post}, in our books it is ${known.get(post) ?? "none"}`,
      })),
    ...[...known].filter(([post, state]) => state === "posted" && !posts.has(post))
      .map(([post]): Finding => ({ kind: "lost", text: `No post tells of ${post}` })),
    ...own.raffles.flatMap((raffle) =>
      mustStand(raffle, own).map((occasion) => keyOf({ ...raffle, occasion }))
    ).filter((post) => !known.has(post)).map((post): Finding => ({
      kind: "lost",
      text: `Nobody began to post ${post}`,
    })),
  ];
}

function readPost(text: string): string[] {
  return POSTS.flatMap(({ occasion, words }) => {
    const title = words.exec(text)?.[1];
    return title === undefined ? [] : [`${occasion} of ${title}`];
  });
}

/** A raffle that was called off before it opened was never announced. */
function mustStand(
  { raffleId, status }: OwnBooks["raffles"][number],
  { tickets }: OwnBooks,
): string[] {
  const occasion = MUST_STAND[status];
  const hasBegun = tickets.some((ticket) => ticket.raffleId === raffleId);
  return occasion === undefined || !hasBegun ? [] : [occasion];
}

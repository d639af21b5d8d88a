/** The teller's rules, one row each: what is accepted, what is refused, and whom it reaches. */
import { describe, expect, it } from "vitest";
import {
  type BroadcastContext,
  broadcastMachine,
  type RunningBroadcast,
} from "./broadcast_machine.ts";
import {
  isReplacedBy,
  type MassNotice,
  NO_COUNTS,
  tellEverybody,
  type TurnPage,
} from "./domain/broadcast.ts";
import { type Step, step } from "./testing/step.ts";
import { done, failed } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const raffleId = "rfl_1";
const joined = (players: number): MassNotice => ({
  key: "playersJoined",
  raffleId,
  tickets: players,
  players,
});
const drawWaits: MassNotice = { key: "drawWaits", raffleId };
const sealed: MassNotice = { key: "sealed", raffleId, seal: "5e", tickets: 2 };
const disputed: MassNotice = { key: "disputed", raffleId, reason: "unknownKey" };
const drawn: MassNotice = { key: "drawn", raffleId, winners: [] };
const opened: MassNotice = { key: "seriesOpened", raffleId, name: "Friday", number: 2 };
const cancelled: MassNotice = { key: "cancelled", raffleId, reason: "stoppedByAdmin" };

const TURNING = { telling: "turning" };
const SENDING = { telling: "sending" };

function running(notice: MassNotice, changes: Partial<RunningBroadcast> = {}): RunningBroadcast {
  return {
    number: 1,
    notice,
    winners: [],
    told: [],
    cursor: { group: "participants", playerId: "tg-5" },
    counts: NO_COUNTS,
    recipients: 250,
    startedAtMs: AT_MS,
    isReplaced: false,
    ...changes,
  };
}

function play(
  value: unknown,
  event: { type: string },
  context: Partial<BroadcastContext> = {},
): Omit<Step, "context"> & { context: BroadcastContext } {
  const taken = step(broadcastMachine, {
    input: { raffleId },
    value,
    context: { added: 1, ...context },
    event: event as never,
  });
  return { ...taken, context: taken.context as unknown as BroadcastContext };
}

const add = (notice: MassNotice, told: string[] = []) => tellEverybody(notice, { told }).event;

function turned(changes: Partial<TurnPage["output"]> = {}) {
  return done("turnPage", {
    taken: 100,
    cursor: { group: "participants", playerId: "tg-9" },
    recipients: null,
    counts: { sent: 97, blocked: 1, uncertain: 2, failed: 0 },
    atMs: AT_MS + 1,
    ...changes,
  });
}
const nobody = turned({ taken: 0 });

describe("a notice", () => {
  it.each([opened, joined(2), drawWaits, sealed, disputed, drawn, cancelled])(
    "of $key is begun at once when everything else is told",
    (notice) => {
      const taken = play("quiet", add(notice), { added: 4 });
      expect([taken.value, taken.invoked]).toEqual([TURNING, ["turnPage"]]);
      expect(taken.context.running).toMatchObject({
        number: 5,
        notice,
        cursor: { group: "winners" },
      });
      expect(taken.context.waiting).toEqual([]);
    },
  );

  it.each([
    ["quiet", null],
    [SENDING, running(joined(2))],
  ])("that was told before is not told again in %j", (value, before) => {
    const repeated = play(value, add(sealed), { known: ["sealed"], running: before });
    expect(repeated.isAccepted).toBe(true);
    expect([repeated.value, repeated.invoked]).toEqual([value, []]);
    expect(repeated.context.added).toBe(1);
  });

  it("of the number of players may come again", () => {
    const taken = play("quiet", add(joined(3)), { known: ["sealed"] });
    expect(taken.value).toEqual(TURNING);
    expect(taken.context.known).toEqual(["sealed"]);
  });

  it.each<[MassNotice, MassNotice, boolean]>([
    [joined(2), joined(3), true],
    [joined(2), sealed, true],
    [drawWaits, sealed, true],
    [drawWaits, drawn, true],
    // Everybody hears of the seal, and how it ended.
    [sealed, drawn, false],
    [sealed, cancelled, false],
    [sealed, drawWaits, false],
    [disputed, drawn, false],
    [drawn, disputed, false],
    [drawWaits, joined(3), false],
    // Entries are open still, and then they are not.
    [opened, joined(3), false],
    [opened, sealed, true],
    [opened, cancelled, true],
  ])("$0.key makes way for $1.key: $2", (older, newer, isOld) => {
    expect(isReplacedBy(older, newer)).toBe(isOld);
    const taken = play(SENDING, add(newer), { running: running(older) });
    expect(taken.value).toEqual(SENDING);
    expect(taken.invoked).toEqual([]);
    expect(taken.context.running?.isReplaced).toBe(isOld);
    expect(taken.context.waiting.map(({ notice }) => notice)).toEqual([newer]);
  });

  it("spares winners, who know how it ended, the seal that still waits", () => {
    const waiting = [{ number: 2, notice: sealed, winners: [], told: [] }];
    const result = { ...add(drawn), told: ["tg-7"] };
    const taken = play(SENDING, result, { running: running(joined(3)), waiting, added: 2 });
    expect(taken.context.waiting.map(({ notice, told }) => [notice.key, told])).toEqual([
      ["sealed", ["tg-7"]],
      ["drawn", ["tg-7"]],
    ]);
  });

  it("that waits and is old news is never begun", () => {
    const waiting = [{ number: 2, notice: joined(3), winners: [], told: [] }];
    const taken = play(SENDING, add(joined(4)), { running: running(sealed), waiting, added: 2 });
    expect(taken.context.waiting).toEqual([{
      number: 3,
      notice: joined(4),
      winners: [],
      told: [],
    }]);
    expect(taken.context.running?.isReplaced).toBe(false);
  });

  it("of the result spares those who have just been told that they won the seal", () => {
    const taken = play(SENDING, add(drawn, ["tg-7"]), { running: running(sealed) });
    expect(taken.actions).toEqual([
      ["skipRecipients", { raffleId, number: 1, playerIds: ["tg-7"] }],
    ]);
    // Nor from a later page.
    expect(taken.context.running?.told).toEqual(["tg-7"]);
    expect(play(SENDING, add(drawn), { running: running(sealed) }).actions).toEqual([]);
  });
});

describe("a page", () => {
  it.each<[MassNotice, object]>([
    [opened, { withObservers: false, isForFollowers: true }],
    [joined(2), { withObservers: false, isForFollowers: false }],
    [sealed, { withObservers: true, isForFollowers: false }],
    [cancelled, { withObservers: true, isForFollowers: false }],
  ])("of $0.key is for $1", (notice, groups) => {
    expect(play("quiet", add(notice)).inputs).toMatchObject([groups]);
  });

  it("is sent when it has somebody, and counted", () => {
    const taken = play(TURNING, turned({ recipients: 250 }), {
      running: running(sealed, { recipients: 0, startedAtMs: 0 }),
    });
    expect([taken.value, taken.invoked]).toEqual([SENDING, ["sendPage"]]);
    const counts = { sent: 97, blocked: 1, uncertain: 2, failed: 0 };
    expect(taken.context.running).toMatchObject({
      cursor: { group: "participants", playerId: "tg-9" },
      recipients: 250,
      startedAtMs: AT_MS + 1,
      counts,
    });
    expect(taken.actions).toEqual([["recordBroadcast", {
      raffleId,
      number: 1,
      notice: "sealed",
      status: "telling",
      recipients: 250,
      counts,
      startedAtMs: AT_MS + 1,
      atMs: AT_MS + 1,
    }]]);
  });

  it("is followed by the next", () => {
    const sent = play(SENDING, done("sendPage", {}), { running: running(sealed) });
    expect([sent.value, sent.invoked]).toEqual([TURNING, ["turnPage"]]);
  });

  it.each([
    [TURNING, "turnPage", { telling: "waitingToTurn" }],
    [SENDING, "sendPage", { telling: "waitingToSend" }],
  ])("in %j waits when %s fails", (value, id, next) => {
    const waiting = play(value, failed(id), { running: running(sealed) });
    expect(waiting.value).toEqual(next);
    expect(waiting.tags).toContain("waiting");
  });
});

describe("the end", () => {
  it("is quiet after the last page of the last notice", () => {
    // Three have gone, or were told otherwise, since they were counted.
    const ended = play(TURNING, nobody, { running: running(sealed, { recipients: 103 }) });
    expect(ended.value).toBe("quiet");
    expect(ended.tags).toContain("resting");
    expect(ended.context).toMatchObject({ running: null, waiting: [] });
    expect(ended.actions).toMatchObject([["recordBroadcast", { status: "told", recipients: 100 }]]);
  });

  it("begins what waits, in the same commit", () => {
    const waiting = [{ number: 2, notice: drawn, winners: [], told: ["tg-7"] }];
    const before = running(drawWaits, { isReplaced: true });
    const next = play(TURNING, nobody, { running: before, waiting });
    expect([next.value, next.invoked]).toEqual([TURNING, ["turnPage"]]);
    expect(next.context).toMatchObject({
      running: { number: 2, notice: drawn, told: ["tg-7"], isReplaced: false },
      waiting: [],
    });
    // A hundred of 250 were told.
    expect(next.actions).toMatchObject([["recordBroadcast", { status: "replaced" }]]);
  });

  it("is no replacement when everybody was told before the newer one could begin", () => {
    const before = running(drawWaits, { isReplaced: true, recipients: 100 });
    expect(play(TURNING, nobody, { running: before }).actions)
      .toMatchObject([["recordBroadcast", { status: "told" }]]);
  });

  const many = { sent: 100, blocked: 0, uncertain: 0, failed: 0 };
  it.each<[string, MassNotice, number, boolean]>([
    ["a large one", drawn, 1, true],
    ["a page or less", drawn, 0, false],
    ["a number of players", joined(900), 1, false],
  ])("of %s tells the admins as it should", (_, notice, more, isTold) => {
    const counts = { sent: more, blocked: 0, uncertain: 0, failed: 0 };
    const ended = play(TURNING, turned({ taken: 0, counts }), {
      running: running(notice, { counts: many, recipients: 100 + more }),
    });
    const told = ended.actions.filter(([name]) => name === "reportToAdmins");
    expect(told.length).toBe(isTold ? 1 : 0);
    if (isTold) {
      expect(told[0]?.[1]).toMatchObject({
        notice: { key: "broadcastEnded", notice: "drawn", status: "told", counts: { sent: 101 } },
      });
    }
  });
});

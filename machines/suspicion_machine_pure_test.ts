/** A suspicion and the look that raises it, one row for each rule: what is taken and what is refused. */
import { describe, expect, it } from "vitest";
import { checksMachine } from "./checks_machine.ts";
import { explainSuspicionRefusal } from "./explain_refusal.ts";
import { suspicionMachine } from "./suspicion_machine.ts";
import { begin, type Step, step, told } from "./testing/step.ts";
import { done } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const input = { suspicionId: "sus_1", playerId: "tg-1", raffleId: "rfl_1", signal: "burst" };
const UPHELD = { upheld: "excluded" };
const clear = { type: "suspicion.clear", by: "tg-9", seen: "open", atMs: AT_MS };
const exclude = { type: "suspicion.exclude", by: "tg-9", days: 30, atMs: AT_MS };
const raised = { type: "suspicion.raised", evidence: { players: 20 }, atMs: AT_MS };

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: object = {},
): Step {
  return step(suspicionMachine, { input, value, context, event });
}

function records({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "recordSuspicion").map(([, params]) => params);
}

describe("a suspicion", () => {
  it("is written down with what was counted, and then keeps no figures", () => {
    const first = play("created", raised);
    expect(first.value).toBe("open");
    expect(records(first)).toEqual([{
      ...input,
      status: "open",
      evidence: { players: 20 },
      by: null,
      barredUntilMs: 0,
      atMs: AT_MS,
    }]);
    expect(JSON.stringify(first.context)).not.toContain("players");
    expect(told(first)).toEqual([]);
  });

  it.each(["open", UPHELD, "cleared"])("that is seen again in %j changes nothing", (value) => {
    const again = play(value, raised);
    expect(again.isAccepted).toBe(true);
    expect([again.value, again.actions]).toEqual([value, []]);
  });

  it("that is cleared tells nobody", () => {
    const cleared = play("open", clear);
    expect(cleared.value).toBe("cleared");
    expect(records(cleared)).toMatchObject([{ status: "cleared", by: "tg-9", atMs: AT_MS }]);
    expect(told(cleared)).toEqual([]);
  });

  it("that is upheld excludes the player for so many days", () => {
    const upheld = play("open", exclude);
    expect(upheld.value).toEqual(UPHELD);
    expect(records(upheld)).toMatchObject([
      { status: "upheld", by: "tg-9", barredUntilMs: AT_MS + 30 * DAY_MS },
    ]);
    expect(upheld.actions.filter(([type]) => type === "tell")).toEqual([["tell", {
      to: "user/tg-1",
      event: {
        type: "player.barred",
        suspicionId: "sus_1",
        raffleId: "rfl_1",
        signal: "burst",
        untilMs: AT_MS + 30 * DAY_MS,
        atMs: AT_MS,
      },
    }]]);
  });

  it("that is cleared after an appeal lifts the bar", () => {
    const lifted = play(UPHELD, { ...clear, seen: "upheld" }, { barredUntilMs: AT_MS + DAY_MS });
    expect(lifted.value).toBe("cleared");
    expect(told(lifted)).toEqual(["user/tg-1 bar.lifted"]);
    expect(records(lifted)).toMatchObject([{ status: "cleared", barredUntilMs: 0 }]);
  });

  it.each<[unknown, { type: string } & Record<string, unknown>, string]>([
    ["open", { ...clear, by: "tg-1" }, "ownSuspicion"],
    ["open", { ...exclude, by: "tg-1" }, "ownSuspicion"],
    [UPHELD, { ...clear, by: "tg-1", seen: "upheld" }, "ownSuspicion"],
    // Another admin has excluded him since the page was shown.
    [UPHELD, clear, "changedMeanwhile"],
    [UPHELD, exclude, "alreadyDecided"],
    ["cleared", clear, "alreadyDecided"],
    ["cleared", { ...clear, seen: "upheld" }, "alreadyDecided"],
    ["cleared", exclude, "alreadyDecided"],
  ])("in %j refuses %j: %s", (value, event, reason) => {
    const refused = play(value, event);
    expect([refused.isAccepted, refused.value, refused.actions]).toEqual([false, value, []]);
    expect(explainSuspicionRefusal(refused, event)).toBe(reason);
  });
});

describe("the tickets of an upheld suspicion", () => {
  const LISTING = { upheld: "listing" };
  const ready = { type: "exclusion.ready", raffleId: "rfl_1" };
  const of = (raffles: string[], after = "") => ({ raffles, after, decidedAtMs: AT_MS });

  it("are read when the raffle says that its list is open", () => {
    const asked = play(UPHELD, ready);
    expect(asked.value).toEqual(LISTING);
    expect(asked.invoked).toEqual(["listTicketsOf"]);
  });

  it.each([
    [LISTING, { ...clear, seen: "upheld" }, ["user/tg-1 bar.lifted"]],
    [{ upheld: "waiting" }, { ...clear, seen: "upheld" }, ["user/tg-1 bar.lifted"]],
    [{ lifting: "betweenPages" }, { ...ready, raffleId: "rfl_2" }, []],
    ["cleared", ready, []],
  ])("are read to the end when it is lifted meanwhile (%j, %j)", (value, event, words) => {
    const late = play(value, event, of(["rfl_0"]));
    expect(late.value).toEqual({ lifting: "listing" });
    expect(late.invoked).toEqual(["listTicketsOf"]);
    expect(told(late)).toEqual(words);
  });

  it("go until it was lifted; then it is cleared for good", () => {
    const page = play(
      { lifting: "listing" },
      done("listTicketsOf", { paymentIds: ["pay_1"], isLast: true }) as never,
      of(["rfl_1"]),
    );
    expect(page.value).toBe("cleared");
    expect(told(page)).toEqual(["raffle/rfl_1 tickets.exclude"]);
  });

  it("of later times are his when it was lifted", () => {
    expect(play(UPHELD, ready, { barredUntilMs: AT_MS + DAY_MS, decidedAtMs: AT_MS }).inputs)
      .toEqual([{ raffleId: "rfl_1", playerId: "tg-1", after: "", limit: 100 }]);
    expect(play("cleared", ready, { decidedAtMs: AT_MS }).inputs)
      .toMatchObject([{ raffleId: "rfl_1", untilMs: AT_MS }]);
  });

  it("are told to the raffle, the last page as such", () => {
    const page = play(
      LISTING,
      done("listTicketsOf", { paymentIds: ["pay_1", "pay_2"], isLast: true }) as never,
      of(["rfl_1"]),
    );
    expect(page.value).toEqual(UPHELD);
    expect(page.actions).toEqual([["tell", {
      to: "raffle/rfl_1",
      event: {
        type: "tickets.exclude",
        suspicionId: "sus_1",
        paymentIds: ["pay_1", "pay_2"],
        isLastOfPlayer: true,
        atMs: AT_MS,
      },
    }]]);
    expect(page.context).toMatchObject({ raffles: [], after: "" });
  });

  it("are told page by page, each in a commit of its own", () => {
    const page = play(
      LISTING,
      done("listTicketsOf", { paymentIds: ["pay_1"], isLast: false }) as never,
      of(["rfl_1"]),
    );
    expect(page.value).toEqual({ upheld: "betweenPages" });
    expect(page.actions).toMatchObject([["tell", { event: { isLastOfPlayer: false } }]]);
    expect(page.context).toMatchObject({ raffles: ["rfl_1"], after: "pay_1" });
  });

  it("of a second raffle follow, and none of one in which he has none", () => {
    const second = play(LISTING, { ...ready, raffleId: "rfl_2" }, of(["rfl_1"]));
    expect(second.context).toMatchObject({ raffles: ["rfl_1", "rfl_2"] });
    expect(second.invoked).toEqual(["listTicketsOf"]);
    const none = play(
      LISTING,
      done("listTicketsOf", { paymentIds: [], isLast: true }) as never,
      of(["rfl_1", "rfl_2"]),
    );
    expect([none.value, none.actions]).toEqual([{ upheld: "betweenPages" }, []]);
    expect(none.context).toMatchObject({ raffles: ["rfl_2"], after: "" });
  });
});

describe("the checks", () => {
  const limits = {
    newHours: 24,
    newUserId: 0,
    entriesPerMinute: 10,
    entriesPerHour: 0,
    burstPlayers: 0,
    burstSeconds: 0,
    sharedDestination: 0,
    foreignInvoices: 0,
  };
  const off = { ...limits, entriesPerMinute: 0 };
  const found = { ...input, evidence: { players: 20 } };
  const configured = (limits: object, atMs = AT_MS + 5) => ({
    type: "checks.configured",
    limits,
    atMs,
  });
  const look = (output: object) =>
    step(checksMachine, {
      input: { limits, atMs: AT_MS },
      value: "looking",
      event: done("lookForSuspicions", {
        found: [],
        after: { atMs: AT_MS, paymentId: "pay_1" },
        isLast: true,
        atMs: AT_MS,
        ...output,
      }) as never,
    });

  it.each<[string, object, string, number]>([
    ["off", limits, "waiting", AT_MS + 5],
    ["off", off, "off", AT_MS],
    ["waiting", off, "off", AT_MS],
    // After a restart they go on where they were.
    ["waiting", limits, "waiting", AT_MS],
    ["betweenPages", limits, "waiting", AT_MS],
  ])("in %s that are configured with %j are %s", (value, given, want, fromMs) => {
    const taken = step(checksMachine, {
      input: { limits: off, atMs: AT_MS },
      value,
      event: configured(given),
    });
    expect([taken.isAccepted, taken.value]).toEqual([true, want]);
    expect(taken.context).toEqual({ limits: given, after: { atMs: fromMs, paymentId: "" } });
  });

  it("begin switched off, until they are told what is configured", () => {
    expect(begin(checksMachine, { limits, atMs: AT_MS }).value).toBe("off");
  });

  it("raise what they found and tell the admins how many there are", () => {
    const looked = look({ found: [found, { ...found, suspicionId: "sus_2" }] });
    expect(looked.value).toBe("waiting");
    expect(told(looked)).toEqual([
      "suspicion/sus_1 suspicion.raised",
      "suspicion/sus_2 suspicion.raised",
    ]);
    expect(looked.actions.at(-1))
      .toEqual(["reportToAdmins", { notice: { key: "suspicionsFound", count: 2 } }]);
    expect(looked.context).toMatchObject({ after: { paymentId: "pay_1" } });
  });

  it("say nothing when there is nothing, and go on at once while there is more", () => {
    expect(look({}).actions).toEqual([]);
    expect(look({ isLast: false }).value).toBe("betweenPages");
  });
});

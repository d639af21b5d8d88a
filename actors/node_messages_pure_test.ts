/** What nodes say to each other, and what others may say on their channels. */
import { describe, expect, it } from "vitest";
import {
  channelOf,
  drainNotification,
  notificationsOf,
  readNodeMessage,
  replyTo,
} from "./node_messages.ts";
import { detachedReference } from "./reference.ts";
import type { View } from "./view.ts";

const read = (payload: string) =>
  readNodeMessage(payload, (address) => detachedReference(address, () => {}));

function viewOf(address: string, context: unknown): View {
  return {
    address,
    value: "here",
    context,
    status: "active",
    output: undefined,
    tags: [],
    revision: 7,
  };
}

describe("readNodeMessage()", () => {
  it("reads what nodes say", () => {
    expect(read(drainNotification("collector/1", undefined).payload))
      .toEqual({ type: "drain", root: "collector/1" });
    const view = viewOf("collector/1", { got: 1 });
    const [notification] = notificationsOf([
      { to: replyTo("other", 5), address: view.address, decision: { status: "accepted" }, view },
      {
        to: replyTo("other", 6),
        address: "collector/2",
        decision: { status: "refused", reason: "no" },
        view: undefined,
      },
    ], "own");
    expect(read(notification?.payload ?? "")).toEqual({
      type: "receipts",
      receipts: [
        { number: 5, address: "collector/1", decision: { status: "accepted" }, view },
        {
          number: 6,
          address: "collector/2",
          decision: { status: "refused", reason: "no" },
          view: undefined,
        },
      ],
    });
  });

  it.each([
    "x",
    "null",
    "7",
    "[]",
    '{"type":"hello"}',
    '{"type":"drain"}',
    '{"type":"drain","root":7}',
    '{"type":"drain","root":"collector"}',
    '{"type":"drain","root":"collector/a b"}',
    '{"type":"drain","root":"collector/1/child"}',
    '{"type":"receipts"}',
    '{"type":"receipts","receipts":{},"views":{}}',
    '{"type":"receipts","receipts":[],"views":null}',
  ])("ignores what no node says: %s", (payload) => {
    expect(read(payload)).toBe(undefined);
  });

  it.each([
    null,
    {},
    { number: "1", address: "collector/1", status: "accepted" },
    { number: 1, address: 2, status: "accepted" },
    { number: 1, address: "collector/1", status: "postponed" },
    { number: 1, address: "collector/1", status: "refused", reason: {} },
  ])("ignores a receipt that no node gives: %j", (receipt) => {
    const payload = JSON.stringify({ type: "receipts", receipts: [receipt], views: {} });
    expect(read(payload)).toEqual({ type: "receipts", receipts: [] });
  });

  it.each([
    ["of another actor", { "collector/1": viewOf("collector/2", {}) }],
    ["that is none", { "collector/1": 7 }],
  ])("takes no view %s", (_, views) => {
    const receipt = { number: 1, address: "collector/1", status: "accepted" };
    const payload = JSON.stringify({ type: "receipts", receipts: [receipt], views });
    expect(read(payload)).toMatchObject({ receipts: [{ number: 1, view: undefined }] });
  });
});

describe("notificationsOf()", () => {
  /** Receipts of one actor for several nodes, whose view counts how often it is read. */
  function repliesOf(count: number, characters: number) {
    let reads = 0;
    const context = {
      get ballast() {
        reads++;
        return "x".repeat(characters);
      },
    };
    const view = viewOf("collector/1", context);
    const replies = Array.from({ length: count }, (_, number) => ({
      to: replyTo(`node-${number % 3}`, number),
      address: view.address,
      decision: { status: "refused" as const, reason: "no" },
      view,
    }));
    return { replies, reads: () => reads };
  }

  it.each([["that travel", 2_500], ["that are too large to travel", 5_000]])(
    "writes views %s once, however many receipts there are",
    (_, characters) => {
      const one = repliesOf(1, characters);
      notificationsOf(one.replies, "own");
      const many = repliesOf(256, characters);
      notificationsOf(many.replies, "own");
      expect(many.reads()).toBe(one.reads());
    },
  );

  it("keeps to what Postgres takes whatever the reason and the address are made of", () => {
    const view = viewOf(`collector/${"ж".repeat(190)}/${"я".repeat(500)}`, "x".repeat(80));
    const reply = {
      to: replyTo("other", 1),
      address: view.address,
      decision: { status: "refused" as const, reason: "\u0001".repeat(4_000) },
      view,
    };
    const notifications = notificationsOf([reply, { ...reply, to: replyTo("other", 2) }], "own");
    expect(notifications).toHaveLength(2);
    for (const [index, { payload }] of notifications.entries()) {
      expect(new TextEncoder().encode(payload).length).toBeLessThan(8_000);
      expect(read(payload)).toMatchObject({
        receipts: [{
          number: index + 1,
          decision: { reason: expect.stringContaining("\u0001") },
          view: undefined,
        }],
      });
    }
  });

  it.each([0, 2_500, 5_000])(
    "tells each receipt once and to its node, in payloads that Postgres takes (view of %d)",
    (characters) => {
      const { replies } = repliesOf(256, characters);
      const notifications = notificationsOf(replies, "node-0");
      const told = notifications.flatMap(({ channel, payload }) => {
        expect(new TextEncoder().encode(payload).length).toBeLessThan(8_000);
        const message = read(payload);
        if (message?.type !== "receipts") throw new Error(`These are no receipts: ${payload}`);
        return message.receipts.map(({ number, view }) => {
          expect(channel).toBe(channelOf(`node-${number % 3}`));
          expect(view?.context.ballast.length).toBe(characters > 3_000 ? undefined : characters);
          return number;
        });
      });
      const expected = replies.map((_, number) => number).filter((number) => number % 3 > 0);
      expect(told.toSorted((a, b) => a - b)).toEqual(expected);
    },
  );
});

/** What nodes say to each other, and what others may say on their channels. */
import { describe, expect, it } from "vitest";
import { drainNotification, notificationsOf, readNodeMessage, replyTo } from "./node_messages.ts";
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
    `{"type":"receipts","receipts":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
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

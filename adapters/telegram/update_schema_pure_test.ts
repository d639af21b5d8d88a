import { describe, expect, it } from "vitest";
import { anna, messageUpdate, textUpdate } from "./testing/updates.ts";
import { decodeUpdate, updateIdOf } from "./update_schema.ts";

describe("decodeUpdate()", () => {
  it("names the kind of an update, also of one that it does not know", () => {
    expect(decodeUpdate(textUpdate("hi")).kind).toBe("message");
    expect(decodeUpdate({ update_id: 1, chat_boost: {} }).kind).toBe("chat_boost");
    expect(decodeUpdate({ update_id: 1 }).kind).toBe("empty");
  });

  it("leaves out what the bot does not read", () => {
    const update = decodeUpdate(
      messageUpdate({ photo: [{ file_id: "x" }], caption: "between us" }),
    );
    expect(JSON.stringify(update)).not.toContain("between us");
  });

  it("takes out what the database cannot store", () => {
    const from = { ...anna, first_name: "A\0nna\ud83d" };
    expect(decodeUpdate(textUpdate("a\0b", from)).message).toMatchObject({
      text: "ab",
      from: { first_name: "Anna\ufffd" },
    });
  });

  it.each([
    { update_id: 1, message: { ...textUpdate("x")["message"], from: { id: 1.5, first_name: "" } } },
    {
      update_id: 1,
      message: { ...textUpdate("x")["message"], chat: { id: "1", type: "private" } },
    },
    { update_id: 2 ** 60, message: undefined },
    { update_id: 1, callback_query: { id: "", from: anna } },
    { update_id: 1, pre_checkout_query: { id: "1", from: anna } },
    { update_id: 1, my_chat_member: { chat: { id: 1, type: "private" }, from: anna } },
  ])("refuses %j", (input) => {
    expect(() => decodeUpdate(input)).toThrow();
  });
});

describe("updateIdOf()", () => {
  it.each([[{ update_id: 5 }, 5], [{ update_id: "5" }, undefined], [null, undefined], [
    7,
    undefined,
  ]])(
    "of %j is %s",
    (input, want) => {
      expect(updateIdOf(input)).toBe(want);
    },
  );
});

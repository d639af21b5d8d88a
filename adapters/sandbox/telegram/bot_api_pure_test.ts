/** The Bot API's answers: what is accepted and what is refused, method by method, in its words. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFixture, type Fixture, TOKEN } from "../sandbox_for_tests.ts";

const ANNA = 1001;
const STRANGER = 1002;
const BLOCKER = 1003;
const inline = (...buttons: unknown[]): unknown => ({ inline_keyboard: [buttons] });
const invoice = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: "Entry",
  description: "One entry",
  payload: "order_1",
  currency: "XTR",
  prices: [{ label: "Entry", amount: 10 }],
  ...change,
});

let fixture: Fixture;
let own = 0;
let theirs = 0;
let fileId = "";

beforeAll(async () => {
  fixture = await createFixture({ flood: { perSecond: 10_000, chatBurst: 10_000 } });
  for (const id of [ANNA, STRANGER, BLOCKER]) await fixture.people.person({ id });
  theirs = (await fixture.people.write(ANNA, "/start")).message?.message_id ?? 0;
  await fixture.people.write(BLOCKER, "/start");
  await fixture.people.block(BLOCKER);
  own = (await fixture.call("sendMessage", { chat_id: ANNA, text: "first" })).result.message_id;
  const form = new FormData();
  form.set("chat_id", String(ANNA));
  form.set("document", new Blob(["{}"]), "proof.json");
  const sent = await fixture.request(`/bot${TOKEN}/sendDocument`, { method: "POST", body: form });
  fileId = (await sent.json()).result.document.file_id;
});
afterAll(() => fixture.sandbox.close());

describe("sendMessage", () => {
  it.each([
    ["plain text", { text: "Hello" }],
    ["a chat id as a string", { chat_id: String(ANNA), text: "Hello" }],
    ["HTML", { text: "<b>A &amp; B</b>", parse_mode: "HTML" }],
    ["4096 characters beside the tags", { text: `<b>${"я".repeat(4096)}</b>`, parse_mode: "HTML" }],
    ["64 bytes of callback data", {
      text: "x",
      reply_markup: inline({ text: "b", callback_data: "я".repeat(32) }),
    }],
    ["a keyboard as a JSON string", { text: "x", reply_markup: '{"remove_keyboard":true}' }],
    ["a preview option", { text: "x", link_preview_options: { is_disabled: true } }],
    ["a page on loopback", {
      text: "x",
      reply_markup: inline({ text: "b", url: "http://127.0.0.1:8080/x" }),
    }],
  ])("accepts %s", async (_name, params) => {
    expect(await fixture.call("sendMessage", { chat_id: ANNA, ...params })).toMatchObject({
      ok: true,
      result: { chat: { id: ANNA, type: "private" } },
    });
  });

  it.each([
    ["no text", { text: "" }, "message text is empty"],
    ["tags around nothing", { text: "<b> </b>", parse_mode: "HTML" }, "message text is empty"],
    ["4097 characters", { text: "я".repeat(4097) }, "message is too long"],
    ["no chat", { chat_id: null, text: "x" }, "chat_id is empty"],
    ["a person unknown", { chat_id: 5, text: "x" }, "chat not found"],
    ["a person who never wrote", { chat_id: STRANGER, text: "x" }, "chat not found"],
    ["another parse mode", { text: "x", parse_mode: "Latex" }, "unsupported parse_mode"],
    ["an unknown parameter", { text: "x", parseMode: "HTML" }, 'unknown parameter "parseMode"'],
    [
      "a Pay button",
      { text: "x", reply_markup: inline({ text: "b", pay: true }) },
      "BUTTON_TYPE_INVALID",
    ],
    [
      "65 bytes of callback data",
      { text: "x", reply_markup: inline({ text: "b", callback_data: "x".repeat(65) }) },
      "BUTTON_DATA_INVALID",
    ],
    [
      "empty callback data",
      { text: "x", reply_markup: inline({ text: "b", callback_data: "" }) },
      "BUTTON_DATA_INVALID",
    ],
    [
      "a button with two purposes",
      { text: "x", reply_markup: inline({ text: "b", url: "https://a.b", callback_data: "x" }) },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      "a wrong address",
      { text: "x", reply_markup: inline({ text: "b", url: "ftp://a.b" }) },
      "BUTTON_URL_INVALID",
    ],
    [
      "a reply to nothing",
      { text: "x", reply_parameters: { message_id: 999_999 } },
      "message to be replied not found",
    ],
    [
      "broken JSON inside",
      { text: "x", reply_markup: "{" },
      "can't parse reply markup JSON object",
    ],
  ])("refuses %s", async (_name, params, words) => {
    expect(await fixture.call("sendMessage", { chat_id: ANNA, ...params })).toEqual({
      status: 400,
      ok: false,
      error_code: 400,
      description: `Bad Request: ${words}`,
    });
  });

  it("answers 403 for a person who blocked the bot", async () => {
    expect(await fixture.call("sendMessage", { chat_id: BLOCKER, text: "x" })).toMatchObject({
      status: 403,
      description: "Forbidden: bot was blocked by the user",
    });
  });
});

describe("sendInvoice and createInvoiceLink", () => {
  it.each([
    ["the least", {}],
    ["the longest fields", {
      title: "я".repeat(32),
      description: "я".repeat(255),
      payload: "я".repeat(64),
    }],
    ["the highest price", { prices: [{ label: "Entry", amount: 100_000 }] }],
    ["prices as a JSON string", { prices: '[{"label":"Entry","amount":1}]' }],
    ["an empty provider token", { provider_token: "" }],
  ])("accept %s", async (_name, change) => {
    expect((await fixture.call("sendInvoice", { chat_id: ANNA, ...invoice(change) })).result)
      .toMatchObject({ invoice: { currency: "XTR", start_parameter: "" } });
    expect((await fixture.call("createInvoiceLink", invoice(change))).result).toMatch(
      /^https:\/\/t\.me\/\$/,
    );
  });

  it.each([
    ["no title", { title: "" }, "invoice title must be non-empty"],
    ["33 characters of title", { title: "x".repeat(33) }, "invoice title is too long"],
    ["256 of description", { description: "x".repeat(256) }, "invoice description is too long"],
    ["no payload", { payload: "" }, "INVOICE_PAYLOAD_INVALID"],
    ["129 bytes of payload", { payload: `${"я".repeat(64)}x` }, "INVOICE_PAYLOAD_INVALID"],
    ["rubles", { currency: "RUB" }, "PAYMENT_PROVIDER_INVALID"],
    ["a provider token", { provider_token: "1:2" }, "PAYMENT_PROVIDER_INVALID"],
    ["no price", { prices: [] }, "STARS_INVOICE_INVALID"],
    [
      "two prices",
      { prices: [{ label: "a", amount: 1 }, { label: "b", amount: 1 }] },
      "STARS_INVOICE_INVALID",
    ],
    ["nothing to pay", { prices: [{ label: "a", amount: 0 }] }, "CURRENCY_TOTAL_AMOUNT_INVALID"],
    ["too much", { prices: [{ label: "a", amount: 100_001 }] }, "CURRENCY_TOTAL_AMOUNT_INVALID"],
    [
      "half a Star",
      { prices: [{ label: "a", amount: 1.5 }] },
      'can\'t parse labeled price: Field "amount" must be of type Number',
    ],
    ["tips", { max_tip_amount: 5 }, 'unknown parameter "max_tip_amount"'],
  ])("refuse %s", async (_name, change, words) => {
    for (const method of ["sendInvoice", "createInvoiceLink"]) {
      const chat = method === "sendInvoice" ? { chat_id: ANNA } : {};
      expect(await fixture.call(method, { ...chat, ...invoice(change) })).toMatchObject({
        status: 400,
        description: `Bad Request: ${words}`,
      });
    }
  });

  it.each([
    [[{ text: "Pay", pay: true }, { text: "Rules", callback_data: "r" }], null],
    [[{ text: "Rules", callback_data: "r" }, { text: "Pay", pay: true }], "BUTTON_POS_INVALID"],
    [[{ text: "Rules", callback_data: "r" }], "REPLY_MARKUP_BUY_EMPTY"],
  ])("want the Pay button first (%#)", async (buttons, words) => {
    const answer = await fixture.call("sendInvoice", {
      chat_id: ANNA,
      ...invoice({ reply_markup: inline(...buttons) }),
    });
    expect(answer.description ?? null).toBe(words === null ? null : `Bad Request: ${words}`);
  });
});

describe("edits and deletions", () => {
  it("editMessageText changes the text and takes the keyboard away", async () => {
    const { result } = await fixture.call("sendMessage", {
      chat_id: ANNA,
      text: "a",
      reply_markup: inline({ text: "b", callback_data: "c" }),
    });
    const edited = await fixture.call("editMessageText", {
      chat_id: ANNA,
      message_id: result.message_id,
      text: "b",
    });
    expect(edited.result).toMatchObject({ text: "b", edit_date: result.date });
    expect(edited.result.reply_markup).toBeUndefined();
  });

  it.each([
    [
      "editMessageText",
      { text: "first" },
      "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    ],
    ["editMessageText", { text: "x", message_id: 999_999 }, "message to edit not found"],
    ["editMessageText", { text: "x", message_id: null }, "message identifier is not specified"],
    ["editMessageText", { text: "" }, "message text is empty"],
    ["editMessageReplyMarkup", { reply_markup: { keyboard: [] } }, "inline keyboard expected"],
    ["deleteMessage", { message_id: 999_999 }, "message to delete not found"],
    ["deleteMessage", { message_id: null }, "message identifier is not specified"],
  ])("%s refuses %o", async (method, change, words) => {
    expect(await fixture.call(method, { chat_id: ANNA, message_id: own, ...change }))
      .toMatchObject({ status: 400, description: `Bad Request: ${words}` });
  });

  it("refuse to edit what the person wrote", async () => {
    expect(await fixture.call("editMessageText", { chat_id: ANNA, message_id: theirs, text: "x" }))
      .toMatchObject({ description: "Bad Request: message can't be edited" });
  });

  it("editMessageReplyMarkup sets and removes a keyboard; deleteMessage works once", async () => {
    const { result } = await fixture.call("sendMessage", { chat_id: ANNA, text: "a" });
    const at = { chat_id: ANNA, message_id: result.message_id };
    const keyboard = inline({ text: "b", callback_data: "c" });
    expect((await fixture.call("editMessageReplyMarkup", { ...at, reply_markup: keyboard })).ok)
      .toBe(true);
    expect((await fixture.call("editMessageReplyMarkup", at)).result.reply_markup).toBeUndefined();
    expect(await fixture.call("deleteMessage", at)).toMatchObject({ result: true });
    expect((await fixture.call("deleteMessage", at)).status).toBe(400);
  });

  it("refuse to delete after 48 hours", async () => {
    const { result } = await fixture.call("sendMessage", { chat_id: ANNA, text: "old" });
    await fixture.clock.advance(48 * 3_600_000 + 1000);
    expect(await fixture.call("deleteMessage", { chat_id: ANNA, message_id: result.message_id }))
      .toMatchObject({ description: "Bad Request: message can't be deleted for everyone" });
  });
});

describe("the account", () => {
  it("getMe tells who the bot is, by GET too, in any spelling", async () => {
    const response = await fixture.request(`/bot${TOKEN}/GETME`);
    expect(await response.json()).toMatchObject({
      ok: true,
      result: { id: 123456789, is_bot: true },
    });
  });

  it.each([
    ["getChat", { chat_id: ANNA }, null],
    ["getChat", { chat_id: BLOCKER }, null],
    ["getChat", { chat_id: STRANGER }, "chat not found"],
    ["getChat", {}, "chat_id is empty"],
    ["sendChatAction", { chat_id: ANNA, action: "typing" }, null],
    ["sendChatAction", { chat_id: ANNA, action: "dancing" }, "wrong parameter action in request"],
    ["setMyCommands", { commands: [{ command: "start", description: "Begin" }] }, null],
    [
      "setMyCommands",
      { commands: [{ command: "Start", description: "x" }] },
      "BOT_COMMAND_INVALID",
    ],
    [
      "setMyCommands",
      { commands: [{ command: "start", description: "" }] },
      "BOT_COMMAND_DESCRIPTION_INVALID",
    ],
    ["setMyCommands", { commands: "x" }, "can't parse commands JSON object"],
    ["setMyCommands", { commands: [], language_code: "eng" }, "invalid language code specified"],
  ])("%s %o", async (method, params, words) => {
    const answer = await fixture.call(method, params);
    expect(answer.description ?? null).toBe(words === null ? null : `Bad Request: ${words}`);
  });

  it("sendDocument keeps the file, and sends it again by its id", async () => {
    const again = await fixture.call("sendDocument", {
      chat_id: ANNA,
      document: fileId,
      caption: "<i>Proof</i>",
      parse_mode: "HTML",
    });
    expect(again.result).toMatchObject({
      caption: "Proof",
      document: { file_name: "proof.json", file_size: 2 },
    });
    expect(await (await fixture.request(`/sandbox/files/${fileId}`)).text()).toBe("{}");
  });

  it.each([
    [{}, "there is no document in the request"],
    [{ document: "nope" }, "wrong remote file identifier specified"],
    [{ document: "x", caption: "x".repeat(1025) }, "message caption is too long"],
  ])("sendDocument refuses %o", async (params, words) => {
    expect(await fixture.call("sendDocument", { chat_id: ANNA, ...params })).toMatchObject({
      status: 400,
      description: `Bad Request: ${words}`,
    });
  });
});

describe("the way in", () => {
  it.each([
    ["a token without a colon", "123", 404, "Not Found"],
    ["a malformed token", "abc:def", 401, "Unauthorized: invalid token specified"],
    ["another secret of a known bot", `123456789:${"B".repeat(35)}`, 401, "Unauthorized"],
  ])("refuses %s", async (_name, token, status, description) => {
    expect(await fixture.call("getMe", {}, token)).toMatchObject({ status, description });
  });

  it("answers 404 to an unknown method", async () => {
    expect(await fixture.call("sendPrize")).toMatchObject({
      status: 404,
      description: "Not Found: method not found",
    });
  });

  it("takes forms and refuses broken JSON", async () => {
    const form = await fixture.request(`/bot${TOKEN}/sendMessage`, {
      method: "POST",
      body: new URLSearchParams({ chat_id: String(ANNA), text: "from a form" }),
    });
    expect(await form.json()).toMatchObject({ result: { text: "from a form" } });
    const broken = await fixture.request(`/bot${TOKEN}/sendMessage`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(broken.status).toBe(400);
  });

  it("writes every call down with its answer", async () => {
    const before = (await fixture.people.calls()).at(-1)?.id ?? 0;
    await fixture.call("sendMessage", { chat_id: 5, text: "x" });
    expect(await fixture.people.calls({ after: before })).toMatchObject([
      { method: "sendMessage", params: { chat_id: 5, text: "x" }, answer: { error_code: 400 } },
    ]);
  });
});

/** The door for notices: who may come in, what is a notice, and the sandbox knocking. */
import { describe, expect, it } from "vitest";
import { createApp, YOOKASSA_NOTICE_PATH } from "../http/create_app.ts";
import { createNoticeDoor } from "./notice_door.ts";
import {
  createNoticeSources,
  isAddressOrNetwork,
  LOOPBACK_ADDRESSES,
  YOOKASSA_ADDRESSES,
} from "./notice_sources.ts";
import { type NoticeHint, NoticeRefusedError, readNotice } from "./read_notice.ts";
import { createSandboxedYooKassa } from "./testing/sandboxed_yookassa.ts";

const ID = "22e12f66-000f-5000-8000-18db351245c7";
const NOTICE = {
  type: "notification",
  event: "payment.succeeded",
  object: { id: ID, status: "succeeded", amount: { value: "100.00", currency: "RUB" } },
};
const fromYooKassa = createNoticeSources({ addresses: YOOKASSA_ADDRESSES });

describe("createNoticeSources()", () => {
  const isIn = (remoteAddress: string | undefined) =>
    fromYooKassa({ remoteAddress, forwardedFor: null });

  it.each([
    "185.71.76.0",
    "185.71.76.31",
    "185.71.77.17",
    "77.75.153.0",
    "77.75.153.127",
    "77.75.156.11",
    "77.75.156.35",
    "77.75.154.128",
    "77.75.154.255",
    "2a02:5180::1",
    "2a02:5180:ffff::1",
    "::ffff:77.75.156.11",
    "2a02:5180::1%eth0",
  ])("lets %s in", (address) => {
    expect(isIn(address)).toBe(true);
  });

  it.each([
    "185.71.75.255",
    "185.71.76.32",
    "185.71.77.32",
    "77.75.153.128",
    "77.75.156.10",
    "77.75.156.36",
    "77.75.154.127",
    "77.75.155.0",
    "2a02:5181::1",
    "::ffff:77.75.156.12",
    "127.0.0.1",
    "::1",
    "77.75.156.11.evil.example",
    "",
    undefined,
  ])("keeps %s out", (address) => {
    expect(isIn(address)).toBe(false);
  });

  it("believes no header of strangers, nor of YooKassa", () => {
    const forwardedFor = "77.75.156.11";
    expect(fromYooKassa({ remoteAddress: "203.0.113.7", forwardedFor })).toBe(false);
    expect(fromYooKassa({ remoteAddress: "77.75.156.11", forwardedFor: "203.0.113.7" })).toBe(true);
  });

  describe("behind a proxy of ours", () => {
    const behind = createNoticeSources({
      addresses: YOOKASSA_ADDRESSES,
      proxies: ["10.0.0.0/8", "127.0.0.1"],
    });
    it.each([
      ["77.75.156.11", true],
      ["203.0.113.7", false],
      // What a stranger wrote himself stands before what our proxy added.
      ["77.75.156.11, 203.0.113.7", false],
      ["203.0.113.7, 77.75.156.11", true],
      ["77.75.156.11, 10.1.2.3", true],
      ["203.0.113.7, 10.1.2.3", false],
      ["77.75.156.11:51234", true],
      ["[2a02:5180::1]:51234", true],
      ["10.1.2.3", false],
      ["nonsense", false],
      ["", false],
    ])("the last strange address of %j counts: %s", (forwardedFor, isTaken) => {
      for (const remoteAddress of ["10.0.0.1", "127.0.0.1"]) {
        expect(behind({ remoteAddress, forwardedFor })).toBe(isTaken);
      }
      expect(behind({ remoteAddress: "203.0.113.9", forwardedFor })).toBe(false);
    });

    it("without the header nobody is known", () => {
      expect(behind({ remoteAddress: "10.0.0.1", forwardedFor: null })).toBe(false);
    });
  });

  it.each([
    ["185.71.76.0/27", true],
    ["::1", true],
    ["2a02:5180::/32", true],
    ["185.71.76.0/33", false],
    ["2a02:5180::/129", false],
    ["185.71.76.0/", false],
    ["185.71.76.0/27/1", false],
    ["185.71.76", false],
    ["yookassa.ru", false],
    ["", false],
  ])("%j is an address or network: %s", (text, isOne) => {
    expect(isAddressOrNetwork(text)).toBe(isOne);
    const make = () => createNoticeSources({ addresses: [text] });
    if (isOne) expect(make()({ remoteAddress: undefined, forwardedFor: null })).toBe(false);
    else expect(make).toThrow(TypeError);
  });
});

describe("readNotice()", () => {
  const read = (body: string, remoteAddress = "77.75.156.11", headers: HeadersInit = {}) =>
    readNotice(new Request("https://bot.example/", { method: "POST", body, headers }), {
      remoteAddress,
      isSource: fromYooKassa,
    });
  const problemOf = async (work: Promise<unknown>) => {
    try {
      return await work;
    } catch (error: unknown) {
      expect(error).toBeInstanceOf(NoticeRefusedError);
      const { problem, status, message } = error as NoticeRefusedError;
      return { problem, status, message };
    }
  };

  it.each([
    ["payment.succeeded", "payment"],
    ["payment.waiting_for_capture", "payment"],
    ["payment.canceled", "payment"],
    ["refund.succeeded", "refund"],
    ["payout.succeeded", "payout"],
    ["payout.canceled", "payout"],
    ["deal.closed", "other"],
    ["payment_method.active", "other"],
    ["something_new.happened", "other"],
  ])("takes %s as a hint about a %s", async (event, kind) => {
    const body = JSON.stringify({ ...NOTICE, event });
    expect(await read(body)).toEqual({ kind, id: ID, status: "succeeded" });
  });

  it.each([
    ["nothing", "", "notJson"],
    ["no JSON", "{", "notJson"],
    ["null", "null", "notANotice"],
    ["a list", "[]", "notANotice"],
    ["another type", JSON.stringify({ ...NOTICE, type: "payment" }), "notANotice"],
    ["no event", JSON.stringify({ ...NOTICE, event: undefined }), "notANotice"],
    ["an event of another form", JSON.stringify({ ...NOTICE, event: "payment" }), "notANotice"],
    ["no object", JSON.stringify({ ...NOTICE, object: null }), "notANotice"],
    ["no id", JSON.stringify({ ...NOTICE, object: { status: "succeeded" } }), "notANotice"],
    [
      "an id that leads elsewhere",
      JSON.stringify({ ...NOTICE, object: { id: "../me", status: "succeeded" } }),
      "notANotice",
    ],
    [
      "an id without end",
      JSON.stringify({ ...NOTICE, object: { id: "x".repeat(51), status: "succeeded" } }),
      "notANotice",
    ],
    [
      "a status that is a number",
      JSON.stringify({ ...NOTICE, object: { id: ID, status: 1 } }),
      "notANotice",
    ],
  ])("refuses %s", async (_what, body, problem) => {
    const refused = await problemOf(read(body));
    expect(refused).toMatchObject({ problem, status: 400 });
    if (body !== "") expect(JSON.stringify(refused)).not.toContain(ID);
  });

  it("refuses strangers before it reads a word", async () => {
    let isRead = false;
    const body = new ReadableStream({
      pull(controller) {
        isRead = true;
        controller.close();
      },
    }, { highWaterMark: 0 });
    const request = new Request("https://bot.example/", { method: "POST", body });
    expect(
      await problemOf(
        readNotice(request, { remoteAddress: "203.0.113.7", isSource: fromYooKassa }),
      ),
    ).toMatchObject({ problem: "wrongSource", status: 403 });
    expect(isRead).toBe(false);
  });

  it("refuses what is too large, told or not", async () => {
    const large = JSON.stringify({ ...NOTICE, padding: "x".repeat(300_000) });
    expect(await problemOf(read(large))).toMatchObject({ problem: "tooLarge", status: 413 });
    expect(await problemOf(read("{}", undefined, { "content-length": "999999" })))
      .toMatchObject({ problem: "tooLarge", status: 413 });
  });
});

describe("the door", () => {
  async function open(take: (hint: NoticeHint) => Promise<void> = () => Promise.resolve()) {
    const hints: NoticeHint[] = [];
    const logged: string[] = [];
    const clock = { nowMs: 0 };
    const app = createApp({
      isDatabaseReady: () => Promise.resolve(true),
      isRuntimeReady: () => true,
      proof: () => Promise.resolve(undefined),
      yooKassaNotices: createNoticeDoor({
        isSource: createNoticeSources({ addresses: LOOPBACK_ADDRESSES }),
        take: (hint) => {
          hints.push(hint);
          return take(hint);
        },
        log: (level, message, fields) =>
          logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
        nowMs: () => clock.nowMs,
      }),
      log: () => {},
    });
    const knock = (request: Request, hostname = "127.0.0.1") =>
      Promise.resolve(app.fetch(request, { remoteAddr: { hostname } }));
    const world = await createSandboxedYooKassa({ deliver: (request) => knock(request) });
    await world.payers.set({ noticeUrl: `http://127.0.0.1:8080${YOOKASSA_NOTICE_PATH}` });
    return { world, hints, logged, knock, clock };
  }
  const post = (body: string) =>
    new Request(`http://127.0.0.1:8080${YOOKASSA_NOTICE_PATH}`, { method: "POST", body });
  const entry = {
    amount: { minor: "10000", currency: "RUB" as const },
    description: "Entry",
    metadata: {},
  };

  it("takes what YooKassa tells: of a payment, of a payout, doubled as often as it comes", async () => {
    const { world, hints } = await open();
    await world.payers.set({ deliverTwice: true });
    const made = await world.yooKassa.createPayment(entry, { key: "one" });
    const id = made.kind === "done" ? made.object.id : "";
    await world.payers.pay(id);
    await world.idle();
    expect(hints).toEqual([
      { kind: "payment", id, status: "succeeded" },
      { kind: "payment", id, status: "succeeded" },
    ]);
    expect(await world.payers.notices()).toMatchObject([{ state: "delivered", deliveries: 2 }]);
  });

  it("takes a forged one as the hint that it is: the fetched payment is not paid", async () => {
    const { world, hints } = await open();
    await world.people.fault({
      service: "yookassa",
      method: "createPayment",
      kind: "noticeForged",
    });
    const made = await world.yooKassa.createPayment(entry, { key: "one" });
    await world.idle();
    const id = made.kind === "done" ? made.object.id : "";
    expect(hints).toEqual([{ kind: "payment", id, status: "succeeded" }]);
    expect(await world.yooKassa.getPayment(id))
      .toMatchObject({ kind: "done", object: { status: "pending", paid: false } });
  });

  it("lets one that was not taken come again", async () => {
    let isAway = true;
    const { world, logged } = await open(() =>
      isAway ? Promise.reject(new Error("The database is gone")) : Promise.resolve()
    );
    await world.payers.forgeNotice({ event: NOTICE.event, object: NOTICE.object });
    await world.idle();
    expect(await world.payers.notices()).toMatchObject([{ state: "expired", failures: 1 }]);
    expect(logged[0]).toContain("will come again");
    isAway = false;
    const [notice] = await world.payers.notices();
    await world.payers.redeliverNotice(notice?.id ?? 0);
    await world.idle();
    expect(await world.payers.notices()).toMatchObject([{ state: "delivered" }]);
  });

  it("answers 200 to news that we do not use, and tells nobody", async () => {
    const { hints, knock } = await open();
    const answer = await knock(post(JSON.stringify({ ...NOTICE, event: "deal.closed" })));
    expect(answer.status).toBe(200);
    expect(hints).toEqual([]);
  });

  it.each([
    ["a stranger", JSON.stringify(NOTICE), "203.0.113.7", 403, "wrongSource"],
    ["nonsense", "{", "127.0.0.1", 400, "notJson"],
    ["what is no notice", "{}", "127.0.0.1", 400, "notANotice"],
    ["too much", `"${"x".repeat(300_000)}"`, "127.0.0.1", 413, "tooLarge"],
  ])("refuses %s", async (_what, body, hostname, status, problem) => {
    const { hints, logged, knock } = await open();
    const answer = await knock(post(body), hostname);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
    expect(logged[0]).toContain(problem);
    expect(logged.join()).not.toContain(ID);
    expect(hints).toEqual([]);
  });

  it("says once a minute how many strangers knock, however many they are", async () => {
    const { logged, knock, clock } = await open();
    const knockOften = async () => {
      for (let times = 0; times < 50; times++) await knock(post("x"), "203.0.113.7");
    };
    await knockOften();
    clock.nowMs = 59_999;
    await knockOften();
    expect(logged).toHaveLength(1);
    clock.nowMs = 60_000;
    await knockOften();
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain('"unsaid":99');
  });

  it("knows no other method", async () => {
    const { knock } = await open();
    const get = new Request(`http://127.0.0.1:8080${YOOKASSA_NOTICE_PATH}`);
    expect((await knock(get)).status).toBe(404);
  });
});

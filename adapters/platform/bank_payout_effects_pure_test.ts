/** The effects over the real client and the sandbox's YooKassa, with its books to ask. */
import { beforeEach, describe, expect, it } from "vitest";
import type { EffectContext } from "../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { BankPayoutEffects } from "../../machines/domain/bank_payout.ts";
import type { FaultKind } from "../sandbox/door_types.ts";
import type { YooKassaPayout } from "../yookassa/objects.ts";
import { mapDone } from "../yookassa/outcome.ts";
import {
  createSandboxedYooKassa,
  type SandboxedYooKassa,
} from "../yookassa/testing/sandboxed_yookassa.ts";
import { idempotenceKeyOf } from "../yookassa/idempotence_key.ts";
import {
  createBankPayoutEffects,
  type PayoutClient,
  type PayoutOrder,
} from "./bank_payout_effects.ts";

type Create = BankPayoutEffects["createBankPayout"];
type Looked = { actor?: string; gatewayId?: string };

const ACTOR = "bankPayout/wdr_1";
const HOUR_MS = 3_600_000;
const amount = { minor: "25000", currency: "RUB" } as const;
const sbp: PayoutOrder = {
  destination: { kind: "sbp", phone: "79001234567", bankId: "100000000111" },
};
const toWallet = (wallet: string): PayoutOrder => ({ destination: { kind: "yooMoney", wallet } });
const GOOD_WALLET = "4100116074720387";

let world: SandboxedYooKassa;

beforeEach(async () => {
  world = await createSandboxedYooKassa();
});

function open(
  { client = world.yooKassa, order = sbp, takesTests = true, afterMs = 0, attempt = 1 }: {
    client?: PayoutClient | undefined;
    order?: PayoutOrder | null;
    takesTests?: boolean;
    afterMs?: number;
    attempt?: number;
  } = {},
) {
  const effects = createBankPayoutEffects({
    yooKassa: client,
    takesTests,
    orderOf: () => Promise.resolve(order ?? undefined),
  });
  const context: EffectContext = {
    idempotencyKey: "k",
    address: ACTOR,
    attempt,
    signal: AbortSignal.timeout(10_000),
    nowMs: () => afterMs,
  };
  return {
    create: (changes: Partial<Create["input"]> = {}) =>
      effects.createBankPayout.run({
        withdrawalId: "wdr_1",
        actor: ACTOR,
        amount,
        firstAskedAtMs: 0,
        isRepeat: false,
        ...changes,
      }, context) as Promise<Create["output"]>,
    lookUp: (payoutId: string | null, { actor = ACTOR, gatewayId }: Looked = {}) =>
      effects.lookUpBankPayout.run({
        payoutId,
        actor,
        amount,
        ...(gatewayId === undefined ? {} : { gatewayId }),
      }, context) as Promise<
        BankPayoutEffects["lookUpBankPayout"]["output"]
      >,
  };
}

const fault = (kind: FaultKind, method: string) =>
  world.people.fault({ service: "yookassa", kind, method });
const gateway = async () => (await world.payers.books()).gateway;

/** The client whose payouts are shown with other words. */
function showing(change: (payout: YooKassaPayout) => YooKassaPayout): PayoutClient {
  const { yooKassa } = world;
  return {
    ...yooKassa,
    createPayout: async (...asked) => mapDone(await yooKassa.createPayout(...asked), change),
    getPayout: async (...asked) => mapDone(await yooKassa.getPayout(...asked), change),
    findPayouts: async (...asked) =>
      mapDone(await yooKassa.findPayouts(...asked), (payouts) => payouts.map(change)),
  };
}

describe("createBankPayout", () => {
  it("pays through the SBP, and names the actor", async () => {
    const created = await open().create();
    expect(created).toEqual({
      kind: "made",
      facts: { payoutId: expect.stringMatching(/^po-/), status: "succeeded" },
    });
    const { paidOut, payouts } = await gateway();
    expect(paidOut).toBe(25_000);
    expect(payouts).toMatchObject([{
      metadata: { actor: ACTOR },
      payout_destination: { type: "sbp", phone: "79001234567", recipient_checked: false },
    }]);
  });

  it("pays to a card by its token", async () => {
    const { payout_token: token, last4 } = await world.payers.tokenize("5555555555554477");
    const created = await open({ order: { destination: { kind: "card", token, last4 } } }).create();
    expect(created).toMatchObject({ kind: "made", facts: { status: "succeeded" } });
    expect((await gateway()).payouts[0]?.payout_destination).toMatchObject({
      card: { last4: "4477" },
    });
  });

  it.each([
    ["41001614575714", "succeeded", undefined],
    ["4100116075156746", "succeeded", undefined],
    [GOOD_WALLET, "succeeded", undefined],
    ["41001614575572", "canceled", "one_time_limit_exceeded"],
    ["41001614575643", "canceled", "periodic_limit_exceeded"],
    ["410011806060766", "canceled", "insufficient_funds"],
    ["410011788545536", "canceled", "general_decline"],
    ["410011111111111", "canceled", "recipient_not_found"],
  ])("pays to the wallet %s: %s", async (wallet, status, reason) => {
    const created = await open({ order: toWallet(wallet) }).create();
    expect(created).toMatchObject({ kind: "made", facts: { status } });
    expect(created.kind === "made" && created.facts.reason).toBe(reason);
    expect((await gateway()).paidOut).toBe(status === "succeeded" ? 25_000 : 0);
  });

  it("has the receiver's name checked", async () => {
    const recipient = { lastName: "Иванов", firstName: "Иван", middleName: "Иванович" };
    await world.payers.phoneOwner({
      phone: "79001234567",
      last_name: "Иванов",
      first_name: "Иван",
      middle_name: "Иванович",
    });
    expect(await open({ order: { ...sbp, recipient } }).create())
      .toMatchObject({ facts: { status: "succeeded" } });
    const other = { ...recipient, firstName: "Пётр" };
    expect(
      await open({ order: { ...sbp, recipient: other } }).create({ actor: "bankPayout/wdr_2" }),
    )
      .toMatchObject({ facts: { status: "canceled", reason: "recipient_check_failed" } });
  });

  it.each<[FaultKind, number]>([
    ["lostAnswer", 1],
    ["500AfterSuccess", 1],
    ["500", 0],
    ["429", 0],
  ])("after %s it is unknown, and the same key makes one", async (kind, made) => {
    await fault(kind, "createPayout");
    await expect(open().create()).rejects.toBeInstanceOf(RetryableError);
    expect((await gateway()).payouts).toHaveLength(made);
    expect(await open({ attempt: 2 }).create({ isRepeat: true }))
      .toMatchObject({ kind: "made", facts: { status: "succeeded" } });
    const { payouts, paidOut } = await gateway();
    expect([payouts.length, paidOut]).toEqual([1, 25_000]);
  });

  it("is not asked for when its key may be forgotten: it is only looked for", async () => {
    await fault("lostAnswer", "createPayout");
    await expect(open().create()).rejects.toBeInstanceOf(RetryableError);
    const late = open({ afterMs: 24 * HOUR_MS - 60_000 });
    expect(await late.create({ isRepeat: true })).toEqual({ kind: "unclear" });
    expect(await late.lookUp(null)).toMatchObject({ facts: { status: "succeeded" } });
    expect((await gateway()).payouts).toHaveLength(1);
  });

  it("is surely not made when the first try is refused", async () => {
    const wrongBank = { destination: { ...sbp.destination, bankId: "1" } } as PayoutOrder;
    expect(await open({ order: wrongBank }).create()).toEqual({
      kind: "notMade",
      reason: "invalid_request, payout_destination_data.bank_id",
      receiver: "recipient_not_found",
    });
    expect(await open({ order: null }).create({ actor: "bankPayout/wdr_2" }))
      .toEqual({ kind: "notMade", reason: "noDestination" });
    const stranger = world.clientWith({ gateway: { id: "500500", secretKey: "of-nobody-at-all" } });
    expect(await open({ client: stranger }).create())
      .toEqual({ kind: "notMade", reason: "invalid_credentials, Authorization" });
    expect((await gateway()).payouts).toEqual([]);
  });

  // It looked as if YooKassa refused all payouts, and hid from the owners when it did.
  it.each<[string, PayoutOrder, string]>([
    [
      "a card's token that somebody made up",
      { destination: { kind: "card", token: "made-up-token", last4: "4477" } },
      "recipient_not_found",
    ],
    [
      "a name that YooKassa does not take",
      { ...sbp, recipient: { lastName: "И".repeat(300), firstName: "Иван" } },
      "recipient_check_failed",
    ],
  ])(
    "that is refused for its receiver is no trouble of the gateway: %s",
    async (_, order, word) => {
      expect(await open({ order }).create()).toMatchObject({ kind: "notMade", receiver: word });
      expect((await gateway()).payouts).toEqual([]);
    },
  );

  it("is neither made nor looked for through another gateway than the one it was begun at", async () => {
    const other = { gatewayId: "200501" };
    expect(await open().create(other)).toEqual({ kind: "notMade", reason: "otherGateway" });
    expect(await open({ attempt: 2 }).create(other)).toEqual({ kind: "unclear" });
    expect(await open().create({ ...other, isRepeat: true })).toEqual({ kind: "unclear" });
    expect((await gateway()).payouts).toEqual([]);
    // That it is not there would say nothing.
    await expect(open().lookUp(null, other)).rejects.toBeInstanceOf(TerminalError);
    const same = { gatewayId: world.yooKassa.gatewayId };
    expect(await open().create(same)).toMatchObject({ kind: "made" });
    expect(await open().lookUp(null, same)).toMatchObject({ facts: { status: "succeeded" } });
  });

  it("with another body under the same key is no refusal: an earlier try may have made it", async () => {
    await fault("lostAnswer", "createPayout");
    await expect(open().create()).rejects.toBeInstanceOf(RetryableError);
    const other = toWallet(GOOD_WALLET);
    expect(await open({ order: other }).create({ isRepeat: true })).toEqual({ kind: "unclear" });
    expect(await open({ order: other, attempt: 2 }).create()).toEqual({ kind: "unclear" });
    expect(await open().lookUp(null)).toMatchObject({ facts: { status: "succeeded" } });
    expect((await gateway()).payouts).toHaveLength(1);
  });

  it("of a gateway for trying out is no money beside real ones", async () => {
    await world.payers.set({ isTest: true });
    expect(await open({ takesTests: false, order: toWallet(GOOD_WALLET) }).create())
      .toMatchObject({ facts: { foreign: "test" } });
  });

  it("waits where none is configured any more, and pays nothing anew", async () => {
    const effects = createBankPayoutEffects({
      yooKassa: undefined,
      takesTests: false,
      orderOf: () => Promise.resolve(sbp),
    });
    const context = {
      idempotencyKey: "k",
      address: ACTOR,
      attempt: 1,
      signal: AbortSignal.timeout(10_000),
      nowMs: () => 0,
    };
    const input = { withdrawalId: "wdr_1", actor: ACTOR, amount, firstAskedAtMs: 0 } as const;
    expect(await effects.createBankPayout.run({ ...input, isRepeat: false }, context))
      .toEqual({ kind: "notMade", reason: "notConfigured" });
    expect(await effects.createBankPayout.run({ ...input, isRepeat: true }, context))
      .toEqual({ kind: "unclear" });
    await expect(
      Promise.resolve(
        effects.lookUpBankPayout.run({ payoutId: null, actor: ACTOR, amount }, context),
      ).catch((error: unknown) => Promise.reject(error)),
    ).rejects.toBeInstanceOf(TerminalError);
  });
});

describe("lookUpBankPayout", () => {
  it("reads one by its id, or looks for its mark, and shows no other's", async () => {
    expect(await open().lookUp(null)).toEqual({ facts: null });
    const created = await open().create();
    const payoutId = created.kind === "made" ? created.facts.payoutId : "";
    const facts = { payoutId, status: "succeeded" };
    expect(await open().lookUp(payoutId)).toEqual({ facts });
    expect(await open().lookUp(null)).toEqual({ facts });
    expect(await open().lookUp(null, { actor: "bankPayout/wdr_2" })).toEqual({ facts: null });
  });

  it("sees another amount", async () => {
    await world.yooKassa.createPayout({
      amount: { ...amount, minor: "100" },
      destination: sbp.destination,
      description: "",
      metadata: { actor: ACTOR },
    }, { key: idempotenceKeyOf("by hand") });
    expect(await open().lookUp(null)).toMatchObject({ facts: { foreign: "amount" } });
  });

  it.each<[string, Partial<YooKassaPayout>, object]>([
    ["of another amount", { amount: { minor: "100", currency: "RUB" } }, { foreign: "amount" }],
    ["in another currency", { amount: { ...amount, currency: "USD" } }, { foreign: "amount" }],
    ["of a status that is new", { status: "resting" }, { status: "pending" }],
  ])(
    "shows one %s as it is, in the answer, by its id and by its mark",
    async (_, change, facts) => {
      const odd = open({ client: showing((payout) => ({ ...payout, ...change })) });
      const created = await odd.create();
      expect(created).toMatchObject({ kind: "made", facts });
      const payoutId = created.kind === "made" ? created.facts.payoutId : "";
      expect(await odd.lookUp(payoutId)).toMatchObject({ facts: { payoutId, ...facts } });
      expect(await odd.lookUp(null)).toMatchObject({ facts: { payoutId, ...facts } });
      expect((await gateway()).payouts).toHaveLength(1);
    },
  );

  it("takes another's for no answer, and looks for its own mark instead", async () => {
    const others = { metadata: { actor: "bankPayout/wdr_2" } };
    const odd = open({ client: showing((payout) => ({ ...payout, ...others })) });
    await expect(odd.create()).rejects.toBeInstanceOf(RetryableError);
    const created = await open({ attempt: 2 }).create({ isRepeat: true });
    const payoutId = created.kind === "made" ? created.facts.payoutId : "";
    expect(await odd.lookUp(payoutId)).toEqual({ facts: null });
    expect(await open().lookUp(payoutId)).toMatchObject({ facts: { status: "succeeded" } });
    expect((await gateway()).payouts).toHaveLength(1);
  });

  it("looks for its mark when the bank knows nothing by its id", async () => {
    expect(await open().lookUp("po-1")).toEqual({ facts: null });
    const created = await open().create();
    expect(await open().lookUp("po-1"))
      .toMatchObject({ facts: created.kind === "made" ? created.facts : {} });
  });

  it("is unknown while the bank is away", async () => {
    await fault("500", "searchPayouts");
    await expect(open().lookUp(null)).rejects.toBeInstanceOf(RetryableError);
  });
});

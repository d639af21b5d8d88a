/** The draw's effects over the real tables: what is asked and paid is what was sealed. */
import { describe, expect, it } from "vitest";
import type { EffectContext } from "../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Database } from "../../db/connection.ts";
import { readDraw } from "../../db/draws.ts";
import { recordRaffles, recordTickets } from "../../db/raffles.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import type { SignedAnswer } from "../../machines/domain/draw/check_signed_answer.ts";
import type { DrawRequest } from "../../machines/domain/draw/draw_request.ts";
import {
  createTestSigner,
  SEALED_AT_MS,
  signedTestAnswer,
  TEST_TICKET,
} from "../../machines/domain/draw/testing/signed_draw.ts";
import { sealDraw } from "../../machines/domain/draw/derive_proof.ts";
import { ticketLines } from "../../machines/domain/draw/ticket_lines.ts";
import type { EffectSources } from "../../machines/domain/effects.ts";
import { drawTermsOf, raffleTermsDefaults } from "../../machines/domain/raffle_terms.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { type NamedRound, roundTimeMs } from "../../machines/domain/draw/beacon.ts";
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import { parseProof } from "../../machines/domain/draw/draw_proof.ts";
import { createTestChain } from "../../machines/domain/draw/testing/test_chain.ts";
import type { Drand } from "../drand/drand.ts";
import { RandomOrgUnavailable } from "../randomorg/random_org_errors.ts";
import type { Draws, DrawState } from "../randomorg/draws.ts";
import { createDrawEffects } from "./draw_effects.ts";

const raffleId = "rfl_1";
const terms: RaffleTerms = {
  ...raffleTermsDefaults,
  title: "Friday",
  price: { minor: "10", currency: "XTR" },
};
const context = { nowMs: () => SEALED_AT_MS } as EffectContext;
const signer = await createTestSigner();
const { chain, sign } = createTestChain();
const drand: Drand = { chain, signatureOf: ({ round }) => Promise.resolve(sign(round)) };
/** RANDOM.ORG's clock, after a round that was waited for in vain. */
const AFTER_PATIENCE = "2026-01-02 03:10:10Z";

/** What RANDOM.ORG does; a test changes it. */
interface Chance {
  asked: number;
  answer(request: DrawRequest): Promise<SignedAnswer>;
  state(request: DrawRequest): Promise<DrawState>;
}

function honest(changes: Record<string, unknown> = {}): Chance {
  const answer = (request: DrawRequest) => signedTestAnswer(signer, request, changes);
  return {
    asked: 0,
    answer,
    state: async (request) => ({ status: "done", answer: await answer(request) }),
  };
}

/** A raffle of three players, sealed. */
async function sealed(chance: Chance, keys = [signer.publicKey]) {
  const database = await openTestDatabase();
  await recordRaffles(database, [{
    raffleId,
    status: "closing",
    terms: JSON.stringify(terms),
    tickets: 3,
    players: 3,
    openedAtMs: 1,
    closesAtMs: 2,
    publicReason: "",
  }]);
  await recordTickets(database, [1, 2, 3].map(ticket));
  const draws = drawsOf(chance);
  const effects = createDrawEffects({ database, draws, drand, keys });
  const run = (name: keyof typeof effects, params: object = {}): Promise<unknown> =>
    effects[name].run({ raffleId, terms, ...params }, context);
  const { drawTicketId } = await run("takeDrawTicket") as { drawTicketId: string };
  const sealing = await run("sealTickets", { drawTicketId }) as Sealing;
  const { seal } = sealing;
  const round = sealing.beacon?.round;
  const draw = {
    database,
    sealing,
    /** Of the round that the seal names; null: it was not to be had. */
    beaconSignature: round === undefined ? null : sign(round) as string | null,
    seal: (nowMs = SEALED_AT_MS) =>
      effects.sealTickets.run({ raffleId, terms, drawTicketId }, {
        ...context,
        nowMs: () => nowMs,
      }),
    fetchBeacon: () => run("fetchBeacon"),
    request: () =>
      run("requestDraw", { drawTicketId, seal, beaconSignature: draw.beaconSignature }),
    reconcile: () => {
      const { beaconSignature } = draw;
      return effects.requestDraw.reconcile?.({ raffleId, terms, seal, beaconSignature }, context);
    },
    verify: () => run("verifyDraw", { seal, beaconSignature: draw.beaconSignature }),
    judge: async () => {
      const parsed = parseProof((await readDraw(database, raffleId))?.proof ?? "");
      if (!parsed.ok) throw new Error(parsed.detail);
      return await checkProof(parsed.proof, { pinnedKeys: [], givenKeys: keys });
    },
  };
  return draw;
}

type Sealing = EffectSources["sealTickets"]["output"];

function drawsOf(chance: Chance): Draws {
  return {
    takeTicket: () => Promise.resolve(TEST_TICKET),
    requestDraw: (request) => {
      chance.asked++;
      return chance.answer(request);
    },
    reconcileDraw: (request) => chance.state(request),
  };
}

/** Puts the seal there that the version before would have made. */
async function sealAsBefore(database: Database): Promise<string> {
  const { seal } = sealDraw({
    raffleId,
    terms: drawTermsOf(terms),
    ticket: TEST_TICKET,
    lines: ticketLines([1, 2, 3].map(ticket)).lines,
    sealedAtMs: SEALED_AT_MS,
  });
  await database.query("update draws set seal = $1, named_round = null", [seal.hash]);
  return seal.hash;
}

function ticket(number: number) {
  return {
    raffleId,
    number,
    playerId: `tg-${number}`,
    paymentId: `pay_${number}`,
    salt: String(number).padStart(32, "0"),
    atMs: SEALED_AT_MS - 1_000 + number,
  };
}

async function damaged(request: DrawRequest): Promise<SignedAnswer> {
  const { randomText, signature } = await signedTestAnswer(signer, request);
  return { randomText, signature: signature.replace(/^./, (char) => char === "A" ? "B" : "A") };
}

describe("while the database is away", () => {
  const away = (): Promise<never> =>
    Promise.reject(Object.assign(new Error("the database is shutting down"), { code: "57P01" }));
  const effects = createDrawEffects({
    database: { query: away } as unknown as Database,
    draws: {} as Draws,
    drand,
    keys: [],
  });

  it.each(Object.entries(effects))("%s is tried again", async (_name, { run, reconcile }) => {
    const input = { raffleId, terms, seal: "", drawTicketId: "" };
    await expect(run(input, context)).rejects.toBeInstanceOf(RetryableError);
    await expect(reconcile?.(input, context) ?? run(input, context))
      .rejects.toBeInstanceOf(RetryableError);
  });
});

describe("a draw under its seal", () => {
  it("is asked for once and pays what the proof says, however often its effects run", async () => {
    const chance = honest();
    const draw = await sealed(chance);
    await draw.seal();
    expect(await draw.request()).toEqual({ serialNumber: 77 });
    expect(await draw.request()).toEqual({ serialNumber: 77 });
    expect(await draw.reconcile()).toEqual({ status: "done", output: { serialNumber: 77 } });
    expect(chance.asked).toBe(1);
    const verdict = await draw.verify();
    expect(verdict).toMatchObject({
      isValid: true,
      pot: { minor: "30", currency: "XTR" },
      commission: { minor: "4", currency: "XTR" },
      winners: [{ place: 1, prize: { minor: "26", currency: "XTR" } }],
    });
    expect(await draw.verify()).toEqual(verdict);
  });

  // The list was read again for the request and for the check, and neither looked at the seal: a row
  // changed after it was public moved the draw to another list, and the proof of that one held.
  const changes: [string, (database: Database) => Promise<unknown>][] = [
    ["a ticket was added", (database) => recordTickets(database, [ticket(4)])],
    [
      "a ticket was taken away",
      (database) => database.query("delete from tickets where number = 3"),
    ],
    [
      "nearly all were taken away",
      (database) => database.query("delete from tickets where number > 1"),
    ],
    [
      "a ticket has another owner",
      (database) => database.query("update tickets set player_id = 'tg-9' where number = 2"),
    ],
    [
      "the commission was changed",
      (database) =>
        database.query("update raffles set terms = $1", [
          JSON.stringify({ ...terms, commissionBps: 5_000 }),
        ]),
    ],
    [
      "another RANDOM.ORG ticket was taken",
      (database) =>
        database.query("update draws set draw_ticket = $1", [
          JSON.stringify({ ...TEST_TICKET, ticketId: "ffffffffffffffff" }),
        ]),
    ],
    [
      "another drand round was named",
      (database) =>
        database.query("update draws set named_round = $1", [
          JSON.stringify({ chain, round: 1 }),
        ]),
    ],
    [
      "no drand round was named",
      (database) => database.query("update draws set named_round = null"),
    ],
    [
      "it was sealed at another time",
      (database) => database.query("update draws set sealed_at_ms = sealed_at_ms + 1"),
    ],
  ];
  it.each(changes)("is not asked for when %s after the seal", async (_what, change) => {
    const chance = honest();
    const draw = await sealed(chance);
    await change(draw.database);
    expect(await draw.request()).toEqual({ fault: "sealBroken" });
    expect(await draw.reconcile()).toEqual({ status: "absent" });
    expect(chance.asked).toBe(0);
  });

  it.each(changes)("is not paid when %s after the answer", async (_what, change) => {
    const draw = await sealed(honest());
    await draw.request();
    await change(draw.database);
    expect(await draw.verify()).toEqual({ isValid: false, reason: "sealBroken" });
    expect((await readDraw(draw.database, raffleId))?.proof).toBeNull();
  });

  it("is not sealed a second time over another list", async () => {
    const draw = await sealed(honest());
    await recordTickets(draw.database, [ticket(4)]);
    await expect(draw.seal()).rejects.toThrow("sealed before, over another list");
  });

  // The first answer was kept whatever it was, so one that was damaged on its way could never be
  // replaced by the one that RANDOM.ORG really gave.
  it("is read again under a dispute, without being drawn again", async () => {
    const chance: Chance = { ...honest(), answer: damaged };
    const draw = await sealed(chance);
    await draw.request();
    expect(await draw.verify()).toEqual({ isValid: false, reason: "signatureInvalid" });
    await draw.request();
    expect(await draw.verify()).toMatchObject({ isValid: true });
    expect(chance.asked).toBe(1);
  });

  it.each<[string, Chance["state"]]>([
    ["holds the same wrong answer", async (request) => ({
      status: "done",
      answer: await damaged(request),
    })],
    ["cannot be asked", () => Promise.reject(new RandomOrgUnavailable("unknown", "Away"))],
    ["holds another draw", () => Promise.reject(new TerminalError("randomorg.otherDraw", "No"))],
  ])("stays disputed while RANDOM.ORG %s", async (_what, state) => {
    const draw = await sealed({ ...honest(), answer: damaged, state });
    await draw.request();
    await draw.request();
    expect(await draw.verify()).toEqual({ isValid: false, reason: "signatureInvalid" });
  });

  it("never gives up an answer that verifies for another one", async () => {
    const chance = honest();
    const draw = await sealed(chance);
    await draw.request();
    const first = await readDraw(draw.database, raffleId);
    chance.state = async (request) => ({
      status: "done",
      answer: await signedTestAnswer(signer, request, { numbers: [3, 2, 1] }),
    });
    await draw.request();
    expect((await readDraw(draw.database, raffleId))?.randomText).toBe(first?.randomText);
  });

  it("names the first round after the pause in which the seal is public", async () => {
    const { sealing, database } = await sealed(honest());
    const beacon = sealing.beacon as NonNullable<Sealing["beacon"]>;
    const publicUntilMs = SEALED_AT_MS + terms.sealPauseMs;
    expect(beacon.atMs).toBeGreaterThan(publicUntilMs);
    expect(beacon.atMs).toBeLessThanOrEqual(publicUntilMs + chain.period * 1_000);
    const named: NamedRound = JSON.parse((await readDraw(database, raffleId))?.namedRound ?? "");
    expect(named).toEqual({ chain, round: beacon.round });
    expect(roundTimeMs(named)).toBe(beacon.atMs);
  });

  it("names the same round again, whatever the clock says then", async () => {
    const draw = await sealed(honest());
    expect(await draw.seal(SEALED_AT_MS + 3_600_000)).toEqual(draw.sealing);
  });

  it("fetches the round that the seal names", async () => {
    const draw = await sealed(honest());
    expect(await draw.fetchBeacon()).toEqual({ signature: draw.beaconSignature });
  });

  it("is proved with its round", async () => {
    const draw = await sealed(honest({ completionTime: AFTER_PATIENCE }));
    await draw.request();
    expect(await draw.verify()).toMatchObject({ isValid: true });
    expect(await draw.judge()).toMatchObject({
      ok: true,
      proof: { beacon: { signature: draw.beaconSignature } },
    });
    expect(await readDraw(draw.database, raffleId)).toMatchObject({
      beaconSignature: draw.beaconSignature,
    });
  });

  it("is proved without it when drand was away, and says so", async () => {
    const draw = await sealed(honest({ completionTime: AFTER_PATIENCE }));
    draw.beaconSignature = null;
    await draw.request();
    expect(await draw.verify()).toMatchObject({ isValid: true });
    const { randomText, beaconSignature } = await readDraw(draw.database, raffleId) ?? {};
    expect(JSON.parse(randomText ?? "").userData).toMatch(/ missed$/);
    expect(beaconSignature).toBeNull();
    expect(await draw.judge()).toMatchObject({ ok: true, proof: { beacon: { signature: null } } });
  });

  it("is not paid with another round's signature", async () => {
    const draw = await sealed(honest({ completionTime: AFTER_PATIENCE }));
    draw.beaconSignature = sign(1);
    await draw.request();
    expect(await draw.verify()).toEqual({ isValid: false, reason: "beaconSignature" });
  });

  // A raffle of before rounds were named may wait in any state while the new version starts.
  it("goes on as it was sealed by the version before", async () => {
    const { database, ...draw } = await sealed(honest());
    const seal = await sealAsBefore(database);
    const effects = createDrawEffects({
      database,
      draws: drawsOf(honest()),
      drand,
      keys: [signer.publicKey],
    });
    expect(await draw.seal()).toEqual({ seal, sealedAtMs: SEALED_AT_MS, tickets: 3 });
    const input = { raffleId, terms, drawTicketId: TEST_TICKET.ticketId, seal };
    expect(await effects.requestDraw.run(input, context)).toEqual({ serialNumber: 77 });
    expect(await effects.verifyDraw.run({ raffleId, seal }, context))
      .toMatchObject({ isValid: true });
    expect(await draw.judge()).toMatchObject({ ok: true });
    await expect(draw.fetchBeacon()).rejects.toThrow("names no round");
  });

  const refusing = (code: string): Chance => ({
    ...honest(),
    answer: () => Promise.reject(new TerminalError(code, "No")),
  });

  it.each(["randomorg.420", "randomorg.421", "randomorg.otherDraw"])(
    "is left to the operators when its ticket is lost: %s",
    async (code) => {
      const draw = await sealed(refusing(code));
      expect(await draw.request()).toEqual({ fault: code });
    },
  );

  it("waits when the key is refused", async () => {
    const draw = await sealed(refusing("randomorg.401"));
    await expect(draw.request()).rejects.toThrow("No");
  });
});

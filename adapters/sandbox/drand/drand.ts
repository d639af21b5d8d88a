/**
 * drand's HTTP relay (v1) over a chain of the sandbox's own, which follows the sandbox's clock: a
 * round that is still to come is not there for anybody. Guards against a client that believes
 * whatever a relay says: answers of another round and wrong signatures can be ordered.
 *
 * Source: docs.drand.love/developer/http-api; drand's handler/http/server.go (statuses, headers).
 */
import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { Fault } from "../door_types.ts";
import { answerWithFault, type Faults } from "../faults.ts";
import type { World } from "../world.ts";
import { type BeaconKey, createBeaconKey } from "./beacon_key.ts";

/** A second instead of quicknet's three: whoever plays waits for each draw. */
const PERIOD = 1;
/** Epoch seconds. */
const GENESIS = 1_700_000_000;
const BEACON_ID = "sandbox";
const GROUP_HASH = createHash("sha256").update("Zhreb's sandbox").digest("hex");

/** Builds the routes of a relay. */
export function createDrand(world: World, faults: Faults): Hono {
  const { clock } = world;
  let key: BeaconKey | undefined;
  const beaconKey = (): BeaconKey => key ??= createBeaconKey(world);
  const routes = new Hono();

  routes.get("/info", (c) => c.json(chainInfo(beaconKey())));
  routes.get("/:chain/info", (c) => {
    const info = chainInfo(beaconKey());
    return c.req.param("chain") === info.hash ? c.json(info) : c.text("group not found", 404);
  });
  routes.get("/:chain/public/:round", async (c) => {
    const { hash } = chainInfo(beaconKey());
    if (c.req.param("chain") !== hash) return c.text("unknown chain", 404);
    const round = Number(c.req.param("round"));
    if (!Number.isSafeInteger(round) || round < 1) return c.body(null, 400);
    const fault = faults.take({ service: "drand", method: "public" });
    return await answerWithFault(world, fault, {
      perform: () => Promise.resolve(answer(round, fault)),
      refuse,
    }, c.req.raw.signal);
  });

  function answer(round: number, fault: Fault | null): Response {
    if ((GENESIS + (round - 1) * PERIOD) * 1000 > clock.nowMs()) {
      return new Response(null, {
        status: 404,
        headers: { "cache-control": "must-revalidate, no-cache, max-age=0" },
      });
    }
    const told = fault?.kind === "wrongRequest" ? Math.max(1, round - 1) : round;
    // The right signature of another round has the right form and the wrong meaning.
    const signed = fault?.kind === "wrongSignature" ? told + 1 : told;
    const signature = beaconKey().sign(signed);
    const randomness = createHash("sha256").update(Buffer.from(signature, "hex")).digest("hex");
    return Response.json({ round: told, randomness, signature }, {
      headers: { "cache-control": "public, max-age=604800, immutable" },
    });
  }

  return routes;
}

function chainInfo({ publicKey }: BeaconKey) {
  const times = Buffer.alloc(12);
  times.writeUInt32BE(PERIOD);
  times.writeBigInt64BE(BigInt(GENESIS), 4);
  const hash = createHash("sha256").update(times).update(Buffer.from(publicKey, "hex"))
    .update(Buffer.from(GROUP_HASH, "hex")).update(BEACON_ID).digest("hex");
  return {
    public_key: publicKey,
    period: PERIOD,
    genesis_time: GENESIS,
    hash,
    groupHash: GROUP_HASH,
    schemeID: "bls-unchained-g1-rfc9380",
    metadata: { beaconID: BEACON_ID },
  };
}

function refuse({ kind, code, retryAfter }: Fault): Response {
  if (kind === "error") return new Response(null, { status: code ?? 500 });
  if (kind === "500") return new Response(null, { status: 500 });
  return new Response(null, { status: 429, headers: { "retry-after": String(retryAfter ?? 1) } });
}

/**
 * The seal: one hash that fixes, before anything is drawn, the whole ticket list, the draw's terms and
 * the RANDOM.ORG ticket that the one draw will use. It is SHA-256 of a short ASCII text that anybody can
 * write down and hash by hand (`sealedText`); the list enters it as the root of its Merkle tree.
 */
import { Schema } from "effect";
import { type BeaconProof, BeaconRound, chainHash } from "./beacon.ts";
import type { DrawTerms } from "./draw_terms.ts";
import { Sha256Hex, sha256Hex } from "./hex.ts";
import { buildMerkleTree, type MerkleTree } from "./merkle_tree.ts";
import { EpochMs, findListFault, type TicketLine, ticketLineText } from "./ticket_line.ts";

/** The RANDOM.ORG ticket of one draw, taken before the seal. */
export const DrawTicket = Schema.Struct({
  /** 16 hexadecimal digits from `createTickets`. Source: api.random.org/json-rpc/4/signed. */
  ticketId: Schema.String.check(Schema.isPattern(/^[0-9a-f]{16}$/)),
  /** base64(SHA-512(API key)), as RANDOM.ORG signs it. */
  hashedApiKey: Schema.String.check(Schema.isPattern(/^[A-Za-z0-9+/]{86}==$/)),
  /** Whether a stand-in issued it instead of RANDOM.ORG. */
  sandbox: Schema.Boolean,
});
export type DrawTicket = typeof DrawTicket.Type;

/** The seal that a redraw replaces, and the public reason for the redraw. */
export const RedrawOf = Schema.Struct({
  seal: Sha256Hex,
  reason: Schema.String.check(Schema.isBetweenLength(1, 1_000)),
});
export type RedrawOf = typeof RedrawOf.Type;

/** A committed seal, JSON-safe and small. */
export const Seal = Schema.Struct({
  /** SHA-256 of the sealed text. */
  hash: Sha256Hex,
  /** Root of the Merkle tree over the ticket lines. */
  root: Sha256Hex,
  /** Number of tickets N, 2 or more. */
  tickets: Schema.Int.check(Schema.isGreaterThanOrEqualTo(2)),
  /** When the list was sealed, epoch milliseconds. */
  sealedAtMs: EpochMs,
  /** Set when this draw replaces another one. */
  redrawOf: Schema.NullOr(RedrawOf),
  /** The drand round that was to come; seals of before rounds were named have none. */
  namedRound: Schema.optionalKey(Schema.Struct({ chainHash: Sha256Hex, round: BeaconRound })),
});
export type Seal = typeof Seal.Type;

/** What goes under a seal. */
export interface SealInput {
  readonly raffleId: string;
  readonly terms: DrawTerms;
  readonly ticket: DrawTicket;
  /** The whole list, numbers 1…N in order. */
  readonly lines: readonly TicketLine[];
  /** The moment of sealing, epoch milliseconds. */
  readonly sealedAtMs: number;
  readonly redrawOf?: RedrawOf | null;
  /** The drand round to be named; what comes of it is no part of the seal. */
  readonly beacon?: BeaconProof | null;
}

/**
 * Seals a list.
 *
 * @returns the seal; 10,000 tickets take well under a second
 * @throws {RangeError} When the list cannot be sealed (`findListFault` says why).
 */
export function sealTickets(input: SealInput): Seal {
  const fault = findListFault(input.lines, input.terms);
  if (fault !== undefined) throw new RangeError(`Cannot seal raffle "${input.raffleId}": ${fault}`);
  const sealed = sealedFacts(input, ticketTree(input.lines).root);
  return { hash: sha256Hex(sealedText({ ...input, ...sealed })), ...sealed };
}

/** Everything of the seal but its hash, for a list with that root. */
export function sealedFacts(
  { lines, sealedAtMs, redrawOf = null, beacon = null }: SealInput,
  root: Sha256Hex,
): Omit<Seal, "hash"> {
  return {
    root,
    tickets: lines.length,
    sealedAtMs,
    redrawOf,
    ...(beacon === null
      ? {}
      : { namedRound: { chainHash: chainHash(beacon.chain), round: beacon.round } }),
  };
}

/** The Merkle tree over a list's lines, for inclusion paths. */
export function ticketTree(lines: readonly TicketLine[]): MerkleTree {
  const encoder = new TextEncoder();
  return buildMerkleTree(lines.map((line) => encoder.encode(ticketLineText(line))));
}

/**
 * The text whose SHA-256 is the seal: one `name value` a line, each ended by a newline, in this order.
 * Terms without a guaranteed prize have no line of it, so seals of before there was one stay as they are.
 */
export function sealedText(
  { raffleId, terms, ticket, root, tickets, sealedAtMs, redrawOf, namedRound }:
    & Omit<SealInput, "lines" | "redrawOf" | "beacon">
    & Pick<Seal, "root" | "tickets" | "redrawOf" | "namedRound">,
): string {
  const redraw = redrawOf === null ? "no" : `${redrawOf.seal} ${sha256Hex(redrawOf.reason)}`;
  const guaranteed = terms.guaranteedPrize;
  return [
    "zhreb-seal 1",
    `raffle ${raffleId}`,
    `randomOrgTicket ${ticket.ticketId}`,
    `hashedApiKey ${ticket.hashedApiKey}`,
    `sandbox ${ticket.sandbox}`,
    `tickets ${tickets}`,
    `root ${root}`,
    `price ${terms.price.minor} ${terms.price.currency}`,
    `commissionBps ${terms.commissionBps}`,
    `shares ${terms.shares.join(",")}`,
    `winners ${terms.winners}`,
    `reserves ${terms.reserves}`,
    `ticketsPerPlayer ${terms.ticketsPerPlayer}`,
    `drawAt ${terms.drawAt}`,
    ...(guaranteed === undefined
      ? []
      : [`guaranteedPrize ${guaranteed.minor} ${guaranteed.currency}`]),
    `sealedAtMs ${sealedAtMs}`,
    `redrawOf ${redraw}`,
    ...(namedRound === undefined ? [] : [`drand ${namedRound.chainHash} ${namedRound.round}`]),
    "",
  ].join("\n");
}

/** What a sealed text says of the list. */
export interface SealedFacts {
  readonly raffleId: string;
  /** Id of the RANDOM.ORG ticket that its one draw uses. */
  readonly ticketId: string;
  readonly root: Sha256Hex;
  /** Number of tickets N. */
  readonly tickets: number;
  readonly sealedAtMs: number;
  /** Whether a stand-in drew, not RANDOM.ORG. */
  readonly sandbox: boolean;
  /** The seal that it replaces, and the hash of the public reason; null for a first draw. */
  readonly redrawOf: { readonly seal: Sha256Hex; readonly reasonHash: Sha256Hex } | null;
}

/** Reads what `sealedText` wrote; undefined for any other text. */
export function readSealedText(text: string): SealedFacts | undefined {
  const lines = text.split("\n");
  if (lines[0] !== "zhreb-seal 1" || lines.at(-1) !== "") return undefined;
  const values = new Map<string, string>();
  for (const line of lines.slice(1, -1)) {
    const [, name = "", value = ""] = /^([A-Za-z]+) (\S.*)$/.exec(line) ?? [];
    if (name === "" || values.has(name)) return undefined;
    values.set(name, value);
  }
  const value = (name: string, form: RegExp): string | undefined => {
    const found = values.get(name) ?? "";
    return form.test(found) ? found : undefined;
  };
  const raffleId = value("raffle", /^\S+$/);
  const ticketId = value("randomOrgTicket", /^[0-9a-f]{16}$/);
  const root = value("root", /^[0-9a-f]{64}$/);
  const tickets = value("tickets", /^[1-9][0-9]{0,8}$/);
  const sealedAtMs = value("sealedAtMs", /^(0|[1-9][0-9]{0,15})$/);
  const sandbox = value("sandbox", /^(true|false)$/);
  const redraw = value("redrawOf", /^(no|[0-9a-f]{64} [0-9a-f]{64})$/);
  if (
    raffleId === undefined || ticketId === undefined || root === undefined ||
    tickets === undefined ||
    sealedAtMs === undefined || sandbox === undefined || redraw === undefined
  ) return undefined;
  const [seal = "", reasonHash] = redraw.split(" ");
  return {
    raffleId,
    ticketId,
    root,
    tickets: Number(tickets),
    sealedAtMs: Number(sealedAtMs),
    sandbox: sandbox === "true",
    redrawOf: reasonHash === undefined ? null : { seal, reasonHash },
  };
}

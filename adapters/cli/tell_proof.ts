/** A proof that holds, as a readable account: list, seal, signature, winners, prizes. */
import {
  beaconValue,
  chainHash,
  QUICKNET_HASH,
  roundTimeMs,
} from "../../machines/domain/draw/beacon.ts";
import type { JudgedDraw, ProofReport } from "../../machines/domain/draw/check_proof.ts";
import type { DocumentReport } from "../../machines/domain/draw/ticket_document.ts";
import type { DrawProof } from "../../machines/domain/draw/draw_proof.ts";
import {
  addMoney,
  formatMoney,
  moneyFromJson,
  subtractMoney,
} from "../../machines/domain/money.ts";

/** Most entries of a list that are shown. */
const SHOWN = 20;

/** The account, a line each. */
export function tellProof(
  { proof, answer, players, keyTrust, former }: ProofReport & { ok: true },
): string[] {
  const { terms, seal, request, outcome, prize } = proof;
  const money = (json: unknown) => formatMoney(moneyFromJson(json));
  const whole = moneyFromJson(prize.commission);
  const toShare = prize.prizes.map((part) => moneyFromJson(part)).reduce(addMoney);
  const added = moneyFromJson(prize.topUp ?? { ...terms.price, minor: "0" });
  const winners = outcome.winners.map((number, index) =>
    `Winner     place ${index + 1}: ticket ${number}, prize ${money(prize.prizes[index])}` +
    ` (player ${proof.tickets[number - 1]?.playerHash})`
  );
  return [
    ...(proof.sandbox
      ? ["SANDBOX    signed by a stand-in, not by RANDOM.ORG: it proves nothing to the public"]
      : []),
    `Raffle     ${proof.raffleId}`,
    `List       ${seal.tickets} tickets of ${players} players, Merkle root ${seal.root}`,
    `Terms      ${money(terms.price)} a ticket, at most ${terms.ticketsPerPlayer} a player, ` +
    `drawn at ${terms.drawAt}`,
    `Seal       ${seal.hash}`,
    `           sealed ${isoTime(seal.sealedAtMs)} for RANDOM.ORG ticket ${request.ticketId}`,
    ...tellFormer(former),
    `Signature  valid, key ${answer.keyFingerprint} (${keyOwner(keyTrust)})`,
    `           result ${answer.serialNumber}, completed ${isoTime(answer.completedAtMs)}`,
    ...tellBeacon(proof),
    `Numbers    ${request.n} of 1 to ${request.max}: ${shortList(answer.numbers)}`,
    ...winners.slice(0, SHOWN),
    ...(winners.length > SHOWN ? [`           and ${winners.length - SHOWN} more places`] : []),
    ...(outcome.reserves.length === 0 ? [] : [`Reserves   tickets ${shortList(outcome.reserves)}`]),
    `Prize      pot ${money(prize.pot)} less commission ${formatMoney(whole)} ` +
    `(${terms.commissionBps / 100} %) = ${formatMoney(subtractMoney(toShare, added))}`,
    ...(terms.guaranteedPrize === undefined ? [] : [
      `           guaranteed ${money(terms.guaranteedPrize)}: ${formatMoney(added)} added = ` +
      formatMoney(toShare),
    ]),
    "The draw holds.",
  ];
}

/** What the drand round of the seal shows, and what not. */
function tellBeacon({ beacon }: DrawProof): string[] {
  if (beacon === undefined) return ["drand      no round: sealed before seals named one"];
  const { chain, round, signature } = beacon;
  const hash = chainHash(chain);
  const whose = hash === QUICKNET_HASH ? "drand's quicknet, built in" : "a stand-in's";
  return [
    `drand      round ${round} of chain ${hash} (${whose})`,
    `           made ${isoTime(roundTimeMs(beacon))}, named by the seal`,
    signature === null
      ? "           not to be had in time, RANDOM.ORG signed: it shows nothing about when was drawn"
      : `           signature valid, value ${beaconValue(signature)}: RANDOM.ORG signed its ` +
        "beginning, so it was drawn after the round",
    "           the winners come from RANDOM.ORG alone",
  ];
}

/** The chain of seals, the first first. */
function tellFormer(former: readonly JudgedDraw[]): string[] {
  return former.flatMap(({ seal, reason, answer }, index) => [
    `Redraw     ${index + 1}. of seal ${seal}, over the same list and terms: ${reason}`,
    `           ${answers[answer]}`,
  ]);
}

const answers: Record<JudgedDraw["answer"], string> = {
  none: "nothing was answered under it",
  signed: "its answer is in the file, with a valid signature",
  otherSigned: "a signed answer is in the file, but to another request",
  notSigned: "its answer is in the file, without a valid signature",
};

/** A player's own proof that holds, a line each. */
export function tellTicketDocument(
  { document, sealed }: DocumentReport & { ok: true },
): string[] {
  const { raffleId, seal, playerId, tickets } = document;
  const shown = tickets.map(({ line }) => line.number);
  return [
    ...(sealed.sandbox
      ? ["SANDBOX    the draw of this seal is a stand-in's, not RANDOM.ORG's"]
      : []),
    `Raffle     ${raffleId}`,
    `Seal       ${seal}: the hash of the sealed text`,
    `           sealed ${isoTime(sealed.sealedAtMs)}`,
    ...(sealed.redrawOf === null ? [] : [`Redraw     of seal ${sealed.redrawOf.seal}`]),
    `List       ${sealed.tickets} tickets, Merkle root ${sealed.root}`,
    `Player     ${playerId}: with the salt it is the hash in these lines`,
    `Tickets    ${shortList(shown)}, each under the root`,
    "The tickets are in the sealed list, if this is the seal that you were shown.",
  ];
}

/** Whose key it is, in words. */
export function keyOwner(keyTrust: "pinned" | "given"): string {
  return keyTrust === "pinned"
    ? "RANDOM.ORG's own, built in"
    : "the one you gave, not RANDOM.ORG's";
}

function shortList(numbers: readonly number[]): string {
  const more = numbers.length - SHOWN;
  return numbers.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

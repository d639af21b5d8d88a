/** One draw for each seal, kept as it was signed, and every winner credited once with what he won. */
import type { Finding, OutsideBooks, OwnBooks, OwnRaffle, OwnTransfer } from "./evidence.ts";
import { whoIsCredited } from "./judge_claims.ts";

const PRIZE = /^payout\/pyo_(.+)_(\d+)\/held$/;

export function judgeDraws(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const drawn = Map.groupBy(outside.draws, ({ raffleId }) => raffleId);
  const prizes = Map.groupBy(
    own.transfers.filter(({ from }) => PRIZE.test(from)),
    ({ from }) => `rfl_${PRIZE.exec(from)?.[1]}`,
  );
  return [
    ...[...drawn].flatMap(([raffleId, draws]) => judgeSigned(raffleId, { draws, own })),
    ...own.raffles.flatMap((raffle) =>
      judgePrizes(raffle, { own, paid: prizes.get(raffle.raffleId) })
    ),
  ];
}

/** What RANDOM.ORG signed for one raffle. */
function judgeSigned(
  raffleId: string,
  { draws, own }: { draws: OutsideBooks["draws"]; own: OwnBooks },
): Finding[] {
  if (draws.length > 1) {
    return [{ kind: "doubled", text: `Raffle ${raffleId} was drawn ${draws.length} times` }];
  }
  const kept = own.draws.find((draw) => draw.raffleId === raffleId)?.randomText;
  const isCancelled = own.raffles.some((raffle) =>
    raffle.raffleId === raffleId && raffle.status === "refunded"
  );
  // An answer that cannot be trusted need not be kept: everybody is refunded.
  if (isCancelled) return [];
  const isSame = typeof kept === "string" && sameJson(JSON.parse(kept), draws[0]?.random);
  return isSame
    ? []
    : [{ kind: "lost", text: `The signed draw of ${raffleId} is not in our books` }];
}

function judgePrizes(
  { raffleId, status, currency, guaranteed }: OwnRaffle,
  { own, paid = [] }: { own: OwnBooks; paid: readonly OwnTransfer[] | undefined },
): Finding[] {
  if (status !== "settled") {
    return paid.map(({ key }) => ({
      kind: "doublePaid",
      text: `Raffle ${raffleId} is ${status} and has paid ${key}`,
    }));
  }
  const draw = own.draws.find((draw) => draw.raffleId === raffleId);
  if (draw === undefined || draw.winners === null) {
    return [{ kind: "lost", text: `Raffle ${raffleId} is settled without a proof that holds` }];
  }
  const { winners, reserves } = draw;
  const credited = whoIsCredited(raffleId, { winners, reserves, claims: own.claims });
  const findings: Finding[] = [...credited.findings];
  const sum = winners.reduce((total, { minor }) => total + minor, 0);
  if (sum < (guaranteed ?? 0)) {
    const text = `The winners of ${raffleId} share ${sum}, and ${guaranteed} are guaranteed`;
    findings.push({ kind: "unpaid", text });
  }
  const left = [...paid];
  for (const { place, number, minor } of credited.winners) {
    const ticket = own.tickets.find((one) => one.raffleId === raffleId && one.number === number);
    const to = `user/${ticket?.playerId}/available`;
    const from = `payout/pyo_${raffleId.slice("rfl_".length)}_${place}/held`;
    const index = left.findIndex((one) =>
      one.from === from && one.to === to && one.minor === minor && one.currency === currency
    );
    if (index >= 0) left.splice(index, 1);
    else {
      const text = `Place ${place} of ${raffleId} (${minor} ${currency} to ${to}) was not credited`;
      findings.push({ kind: "unpaid", text });
    }
  }
  for (const { key, to, minor } of left) {
    findings.push({ kind: "doublePaid", text: `${key}: ${minor} to ${to} that nobody had won` });
  }
  return findings;
}

/** Equal whatever the order of the members. */
function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return one === other;
  }
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length &&
    keys.every((key) =>
      sameJson((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key])
    );
}

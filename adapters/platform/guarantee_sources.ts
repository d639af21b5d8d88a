/**
 * What a raffle asks for its guaranteed prize, within its own commit. Guards against the last of the
 * reserve being promised twice: whoever wants some of it waits for the others at the capital's row.
 */
import type { TransactionalHandler, TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { applyOperations, type Operation } from "../../db/ledger.ts";
import { lockCapital, readTreasuryAccounts } from "../../db/treasury.ts";
import { guaranteeHold, rafflePot, TREASURY_CAPITAL } from "../../machines/domain/accounts.ts";
import { endOfHold, type HoldGuarantee } from "../../machines/domain/guarantee.ts";
import { coverOf } from "./reserve.ts";

type Item = TransactionalItem<HoldGuarantee["input"]>;

/** By the name in the machine. */
export const guaranteeSources: Record<"holdGuarantee", TransactionalHandler> = {
  holdGuarantee: async (items: readonly Item[], tx) => {
    const verdicts: { output: HoldGuarantee["output"] }[] = [];
    // Each sees what the one before it has taken.
    for (const item of items) verdicts.push({ output: await holdGuarantee(item, tx) });
    return verdicts;
  },
};

async function holdGuarantee(item: Item, tx: Connection): Promise<HoldGuarantee["output"]> {
  const { guarantee, prize, atMs } = item.params;
  await lockCapital(tx);
  const held = BigInt(guarantee.held?.minor ?? "0");
  const needed = BigInt(prize?.minor ?? "0");
  const covered = coverOf(await readTreasuryAccounts(tx)) + held;
  // Less than before is always possible, however low the reserve is by now.
  if (prize !== null && needed > held && needed > covered) {
    const { currency } = prize;
    return { isHeld: false, needed: prize, covered: { minor: String(covered), currency }, atMs };
  }
  const holds = guarantee.holds + (prize === null ? 0 : 1);
  await changeHold(item, { holds, tx });
  return { isHeld: true, guarantee: { holds, held: prize }, prize, atMs };
}

/** The old hold ends and the new one begins, both or neither. */
async function changeHold(
  { params: { raffleId, guarantee, prize, atMs }, cause }: Item,
  { holds, tx }: { holds: number; tx: Connection },
): Promise<void> {
  const key = guaranteeHold(raffleId, holds);
  const posting = { cause, eventAtMs: atMs, group: `${key}/changed` };
  const operations: Operation[] = endOfHold({ raffleId, guarantee, posted: null }).map((end) => ({
    kind: "resolve",
    resolution: { ...posting, key: end.key, hold: end.hold, outcome: "void" },
  }));
  if (prize !== null) {
    operations.push({
      kind: "hold",
      hold: {
        ...posting,
        key,
        from: TREASURY_CAPITAL,
        to: rafflePot(raffleId),
        minor: BigInt(prize.minor),
        currency: prize.currency,
        type: "guarantee",
      },
    });
  }
  const verdicts = await applyOperations(tx, operations);
  for (const verdict of verdicts) {
    if (verdict.status !== "refused") continue;
    throw new Error(`The ledger refused ${key}: ${verdict.reason}`);
  }
}

/** A raffle with 10,000 tickets: its actor stays small, its proof right. */
import { expect, it } from "vitest";
import { postTransfers } from "../../db/ledger.ts";
import { rafflePot } from "../../machines/domain/accounts.ts";
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const TICKETS = 10_000;
const MAX_SNAPSHOT_CHARACTERS = 4_096;

it("10,000 tickets are sealed, drawn and proved", { timeout: 90_000 }, async () => {
  const world = await openPlatformWorld();
  const raffle = await world.openRaffle({
    maxTickets: TICKETS,
    minPlayers: 2,
    ticketsPerPlayer: 1,
    drawAt: "deadline",
    durationMs: 80_000,
  });
  await addTickets(world, raffle);
  expect((await world.raffle(raffle)).context).toMatchObject({ tickets: TICKETS });
  const { rows: [row] } = await world.database.query<{ size: number }>(
    "select length(snapshot) as size from actors where address = $1",
    [`raffle/${raffle}`],
  );
  expect(row?.size).toBeLessThan(MAX_SNAPSHOT_CHARACTERS);

  for (const admin of [ADMIN, SECOND_ADMIN]) await world.command(`/admin force ${raffle}`, admin);
  const { context } = await world.platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ tags }) => tags.includes("verified") || tags.includes("disputed"),
    { timeoutMs: 60_000 },
  );
  expect(context.winners).toHaveLength(1);
  expect(context.pot).toEqual({ minor: String(TICKETS * 10), currency: "XTR" });
  const proof = await (await fetch(`${world.platform.url}/raffles/${raffle}/proof.json`)).json();
  const key = await (await fetch(`${world.sandboxUrl}/randomorg/key.pem`)).text();
  const report = await checkProof(proof, { pinnedKeys: [], givenKeys: [key] });
  expect(report.ok).toBe(true);
});

/** Ten thousand entries at once: the rows, the actor's counters and the pot, as the steps leave them. */
async function addTickets({ database }: PlatformWorld, raffle: RaffleId): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(
      `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
       select $1, n, 'tg-' || n, 'pay_large' || n, lpad(to_hex(n), 32, '0'), $2::bigint
       from generate_series(1, $3::int) n`,
      [raffle, Date.now(), TICKETS],
    );
    const { rowCount } = await tx.query(
      `update actors set snapshot = replace(snapshot, '"tickets":0,"players":0', $2::text)
       where address = $1 and snapshot like '%"tickets":0,"players":0%'`,
      [`raffle/${raffle}`, `"tickets":${TICKETS},"players":${TICKETS}`],
    );
    expect(rowCount).toBe(1);
    await postTransfers(tx, [{
      key: `test/${raffle}/entries`,
      from: "provider/telegram/settling",
      to: rafflePot(raffle),
      minor: BigInt(TICKETS * 10),
      currency: "XTR",
      type: "entry",
      eventAtMs: Date.now(),
    }]);
  });
}

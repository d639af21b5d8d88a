/** The reserve, from the few accounts that decide about it: what can be paid out today. */
import type { Connection } from "../../db/connection.ts";
import { forecastSettling } from "../../db/charges.ts";
import { countOpenFindings } from "../../db/findings.ts";
import { readOwed, readTreasuryAccounts, type TreasuryAccounts } from "../../db/treasury.ts";
import type { TreasuryReport } from "../telegram/queries_port.ts";
import { SETTLEMENT_MS } from "./settlement.ts";

const DAY_MS = 86_400_000;

/**
 * What we owe to players, raffles and payments. All accounts sum to zero, so it is what Telegram holds
 * less what is the treasury's, however many players there are.
 */
export function owedOf(accounts: TreasuryAccounts): bigint {
  const { available, settling, capital, commission, expense } = accounts;
  return available + settling - (capital + commission - expense);
}

/** What is available less what we owe and what is promised. */
export function reserveOf(accounts: TreasuryAccounts): bigint {
  return accounts.available - owedOf(accounts) - accounts.held;
}

/** What can still be promised as guaranteed prizes: it has to be there, and the owner's own. */
export function coverOf(accounts: TreasuryAccounts): bigint {
  const reserve = reserveOf(accounts);
  const free = accounts.capital - accounts.held;
  return reserve < free ? reserve : free;
}

/**
 * All figures of the reserve. Reads the accounts of all players and raffles.
 * @param alarmBelow The owner is not told to take out what would bring the reserve under it.
 */
export async function readTreasuryReport(
  connection: Connection,
  { atMs, alarmBelow }: { atMs: number; alarmBelow: bigint },
): Promise<TreasuryReport> {
  const accounts = await readTreasuryAccounts(connection);
  const { users, held, pots, prizes } = await readOwed(connection);
  const [next7 = 0n, next21 = 0n] = await forecastSettling(
    connection,
    [7, 21].map((days) => atMs - SETTLEMENT_MS + days * DAY_MS),
  );
  const owed = owedOf(accounts);
  const reserve = reserveOf(accounts);
  const own = accounts.capital + accounts.commission - accounts.held;
  const spare = [reserve - alarmBelow, own].reduce((least, each) => each < least ? each : least);
  return {
    atMs,
    available: accounts.available.toString(),
    settling: accounts.settling.toString(),
    users: (users - held).toString(),
    held: held.toString(),
    pots: pots.toString(),
    prizes: prizes.toString(),
    // What is received and in no ticket, or on its way back: all that is left of what we owe.
    dues: (owed - users - pots - prizes).toString(),
    owed: owed.toString(),
    promised: accounts.held.toString(),
    reserve: reserve.toString(),
    next7Days: next7.toString(),
    next21Days: next21.toString(),
    commission: accounts.commission.toString(),
    capital: accounts.capital.toString(),
    withdrawable: (spare > 0n ? spare : 0n).toString(),
    openFindings: await countOpenFindings(connection),
  };
}

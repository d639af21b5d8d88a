/** Players' own proofs over the stored list: before the seal, after it, without a ticket, and many at once. */
import { describe, expect, it } from "vitest";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { readSealedText, sealTickets } from "../../machines/domain/draw/seal_tickets.ts";
import { TEST_TICKET } from "../../machines/domain/draw/testing/signed_draw.ts";
import { checkTicketDocument } from "../../machines/domain/draw/ticket_document.ts";
import { testTerms } from "../../machines/testing/world.ts";
import { verifyCommand } from "../cli/verify.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { sealInput } from "./sealed_lists.ts";
import { openPlatformWorld } from "./testing/platform_world.ts";
import { createTicketDocuments } from "./ticket_documents.ts";

const AT_MS = Date.UTC(2026, 0, 5);
const terms = testTerms({ maxTickets: 100_000, ticketsPerPlayer: 100 });

/** Tickets of `players` in turn; each of a player's tickets came with a salt of its own. */
async function storeList(
  database: Database,
  { raffleId = "rfl_1", tickets, players }: { raffleId?: string; tickets: number; players: number },
): Promise<void> {
  await database.query(
    `insert into raffles (raffle_id, status, terms, tickets, players, opened_at_ms, closes_at_ms,
       public_reason) values ($1, 'sealed', $2, $3, $4, 1, 2, '')`,
    [raffleId, JSON.stringify(terms), tickets, players],
  );
  await database.query(
    `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
     select $1::text, n, 'tg-' || (n % $3::int), 'pay_' || $1::text || '_' || n, lpad(to_hex(n), 32, '0'), $4::bigint + n
     from generate_series(1, $2::int) n`,
    [raffleId, tickets, players, AT_MS],
  );
  await database.query(
    "insert into draws (raffle_id, draw_ticket) values ($1, $2)",
    [raffleId, JSON.stringify(TEST_TICKET)],
  );
}

async function seal(database: Database, raffleId = "rfl_1"): Promise<void> {
  const { rows } = await database.query<
    { number: number; player_id: string; payment_id: string; salt: string; at_ms: bigint }
  >("select * from tickets where raffle_id = $1 order by number", [raffleId]);
  const { hash } = sealTickets(sealInput({
    raffleId,
    terms,
    drawTicket: TEST_TICKET,
    tickets: rows.map((row) => ({
      raffleId,
      number: row.number,
      playerId: row.player_id,
      paymentId: row.payment_id,
      salt: row.salt,
      atMs: Number(row.at_ms),
    })),
    sealedAtMs: AT_MS,
    beacon: null,
  }));
  await database.query(
    "update draws set sealed_at_ms = $2, seal = $3 where raffle_id = $1",
    [raffleId, AT_MS, hash],
  );
}

describe("createTicketDocuments()", () => {
  it("has nothing before the seal, and nothing for one without a ticket", async () => {
    const database = await openTestDatabase();
    await storeList(database, { tickets: 9, players: 4 });
    const documents = createTicketDocuments(database);
    expect(await documents.proofOf("rfl_1", "tg-1")).toBeUndefined();
    await seal(database);
    expect(await documents.proofOf("rfl_1", "tg-77")).toBeUndefined();
    expect(await documents.proofOf("rfl_none", "tg-1")).toBeUndefined();
    expect(await documents.proofOf("rfl_1", "tg-1")).toMatchObject({ tickets: 3, proved: 3 });
  });

  it("proves all tickets of a player with the salt of his first", async () => {
    const database = await openTestDatabase();
    await storeList(database, { tickets: 300, players: 3 });
    await seal(database);
    const proof = await createTicketDocuments(database).proofOf("rfl_1", "tg-2");
    expect(proof).toMatchObject({ tickets: 100, proved: 50 });
    const report = checkTicketDocument(proof?.text ?? "");
    if (!report.ok) throw new Error(report.detail);
    expect(report.document.salt).toBe("2".padStart(32, "0"));
    expect(report.document.tickets.map(({ line }) => line.number).slice(0, 3)).toEqual([2, 5, 8]);
  });

  it("builds a large list's tree once, however many press, and keeps the last few", async () => {
    const database = await openTestDatabase();
    const built: string[] = [];
    const documents = createTicketDocuments(database, { onBuild: (each) => built.push(each) });
    for (const raffleId of ["rfl_1", "rfl_2"]) {
      await storeList(database, { raffleId, tickets: 5_000, players: 100 });
      await seal(database, raffleId);
    }
    const players = Array.from({ length: 40 }, (_, index) => `tg-${index}`);
    for (const raffleId of ["rfl_1", "rfl_2", "rfl_1"]) {
      const proofs = await Promise.all(players.map((id) => documents.proofOf(raffleId, id)));
      for (const proof of proofs) expect(checkTicketDocument(proof?.text ?? "").ok).toBe(true);
    }
    expect(built).toHaveLength(2);
    // Lists of more tickets than are kept push the oldest out.
    await database.query("update raffles set tickets = 199000 where raffle_id = 'rfl_2'");
    await documents.proofOf("rfl_2", "tg-1");
    await documents.proofOf("rfl_1", "tg-1");
    expect(built).toHaveLength(3);
  });

  it("refuses to prove what does not fit the seal any more, and tries again later", async () => {
    const database = await openTestDatabase();
    await storeList(database, { tickets: 9, players: 4 });
    await seal(database);
    const documents = createTicketDocuments(database);
    await database.query("update tickets set at_ms = at_ms + 1 where number = 5");
    await expect(documents.proofOf("rfl_1", "tg-1")).rejects.toThrow("does not fit its seal");
    await database.query("update tickets set at_ms = at_ms - 1 where number = 5");
    expect(await documents.proofOf("rfl_1", "tg-1")).toMatchObject({ tickets: 2 + 1 });
  });
});

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

it("a player gets his proof by a button, and checks it offline", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const raffle = await world.openRaffle({ maxTickets: 2 });
  const [anna, boris, clara] = await world.players(3) as [Person, Person, Person];
  await joinByStars(people, anna, raffle);
  const press = async (person: Person) => {
    await people.write(person.id, "/help");
    const { message_id } = await people.waitForMessage(person.id, ({ from }) => from.is_bot);
    const { revision } = await people.chat(person.id);
    await people.press(person.id, { message_id, data: `mine:${raffle}`, waitMs: 10_000 });
    return await people.waitForMessage(
      person.id,
      ({ text, caption }) => /no ticket|not sealed yet|Proof of your/.test(text ?? caption ?? ""),
      { since: revision },
    );
  };
  expect((await press(anna)).text).toContain("The list is not sealed yet");
  await joinByStars(people, boris, raffle);
  await world.waitUntilFinished(raffle);
  expect((await press(clara)).text).toContain("You have no ticket in this raffle");
  const { seal } = (await world.raffle(raffle)).context;
  const sent = await press(anna);
  expect(sent.caption).toContain(seal);

  await people.write(anna.id, `/raffle ${raffle}`);
  const card = await people.waitForMessage(anna.id, says(/Seal of the list/));
  await people.write(anna.id, "/my_raffles");
  const history = await people.waitForMessage(anna.id, says(/Your tickets/));
  for (const { reply_markup } of [card, history]) {
    expect(JSON.stringify(reply_markup)).toContain("Proof of my tickets");
  }

  const proof = await world.platform.queries.ticketProof(raffle, `tg-${anna.id}`);
  const out: string[] = [];
  const code = await verifyCommand(["my.json"], {
    out: (line) => void out.push(line),
    err: (line) => void out.push(line),
    readTextFile: () => Promise.resolve(proof?.text ?? ""),
  });
  expect(code).toBe(0);
  expect(out.join("\n")).toContain(`Seal       ${seal}`);
  expect(out.join("\n")).toContain("Tickets    1, each under the root");
  const { sealedText } = JSON.parse(proof?.text ?? "{}");
  expect(readSealedText(sealedText)).toMatchObject({ raffleId: raffle, tickets: 2 });
});

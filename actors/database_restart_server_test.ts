/** The server is restarted, and crashes, while events keep coming. */
import { expect, it, onTestFinished } from "vitest";
import { assign, type EventObject, setup } from "xstate";
import { openDatabase } from "../db/open_database.ts";
import { startTemporaryServer } from "../db/temporary_server.ts";
import { defineActor } from "./define_actor.ts";
import { UnavailableError } from "./errors.ts";
import { createRuntime } from "./runtime.ts";
import { findDeviations } from "./testing/mod.ts";

const SENDERS = 6;

const ledger = setup({
  types: { context: {} as { got: number[]; told: number } },
  actions: { tell: (_, _params: { to: string; event: EventObject; create?: unknown }) => {} },
}).createMachine({
  id: "ledger",
  context: { got: [], told: 0 },
  on: {
    add: {
      actions: [
        assign({ got: ({ context, event }) => [...context.got, event.number] }),
        { type: "tell", params: { to: "ledger/all", event: { type: "told" }, create: {} } },
      ],
    },
    told: { actions: assign({ told: ({ context }) => context.told + 1 }) },
  },
});
const ledgerActor = defineActor({ kind: "ledger", machine: ledger });

it("events that keep coming while the server restarts and crashes count once each, in order", {
  timeout: 90_000,
}, async () => {
  const server = await startTemporaryServer({ isDurable: true });
  if ("reason" in server) throw new Error(server.reason);
  onTestFinished(() => server.stop());
  const database = await openDatabase({ url: server.url });
  const runtime = await createRuntime({ database, actors: [ledgerActor], log: () => {} });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await database.close();
  });

  let isOver = false;
  let answered = 0;
  const sent = Array.from({ length: SENDERS }, async (_, sender) => {
    for (let number = 0;; number++) {
      if (isOver) return number;
      const event = { type: "add", number } as EventObject;
      for (let isTaken = false; !isTaken;) {
        isTaken = await runtime.send(`ledger/${sender}`, event, { key: `k${number}`, create: {} })
          .then(({ status }) => status !== "refused", (error) => {
            if (!(error instanceof UnavailableError)) throw error;
            return false;
          });
      }
      answered++;
    }
  });
  const untilMoreAnswered = async (): Promise<void> => {
    const before = answered;
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(before + 50);
  };
  for (const how of ["fast", "immediate"] as const) {
    await untilMoreAnswered();
    await server.restart(how);
  }
  await untilMoreAnswered();
  isOver = true;
  const counts = await Promise.all(sent);
  await runtime.waitFor(
    "ledger/all",
    ({ context }) => context.told === counts.reduce((sum, count) => sum + count),
  );
  for (const [sender, count] of counts.entries()) {
    const got = (await runtime.read(`ledger/${sender}`))?.context.got;
    expect(got).toEqual(Array.from({ length: count }, (_, number) => number));
  }
  expect(await findDeviations(database, [ledgerActor])).toEqual([]);
});

/** The server that a run starts for itself: what it keeps, and that nothing of it stays. */
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "./open_database.ts";
import { startTemporaryServer } from "./temporary_server.ts";

it("comes back at the same address with what was committed, also after a crash", {
  timeout: 60_000,
}, async () => {
  const server = await startTemporaryServer({ isDurable: true });
  if ("reason" in server) {
    // Without Postgres on this machine there is nothing to start, and it says so.
    expect(server.reason).toMatch(/no Postgres binaries|does not run as root/);
    return;
  }
  onTestFinished(() => server.stop());
  for (const how of ["fast", "immediate"] as const) {
    const before = await openDatabase({ url: server.url });
    await before.query("create table if not exists kept (how text)");
    await before.query("insert into kept values ($1)", [how]);
    await server.restart(how);
    await before.close();
  }
  const after = await openDatabase({ url: server.url });
  const { rows } = await after.query<{ how: string }>("select how from kept order by how");
  await after.close();
  expect(rows).toEqual([{ how: "fast" }, { how: "immediate" }]);
});

/**
 * A node under load, for tests that kill it: counts keyed events, says each accepted key on stdout,
 * has a timer running and an effect that does not end. Settings come from the environment.
 */
import { openDatabase } from "../../db/open_database.ts";
import { createRuntime } from "../runtime.ts";
import { loadActors } from "./load_actors.ts";

if (import.meta.main) {
  const database = await openDatabase({
    url: Deno.env.get("LOAD_URL"),
    dataDir: Deno.env.get("LOAD_DATA_DIR"),
  });
  const hangs = (): Promise<never> => new Promise(() => {});
  const runtime = await createRuntime({ database, actors: loadActors(hangs) });
  await runtime.start();
  await runtime.create("waiter/1");
  await Promise.all(Array.from({ length: 8 }, (_, index) => runtime.create(`counter/${index}`)));
  say("ready");
  await Promise.all(Array.from({ length: 8 }, async (_, index) => {
    for (let number = 0;; number++) {
      const key = `${index}-${number}`;
      const { status } = await runtime.send(`counter/${index}`, { type: "add" }, { key });
      say(`${status} ${key}`);
    }
  }));
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

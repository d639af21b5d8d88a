/**
 * A node under load, for tests that kill or freeze it: counts keyed events, says each accepted key on
 * stdout, has a timer running and an effect that ends when the node has been frozen and thawed.
 * Settings come from the environment.
 */
import { openDatabase } from "../../db/open_database.ts";
import { UnavailableError } from "../errors.ts";
import { createRuntime, type Receipt } from "../runtime.ts";
import { loadActors } from "./load_actors.ts";

/** A pause of this process that is longer than this means that it was frozen. */
const FROZEN_MS = 2_000;
const LOOK_MS = 50;

if (import.meta.main) {
  const database = await openDatabase({
    url: Deno.env.get("LOAD_URL"),
    dataDir: Deno.env.get("LOAD_DATA_DIR"),
  });
  const runtime = await createRuntime({ database, actors: loadActors(thawed) });
  await runtime.start();
  await runtime.create("waiter/1");
  await Promise.all(Array.from({ length: 8 }, (_, index) => runtime.create(`counter/${index}`)));
  say("ready");
  await Promise.all(Array.from({ length: 8 }, async (_, index) => {
    for (let number = 0;; number++) {
      const key = `${index}-${number}`;
      const send = () => runtime.send(`counter/${index}`, { type: "add" }, { key });
      const { status } = await insist(send);
      say(`${status} ${key}`);
    }
  }));
}

/** Repeats with the same key what may not have been taken. */
async function insist(send: () => Promise<Receipt>): Promise<Receipt> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
}

function thawed(): Promise<string> {
  return new Promise((resolve) => {
    let lookedAtMs = Date.now();
    const timer = setInterval(() => {
      const pauseMs = Date.now() - lookedAtMs;
      lookedAtMs = Date.now();
      if (pauseMs < FROZEN_MS) return;
      clearInterval(timer);
      say("thawed");
      resolve("thawed");
    }, LOOK_MS);
  });
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

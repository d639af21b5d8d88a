/** The inspector over the whole product, with a raffle that runs through it. */
import { expect, it } from "vitest";
import type { ShownChain, ShownLine, ShownStep, ShownTransfer } from "../inspector/shown.ts";
import { startCommand } from "../cli/start.ts";
import { readConfig } from "../config/read_config.ts";
import { startPlatform } from "./start_platform.ts";
import { openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";
import { joinByStars } from "../demo/entries.ts";

/** Logs in as an admin does. @returns Asks what the page asks. */
async function logIn(world: PlatformWorld) {
  const link = /http\S+/.exec(world.printed.find((line) => line.startsWith("Inspector:")) ?? "");
  const response = await fetch(String(link?.[0]), { redirect: "manual" });
  await response.body?.cancel();
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return async <T>(path: string, query: Record<string, string | number> = {}): Promise<T> => {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]) => [name, String(value)]),
    );
    const url = `${world.platform.url}/inspect${path}?${parameters}`;
    return await (await fetch(url, { headers: { cookie } })).json() as T;
  };
}

it("a payment leads to its ticket, its notice and its posting, and back", async () => {
  const world = await openPlatformWorld({ inspect: true });
  const raffle = await world.openRaffle();
  const [player] = await world.players(1);
  await joinByStars(world.people, player as NonNullable<typeof player>, raffle);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
  await world.platform.runtime.settled();
  const ask = await logIn(world);

  const { lines } = await ask<{ lines: ShownLine[] }>("/api/history", {
    address: `raffle/${raffle}`,
  });
  const claim = lines.find(({ type }) => type === "ticket.claim");
  const { address, revision } = claim as ShownLine & { revision: number };

  const chain = await ask<ShownChain>("/api/chain", { address, revision });
  const kinds = chain.lines.map((line) => `${line.address.split("/")[0]} ${line.type}`);
  expect(kinds.slice(0, 3)).toEqual([
    "payment payment.confirmed",
    "user entry.paid",
    "raffle ticket.claim",
  ]);
  expect(kinds).toContain("payment ticket.issued");
  const noticed = chain.lines.flatMap(({ asked }) => asked.map(({ name }) => name));
  expect(noticed).toContain("notify");

  const step = await ask<ShownStep>("/api/step", { address, revision });
  expect(step.problem).toBeNull();
  expect(step.postings).toMatchObject([{ amount: "10", to: `raffle/${raffle}/pot` }]);
  const [posting] = step.postings;
  const { postings } = await ask<{ postings: ShownTransfer[] }>("/api/postings", {
    text: posting?.key ?? "",
  });
  expect(postings).toMatchObject([{ causeActor: address, causeRevision: revision }]);
});

it("every step of a raffle can be replayed, and none shows a salt or a name", async () => {
  const world = await openPlatformWorld({ inspect: true });
  const raffle = await world.openRaffle({ maxTickets: 2 });
  for (const player of await world.players(2)) await joinByStars(world.people, player, raffle);
  await world.waitUntilFinished(raffle);
  await world.platform.runtime.settled();
  const ask = await logIn(world);
  const secrets = (await world.database.query<{ salt: string }>("select salt from tickets")).rows
    .map(({ salt }) => salt);
  expect(secrets).toHaveLength(2);

  const { actors } = await ask<{ actors: { address: string; revision: number }[] }>("/api/actors");
  expect(actors.length).toBeGreaterThanOrEqual(6);
  for (const { address, revision: last } of actors) {
    const texts = [
      JSON.stringify(await ask("/api/tree", { address })),
      JSON.stringify(await ask("/api/history", { address })),
    ];
    for (let revision = 1; revision <= last; revision++) {
      const step = await ask<ShownStep>("/api/step", { address, revision });
      expect(step).toMatchObject({ address, revision, problem: null });
      texts.push(JSON.stringify(step));
    }
    for (const text of texts) {
      for (const secret of secrets) expect(text).not.toContain(secret);
      expect(text).not.toContain("Player 1");
    }
  }
});

it("is not there unless it was asked for", async () => {
  const world = await openPlatformWorld();
  expect(world.printed.join()).not.toContain("inspect");
  for (const path of ["/inspect", "/inspect/login", "/inspect/api/kinds", "/inspect/stream"]) {
    const response = await fetch(`${world.platform.url}${path}`);
    expect(response.status).toBe(404);
    await response.body?.cancel();
  }
});

it("is not served where others than this machine could reach it, unless that was allowed", async () => {
  const start = startPlatform(readConfig({ HOST: "0.0.0.0", PORT: "0" }), {
    log: () => {},
    print: () => {},
    inspect: {},
  });
  await expect(start).rejects.toThrow(
    /Cannot serve \/inspect where HOST is 0\.0\.0\.0.*INSPECT_ORIGIN/,
  );
});

it.each([
  ["--watch"],
  ["--inspect", "--inspect"],
  ["--inspect="],
  ["--inspect=http://localhost:8080"],
  ["--inspect=nonsense"],
  ["--inspect=ws://localhost:8090/#fragment"],
  ["inspect"],
])("start refuses %s as wrong usage and says what is right", async (...args) => {
  const errors: string[] = [];
  const io = {
    out: () => {},
    err: (line: string) => void errors.push(line),
    readTextFile: () => Promise.reject(new Error("not read")),
    environment: {},
  };
  expect(await startCommand(args, io)).toBe(2);
  expect(errors.join()).toContain("Usage: deno task start [--inspect | --inspect=ws://HOST:PORT]");
});

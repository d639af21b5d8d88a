/** What the page may ask, over HTTP. */
import { type Context, Hono } from "hono";
import { assertAddress } from "../../actors/address.ts";
import { UsageError } from "../../actors/operator/operator.ts";
import { readChain } from "./cause_chain.ts";
import {
  findActors,
  findPostings,
  type InspectionHost,
  listKinds,
  readHistory,
  showTree,
} from "./inspection.ts";
import { inspectStep } from "./inspect_step.ts";
import { createPictures } from "./pictures.ts";

/** Lines of a log given at once. */
const LINES = 200;

/** The questions of the page, below `/inspect/api`. All are `GET` and change nothing. */
export function createApiRoutes(host: InspectionHost): Hono {
  const picture = createPictures(host.actors);
  const api = new Hono();
  api.onError((error, c) => {
    if (error instanceof UsageError) return c.json({ error: error.message }, 400);
    throw error;
  });
  api.get("/kinds", (c) => c.json(listKinds(host)));
  api.get("/actors", async (c) => {
    const { kind, state, tag, text } = given(c);
    return c.json(
      await findActors(host, { kind, state, tag, text, before: numberOf(c, "before") }),
    );
  });
  api.get("/tree", async (c) => found(c, await showTree(host, addressOf(c))));
  api.get("/history", async (c) => {
    const query = { address: addressOf(c), before: numberOf(c, "before"), limit: LINES };
    return c.json(await readHistory(host, query));
  });
  api.get("/step", async (c) => found(c, await inspectStep(host, stepOf(c))));
  api.get("/chain", async (c) => found(c, await readChain(host, stepOf(c))));
  api.get("/picture", async (c) => {
    const { kind = "", machine = "" } = given(c);
    return found(c, await picture(kind, machine));
  });
  api.get("/postings", async (c) => {
    const { text = "" } = given(c);
    return c.json({ postings: await findPostings(host, text) });
  });
  return api;
}

function given(c: Context): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ""));
}

/** @throws {UsageError} When it cannot be an address. */
function addressOf(c: Context): string {
  const { address = "" } = given(c);
  try {
    assertAddress(address);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return address;
}

function stepOf(c: Context): { address: string; revision: number } {
  const revision = numberOf(c, "revision");
  if (revision === undefined) throw new UsageError("revision must be a whole number");
  return { address: addressOf(c), revision };
}

/** @throws {UsageError} When it is given and no whole number from 0 on. */
function numberOf(c: Context, name: string): number | undefined {
  const text = given(c)[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text)) return number;
  throw new UsageError(`${name} must be a whole number, got ${JSON.stringify(text)}`);
}

function found(c: Context, value: unknown): Response {
  return value === undefined ? c.json({ error: "not found" }, 404) : c.json(value);
}

import { expect, it } from "vitest";
import type { Operator } from "../../actors/operator/operator.ts";
import type { Database } from "../../db/connection.ts";
import { createInspector } from "./create_inspector.ts";

/** The pages need neither actors nor a database. */
const { routes, loginPath } = createInspector({
  runtime: { onStep: () => () => {} },
  operator: {} as Operator,
  database: {} as Database,
  actors: [],
  hide: {},
  origin: undefined,
  connectTo: undefined,
  log: () => {},
});
const token = loginPath().replace(/.*token=/, "");

function ask(path: string): Promise<Response> {
  const headers = { host: "127.0.0.1:8080", authorization: `Bearer ${token}` };
  const from = { remoteAddr: { hostname: "127.0.0.1" } };
  return Promise.resolve(routes.request(`http://127.0.0.1:8080${path}`, { headers }, from));
}

const files = [...Deno.readDirSync(new URL("./page/", import.meta.url))].map(({ name }) => name);

it("makes a new token of 32 bytes at each start", () => {
  expect(token).toMatch(/^[\w-]{43}$/);
});

it.each(files)("serves %s, which asks for nothing from elsewhere", async (name) => {
  const path = { "index.html": "/", "stately.html": "/stately" }[name] ?? `/${name}`;
  const response = await ask(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("strict-transport-security")).toBeNull();
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toContain("unsafe");
  expect(policy).toContain(
    name === "stately.html" ? "frame-src https://stately.ai" : "frame-src 'none'",
  );

  const text = await response.text();
  const elsewhere = text.match(/\b(?:https?|wss?):\/\/(?!www\.w3\.org\/)[^\s"'`$]+/g) ?? [];
  expect(elsewhere.filter((url) => !url.startsWith("https://stately.ai"))).toEqual([]);
  expect(elsewhere.length === 0 || name.startsWith("stately.")).toBe(true);
  // The policy would refuse what is written into the page itself.
  expect(text).not.toMatch(/<script>|<style|\sstyle="|\son[a-z]+="|innerHTML|eval\(/);
});

it.each([
  "/..%2Fcreate_inspector.ts",
  "/../create_inspector.ts",
  "/constructor",
  "/__proto__",
  "/index.html",
  "/nothing.js",
  "/api/nothing",
])("serves nothing else: %s", async (path) => {
  const response = await ask(path);
  expect(response.status).toBe(404);
});

it("answers a plain request for the stream with what it wants", async () => {
  expect((await ask("/stream")).status).toBe(426);
});

import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { createAccess, isLoopback } from "./access.ts";

const TOKEN = "the-token-of-this-start";
const SESSION = "the-session-of-this-start";
const COOKIE = `inspect_8080=${SESSION}`;

function app(origin?: string): Hono {
  const { guard, login } = createAccess({ token: TOKEN, session: SESSION, origin });
  const routes = new Hono();
  routes.use(guard);
  routes.get("/login", login);
  routes.get("/", (c) => c.text("the page"));
  routes.get("/x/login", (c) => c.text("the page"));
  return new Hono().route("/inspect", routes);
}

/** A request as `Deno.serve` gives it: with the address that it came from. */
function ask(
  path: string,
  { headers = {}, from = "127.0.0.1", origin }: {
    headers?: Record<string, string>;
    from?: string;
    origin?: string;
  } = {},
): Promise<Response> {
  const given = { host: "127.0.0.1:8080", ...headers };
  return Promise.resolve(
    app(origin).request(`http://127.0.0.1:8080${path}`, { headers: given }, {
      remoteAddr: { hostname: from },
    }),
  );
}

describe("access to the inspector", () => {
  it.each([
    { who: "brings the token", path: `/inspect?token=${TOKEN}`, headers: {} },
    { who: "bears it", path: "/inspect", headers: { authorization: `Bearer ${TOKEN}` } },
    { who: "has the cookie", path: "/inspect", headers: { cookie: COOKIE } },
    {
      who: "comes from a page of its own",
      path: "/inspect",
      headers: { cookie: COOKIE, origin: "http://127.0.0.1:8080" },
    },
    {
      who: "uses another name of this machine",
      path: "/inspect",
      headers: { cookie: COOKIE, host: "localhost:9000" },
    },
    {
      who: "uses the other loopback",
      path: "/inspect",
      headers: { cookie: COOKIE, host: "[::1]:8080" },
    },
  ])("is given to who $who", async ({ path, headers }) => {
    const response = await ask(path, { headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("the page");
  });

  it.each([
    { who: "has nothing", path: "/inspect", headers: {} },
    { who: "has a wrong token", path: "/inspect?token=wrong", headers: {} },
    { who: "has an empty token", path: "/inspect?token=", headers: {} },
    { who: "has half of the token", path: `/inspect?token=${TOKEN.slice(0, 12)}`, headers: {} },
    { who: "has a wrong cookie", path: "/inspect", headers: { cookie: "inspect_8080=wrong" } },
    { who: "has the session as token", path: `/inspect?token=${SESSION}`, headers: {} },
    {
      who: "has the token as cookie",
      path: "/inspect",
      headers: { cookie: `inspect_8080=${TOKEN}` },
    },
    {
      who: "has a wrong token and the cookie",
      path: "/inspect?token=x",
      headers: { cookie: COOKIE },
    },
    { who: "logs in with a wrong token", path: "/inspect/login?token=wrong", headers: {} },
    { who: "logs in with none", path: "/inspect/login", headers: {} },
    { who: "asks for what only ends like the login", path: "/inspect/x/login", headers: {} },
  ])("is refused to who $who", async ({ path, headers }) => {
    const response = await ask(path, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).not.toContain("the page");
  });

  it.each([
    { what: "a name that only points here", headers: { host: "evil.example" } },
    { what: "a name that begins like this machine's", headers: { host: "127.0.0.1.evil.example" } },
    { what: "another site's page", headers: { origin: "http://evil.example" } },
    { what: "a page on another port", headers: { origin: "http://127.0.0.1:3000" } },
    { what: "a page without an origin", headers: { origin: "null" } },
    { what: "a proxy", headers: { "x-forwarded-for": "203.0.113.9" } },
    { what: "a proxy of the newer kind", headers: { forwarded: "for=203.0.113.9" } },
    { what: "another machine", headers: {}, from: "203.0.113.9" },
    { what: "an unknown address", headers: {}, from: "" },
  ])("is refused to $what, also with the cookie and at the login", async ({ headers, from }) => {
    const options = {
      headers: { cookie: COOKIE, ...headers } as Record<string, string>,
      ...(from === undefined ? {} : { from }),
    };
    expect((await ask("/inspect", options)).status).toBe(403);
    expect((await ask(`/inspect/login?token=${TOKEN}`, options)).status).toBe(403);
  });

  it("changes the token for a cookie that scripts and other sites do not get", async () => {
    const response = await ask(`/inspect/login?token=${TOKEN}`);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/inspect");
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie).toContain(COOKIE);
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Lax");
    expect(cookie).toContain("Path=/inspect");
    expect(cookie).not.toContain(TOKEN);
  });

  it("is reached from its origin when one is set, through a proxy, and still with the token", async () => {
    const origin = "https://inspect.example.org";
    const through = { host: "inspect.example.org", "x-forwarded-for": "203.0.113.9" };
    const options = { origin, from: "10.0.0.1" };
    const refused = await ask("/inspect", { ...options, headers: through });
    expect(refused.status).toBe(401);
    const given = await ask(`/inspect?token=${TOKEN}`, { ...options, headers: through });
    expect(given.status).toBe(200);
    const elsewhere = { ...through, host: "www.example.org" };
    expect((await ask(`/inspect?token=${TOKEN}`, { ...options, headers: elsewhere })).status)
      .toBe(403);
    const login = await ask(`/inspect/login?token=${TOKEN}`, { ...options, headers: through });
    expect(login.headers.get("set-cookie")).toContain("Secure");
  });

  it.each([
    { host: "127.0.0.1", is: true },
    { host: "127.8.8.8", is: true },
    { host: "localhost", is: true },
    { host: "::1", is: true },
    { host: "0.0.0.0", is: false },
    { host: "::", is: false },
    { host: "10.0.0.1", is: false },
    { host: "localhost.example.org", is: false },
  ])("takes $host for loopback: $is", ({ host, is }) => {
    expect(isLoopback(host)).toBe(is);
  });
});

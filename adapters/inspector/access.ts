/**
 * Who may see the inspector. It shows contexts and payments, so:
 *
 * - every request needs the token that was printed at the start, or the cookie that was given for it;
 * - the request must come from this machine, straight and under a name of this machine. That stops
 *   other people's pages, names that point here (DNS rebinding), and a proxy that passes everything
 *   on. With an `origin` of its own the inspector is meant to be reached from there instead;
 * - pages of other origins can neither connect nor ask.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

export interface AccessOptions {
  /** Printed at the start; 32 random bytes or more as text. */
  readonly token: string;
  /** Kept by the browser instead of the token. */
  readonly session: string;
  /** `https://inspect.example.org`: from where it is reached besides this machine. */
  readonly origin: string | undefined;
}

export interface Access {
  /** Refuses whom the inspector is not for, before anything else is looked at. */
  readonly guard: MiddlewareHandler;
  /** `GET /login?token=…`: changes the token for the cookie and goes to the page. */
  readonly login: (c: Context) => Response;
}

const LOGIN_PATH = "/inspect/login";
const LOOPBACK_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/;
/** What a proxy adds. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAME.test(host) || host === "::1";
}

export function createAccess({ token, session, origin }: AccessOptions): Access {
  const publicHost = origin === undefined ? undefined : new URL(origin).host;

  return {
    async guard(c, next) {
      const reason = whyNotHere(c, publicHost);
      if (reason !== undefined) return c.json({ error: reason }, 403);
      if (c.req.path === LOGIN_PATH) return await next();
      const given = bearerOf(c) ?? c.req.query("token");
      const isKnown = given === undefined
        ? isEqual(getCookie(c, cookieName(c)) ?? "", session)
        : isEqual(given, token);
      if (isKnown) return await next();
      return c.json({ error: "open the link that was printed at the start" }, 401);
    },

    login(c) {
      if (!isEqual(c.req.query("token") ?? "", token)) {
        return c.json({ error: "open the link that was printed at the start" }, 401);
      }
      setCookie(c, cookieName(c), session, {
        httpOnly: true,
        // With "Strict" a link to the inspector in a chat or a terminal in the browser would not open.
        sameSite: "Lax",
        path: "/inspect",
        secure: origin?.startsWith("https:") === true,
      });
      c.header("referrer-policy", "no-referrer");
      c.header("cache-control", "no-store");
      return c.redirect("/inspect", 303);
    },
  };
}

/** Why a request may not be answered, whoever sends it; undefined when it may. */
function whyNotHere(c: Context, publicHost: string | undefined): string | undefined {
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  const isLocal = LOOPBACK_NAME.test(host.replace(/:\d+$/, ""));
  if (!isLocal && host !== publicHost) return "this name is not the inspector's";
  if (publicHost === undefined) {
    const { remoteAddr } = (c.env ?? {}) as { remoteAddr?: { hostname?: string } };
    if (!LOOPBACK_ADDRESS.test(remoteAddr?.hostname ?? "")) return "only from this machine";
    if (FORWARDED.some((name) => c.req.header(name) !== undefined)) return "not through a proxy";
  }
  const from = c.req.header("origin");
  if (from !== undefined && (!URL.canParse(from) || new URL(from).host !== host)) {
    return "not from another page";
  }
  return undefined;
}

function bearerOf(c: Context): string | undefined {
  return /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1];
}

/** Cookies do not tell ports apart: two nodes on one machine would log each other out. */
function cookieName(c: Context): string {
  return `inspect_${new URL(c.req.url).port || "default"}`;
}

/** Takes the same time wherever the texts differ. */
function isEqual(given: string, wanted: string): boolean {
  return timingSafeEqual(hash(given), hash(wanted));
}

function hash(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

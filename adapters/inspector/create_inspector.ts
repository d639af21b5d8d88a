/**
 * The inspector: a page of our own at `/inspect`, what it reads, and the live steps in the Stately
 * inspector's protocol at `/inspect/stream`. Only reading: nothing here changes an actor.
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { randomBytes } from "node:crypto";
import type { ActorDefinition } from "../../actors/define_actor.ts";
import type { Operator } from "../../actors/operator/operator.ts";
import type { Runtime } from "../../actors/runtime.ts";
import type { Database } from "../../db/connection.ts";
import type { Log } from "../supervisor/log_port.ts";
import { createAccess } from "./access.ts";
import { createApiRoutes } from "./api_routes.ts";
import { createSanitizer } from "./sanitize.ts";
import { connectOut, follow } from "./sockets.ts";
import { StepStream } from "./step_stream.ts";

export interface InspectorOptions {
  readonly runtime: Pick<Runtime, "onStep">;
  readonly operator: Operator;
  readonly database: Database;
  readonly actors: readonly ActorDefinition[];
  /** Keys whose values are hidden besides secrets, by the kind of actor they belong to. */
  readonly hide: Readonly<Record<string, readonly string[]>>;
  /** From where it may be reached besides this machine. */
  readonly origin: string | undefined;
  /** A server of the protocol that steps are sent to, `ws://…`. */
  readonly connectTo: string | undefined;
  readonly log: Log;
}

export interface Inspector {
  /** To be mounted at `/inspect`. */
  readonly routes: Hono;
  /** Opens the page; with the token, so for the eyes of an admin. */
  loginPath(): string;
  /** Ends the streams. */
  stop(): void;
}

/** The one page of others that ours may show, and only where it was asked for. */
const STATELY = "https://stately.ai";

/** Files of the page; anything else is not served. */
const FILES: Readonly<Record<string, string>> = {
  "inspector.css": "text/css",
  "inspector.js": "text/javascript",
  "actor_list.js": "text/javascript",
  "chain_view.js": "text/javascript",
  "chart_view.js": "text/javascript",
  "dom.js": "text/javascript",
  "icon.svg": "image/svg+xml",
  "json_view.js": "text/javascript",
  "stately.js": "text/javascript",
  "step_view.js": "text/javascript",
};

export function createInspector(options: InspectorOptions): Inspector {
  const { runtime, operator, database, origin, connectTo, log } = options;
  const token = randomBytes(32).toString("base64url");
  const session = randomBytes(32).toString("base64url");
  const sanitizers = new Map(
    options.actors.map(({ kind }) => [kind, createSanitizer(options.hide[kind])]),
  );
  const strict = createSanitizer(Object.values(options.hide).flat());
  const actors = new Map(options.actors.map((definition) => [definition.kind, definition]));
  const sanitize = (kind: string) => sanitizers.get(kind) ?? strict;
  const stream = new StepStream({
    onStep: (listener) => runtime.onStep(listener),
    actors,
    sanitize,
  });
  const disconnect = connectTo === undefined
    ? () => {}
    : connectOut(stream, { url: connectTo, log });

  const access = createAccess({ token, session, origin });
  const routes = new Hono();
  routes.use(access.guard);
  routes.get("/login", access.login);
  routes.get("/stream", (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return c.json({ error: "connect with a WebSocket" }, 426);
    }
    const { socket, response } = Deno.upgradeWebSocket(c.req.raw);
    follow(stream, socket);
    return response;
  });
  routes.use(async (c, next) => {
    const isBridge = c.req.path.endsWith("/stately");
    return await (isBridge ? bridgeHeaders : pageHeaders)(c, next);
  });
  routes.use(async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
  });
  routes.route("/api", createApiRoutes({ database, operator, actors, sanitize }));
  routes.get("/", (c) => servePage(c, "index.html", "text/html"));
  routes.get("/stately", (c) => servePage(c, "stately.html", "text/html"));
  routes.get("/:file", (c) => {
    const file = c.req.param("file");
    const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
    return type === undefined ? c.json({ error: "not found" }, 404) : servePage(c, file, type);
  });

  return {
    routes,
    loginPath: () => `/inspect/login?token=${token}`,
    stop() {
      disconnect();
      stream.close();
    },
  };
}

const pageHeaders = headers("'none'");
const bridgeHeaders = headers(STATELY);

/** Nothing is loaded from elsewhere, and no other page may frame or read ours. */
function headers(frames: string): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'"],
      frameSrc: [frames],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    // Whether other names of this host have TLS, only who put TLS before it knows.
    strictTransportSecurity: false,
  });
}

async function servePage(c: Context, file: string, type: string): Promise<Response> {
  const text = await Deno.readTextFile(new URL(`./page/${file}`, import.meta.url));
  return c.body(text, 200, { "content-type": `${type}; charset=utf-8` });
}

/**
 * A runtime in a process of its own, behind a door of HTTP: `POST /actors/KIND/ID` with the event and
 * its key, and a secret, as a webhook has them. Ends with its standard input.
 */
import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { openDatabase } from "../../db/open_database.ts";
import { startRuntime } from "../bed.ts";
import { answerQuestions } from "./open_program.ts";
import { SECRET, SECRET_HEADER } from "./secret.ts";

const MAX_BODY_BYTES = 64 * 1024;
const wanted = new TextEncoder().encode(SECRET);

const database = await openDatabase({ url: Deno.args[0] });
const runtime = await startRuntime(database);
const app = new Hono();
app.post("/actors/:kind/:id", async (c) => {
  const given = new TextEncoder().encode(c.req.header(SECRET_HEADER));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    return c.json({ error: "unauthorized" }, 401);
  }
  if (Number(c.req.header("content-length") ?? Infinity) > MAX_BODY_BYTES) {
    return c.json({ error: "body too large" }, 413);
  }
  const { event, key } = await c.req.json();
  const address = `${c.req.param("kind")}/${c.req.param("id")}`;
  const { status, reason } = await runtime.send(address, event, { key });
  return c.json({ status, reason }, status === "accepted" ? 200 : 409);
});
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);

await answerQuestions(() =>
  Promise.resolve({ port: server.addr.port, rssMb: Deno.memoryUsage().rss / 1e6 })
);
await server.shutdown();
await runtime.settled();
await runtime.stop();
await database.close();

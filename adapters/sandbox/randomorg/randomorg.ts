/**
 * RANDOM.ORG's JSON-RPC (Release 4) over HTTP, as far as draws need it. Any UUID is a developer key.
 * Guards against a client that is content with any answer: parameters are checked, tickets are used
 * up, and faults can be ordered, wrong signatures among them.
 *
 * Source: api.random.org/json-rpc/4/signed and /error-codes.
 */
import { Hono } from "hono";
import type { Fault, FaultKind } from "../door_types.ts";
import { answerWithFault, type Faults } from "../faults.ts";
import type { World } from "../world.ts";
import { hashApiKey, knownKey, timeText, useKey } from "./api_keys.ts";
import { malformed, notFound, RpcError } from "./rpc_error.ts";
import { readApiKey, readRpcParams } from "./rpc_params.ts";
import { findResult, generateSignedIntegers, type StoredResult } from "./signed_integers.ts";
import type { SigningKey } from "./signing_key.ts";
import {
  createTicket,
  findTicket,
  listTickets,
  newTicketView,
  revealTickets,
  ticketView,
} from "./tickets.ts";

type RpcMethod = (params: unknown, flaw: FaultKind | null) => unknown;

/**
 * Builds the routes of RANDOM.ORG.
 *
 * @param key Signs the answers; `GET key.pem` gives its public half.
 */
export function createRandomOrg(
  world: World,
  { faults, key }: { readonly faults: Faults; readonly key: SigningKey },
): Hono {
  const methods = createMethods(world, key);
  const routes = new Hono();

  routes.get("/key.pem", async (c) => c.text(await key.publicPem()));
  routes.all("/json-rpc/4/invoke", async (c) => {
    const request = c.req.raw;
    if (request.method !== "POST") return new Response(null, { status: 405 });
    if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
      return new Response(null, { status: 415 });
    }
    const call = readCall(await request.text());
    if (call instanceof RpcError) return failure(call, null);
    const fault = faults.take({ service: "randomorg", method: call.method });
    return await answerWithFault(world, fault, {
      perform: () => answer(call, fault?.kind ?? null),
      refuse: (ordered) => refuse(ordered, call),
    }, request.signal);
  });

  async function answer(call: RpcCall, flaw: FaultKind | null): Promise<Response> {
    const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
    try {
      if (method === undefined) throw new RpcError(-32601, "Method not found");
      const result = await world.store.transaction(() => method(call.params, flaw));
      if (call.id === undefined) return new Response(null, { status: 204 });
      return Response.json({ jsonrpc: "2.0", result, id: call.id });
    } catch (error: unknown) {
      if (!(error instanceof RpcError)) throw error;
      return failure(error, call.id ?? null);
    }
  }

  return routes;
}

function createMethods(world: World, key: SigningKey): Readonly<Record<string, RpcMethod>> {
  /** The result as it is sent; signed anew each time, always the same. */
  async function present(result: StoredResult, flaw: FaultKind | null): Promise<unknown> {
    const { random, isSignatureWrong, ...figures } = result;
    const signature = await key.sign(JSON.stringify(random));
    const isWrong = isSignatureWrong || flaw === "wrongSignature";
    return { random, signature: isWrong ? spoil(signature) : signature, ...figures };
  }

  return {
    generateSignedIntegers: (params, flaw) =>
      present(generateSignedIntegers(world, params, flaw), null),
    createTickets(raw) {
      const params = readRpcParams(raw, { required: ["apiKey", "n", "showResult"] });
      const apiKey = useKey(world, readApiKey(params)).api_key;
      const n = params.integer("n", { min: 1, max: 50 });
      const showResult = params.boolean("showResult");
      return Array.from(
        { length: n },
        () => newTicketView(createTicket(world, { apiKey, showResult })),
      );
    },
    listTickets(raw) {
      const params = readRpcParams(raw, { required: ["apiKey", "ticketType"] });
      const { api_key, hashed } = useKey(world, readApiKey(params));
      return listTickets(world, api_key, params.text("ticketType"))
        .map((ticket) => ticketView(ticket, hashed));
    },
    async getTicket(raw, flaw) {
      const params = readRpcParams(raw, { required: ["ticketId"] });
      const ticket = findTicket(world, params.text("ticketId"));
      const view = ticketView(ticket, hashApiKey(ticket.api_key));
      if (ticket.show_result === 0) return view;
      const result = findResult(world, ticket.api_key, ticket.serial ?? 0);
      return { ...view, result: result === undefined ? null : await present(result, flaw) };
    },
    revealTickets(raw) {
      const params = readRpcParams(raw, { required: ["apiKey", "ticketId"] });
      return { ticketCount: revealTickets(world, readApiKey(params), params.text("ticketId")) };
    },
    getResult(raw, flaw) {
      const params = readRpcParams(raw, { required: ["apiKey", "serialNumber"] });
      const known = knownKey(world, params.text("apiKey"));
      if (known === undefined) throw notFound("apiKey");
      const serial = params.raw("serialNumber");
      if (typeof serial !== "number" || !Number.isSafeInteger(serial)) {
        throw malformed("serialNumber");
      }
      const result = findResult(world, known.api_key, serial);
      if (result === undefined) throw notFound("serialNumber");
      return present(result, flaw);
    },
    async verifySignature(raw) {
      const params = readRpcParams(raw, { required: ["random", "signature"] });
      const random = params.raw("random");
      if (typeof random !== "object" || random === null) throw malformed("random");
      return {
        authenticity: await key.verify(JSON.stringify(random), params.text("signature")),
      };
    },
    getUsage(raw) {
      const params = readRpcParams(raw, { required: ["apiKey"] });
      const used = useKey(world, readApiKey(params));
      return {
        status: "running",
        creationTime: timeText(used.created_at),
        bitsLeft: used.bits_left,
        requestsLeft: used.requests_left,
        totalBits: used.total_bits,
        totalRequests: used.total_requests,
      };
    },
  };
}

interface RpcCall {
  readonly method: string;
  readonly params: unknown;
  readonly id: string | number | null | undefined;
}

function readCall(text: string): RpcCall | RpcError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // What exactly is wrong with the text is not part of JSON-RPC's answer.
    return new RpcError(-32700, "Parse error");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return new RpcError(-32600, "Invalid Request");
  }
  const { jsonrpc, method, params, id } = body as Record<string, unknown>;
  const isIdFine = id === undefined || id === null || typeof id === "string" ||
    typeof id === "number";
  if (jsonrpc !== "2.0" || typeof method !== "string" || !isIdFine) {
    return new RpcError(-32600, "Invalid Request");
  }
  return { method, params, id };
}

function refuse(fault: Fault, { id }: RpcCall): Response {
  if (fault.kind === "error") {
    const words = fault.description ?? "Ordered by a fault";
    return failure(new RpcError(fault.code ?? -32000, words), id ?? null);
  }
  const status = fault.kind === "429" ? 429 : 500;
  const retryAfter = { "retry-after": String(fault.retryAfter ?? 1) };
  return new Response(status === 429 ? "Too Many Requests" : "Internal Server Error", {
    status,
    ...(status === 429 ? { headers: retryAfter } : {}),
  });
}

function failure(error: RpcError, id: string | number | null): Response {
  const { code, message, data } = error;
  return Response.json({ jsonrpc: "2.0", error: { code, message, data }, id });
}

/** Another valid base64 text of the same length. */
function spoil(signature: string): string {
  return (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
}

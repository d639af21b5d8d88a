/**
 * YooKassa's API over HTTP, below `/v3`. Finds out who asks for what, applies an ordered fault, does it in
 * one transaction and once per idempotence key, and writes the call down.
 */
import { Hono } from "hono";
import type { Fault, FaultKind } from "../door_types.ts";
import { answerWithFault, type Faults } from "../faults.ts";
import { accountId, authenticate } from "./accounts.ts";
import type { Calls } from "./calls.ts";
import type { AccountKind } from "./entries.ts";
import { type Endpoint, ENDPOINTS } from "./endpoints.ts";
import { doOnce, readKey } from "./idempotence.ts";
import { isNoticeFault } from "./notices.ts";
import type { AnyObject } from "./objects.ts";
import type { ApiCall, YooKassaContext } from "./yookassa_context.ts";
import { errorBody, invalidRequest, isRefusalStatus, YooKassaError } from "./yookassa_error.ts";

/** A call that was understood. */
interface Asked {
  readonly endpoint: Endpoint;
  readonly account: AccountKind;
  readonly key: string | null;
  readonly path: string;
  readonly call: Omit<ApiCall, "fault">;
}

interface Given {
  readonly status: number;
  readonly body: unknown;
}

/** Kinds of faults that only some calls can have. */
const OF_SOME_CALLS: Partial<Record<FaultKind, readonly string[]>> = {
  canceled: ["createRefund", "createPayout"],
  noticeForged: ["createPayment", "createRefund", "createPayout"],
};
const MAX_BODY = 1024 * 1024;

/** Builds the API, to be mounted at `/v3`. */
export function createApi(
  context: YooKassaContext,
  { faults, calls }: { readonly faults: Faults; readonly calls: Calls },
): Hono {
  const { world } = context;
  const api = new Hono();
  api.all("/*", async (c) => {
    const request = c.req.raw;
    let asked: Asked;
    try {
      asked = await understand(context, request, c.req.path.replace(/^.*?\/v3(?=\/|$)/, ""));
    } catch (error: unknown) {
      if (error instanceof YooKassaError) return refuse(error);
      throw error;
    }
    return await answer(asked, request.signal);
  });

  function answer(asked: Asked, caller: AbortSignal): Promise<Response> {
    const { endpoint: { name }, account, key, path, call } = asked;
    const kinds = kindsOf(name);
    const fault = faults.take({ service: "yookassa", method: name, kinds });
    const record = ({ status, body }: Given): void =>
      calls.add({
        account_id: accountId(account),
        method: name,
        key,
        path,
        body: call.body ?? null,
        status,
        answer: body,
        fault: fault?.kind ?? null,
      });
    if (fault?.kind === "timeoutBefore") record({ status: 0, body: null });
    return answerWithFault(world, fault, {
      perform() {
        const given = perform(asked, fault);
        record(given);
        return Promise.resolve(toResponse(given));
      },
      refuse(ordered) {
        const given = refusal(orderedError(ordered));
        if (ordered.kind !== "500AfterSuccess") record(given);
        return toResponse(given);
      },
    }, caller);
  }

  function perform({ endpoint, account, key, path, call }: Asked, fault: Fault | null): Given {
    const outcome = world.store.transaction((): unknown => {
      const full: ApiCall = { ...call, fault };
      if (endpoint.method === "GET") return attempt(() => endpoint.handle(full));
      const request = { path, body: call.body ?? null };
      return doOnce(
        { ...world, objects: call.objects },
        { account, key: key ?? "", request },
        () => {
          const made = endpoint.handle(full);
          if (fault?.kind === "noticeForged") forgeSuccess(context, endpoint.name, made);
          return made;
        },
      );
    });
    if (outcome instanceof YooKassaError) return refusal(outcome);
    return { status: 200, body: outcome };
  }

  function refusal(error: YooKassaError): Given {
    return { status: error.status, body: errorBody(world, error) };
  }

  function refuse(error: YooKassaError): Response {
    return toResponse(refusal(error));
  }

  return api;
}

/** @throws {YooKassaError} When it is no request that could be answered. */
async function understand(
  context: YooKassaContext,
  request: Request,
  path: string,
): Promise<Asked> {
  const account = authenticate(request.headers.get("authorization") ?? undefined);
  const ofPath = ENDPOINTS.filter((one) => one.path.test(path));
  if (ofPath.length === 0) throw new YooKassaError(404, "There is no such method");
  const endpoint = ofPath.find(({ method }) => method === request.method);
  if (endpoint === undefined) throw new YooKassaError(405, "The HTTP method is not allowed here");
  if (endpoint.account !== account) {
    throw new YooKassaError(403, "These credentials do not open this method", "Authorization");
  }
  const isPost = endpoint.method === "POST";
  const url = new URL(request.url);
  return {
    endpoint,
    account,
    path,
    key: isPost ? readKey(request.headers) : null,
    call: {
      ...context,
      ids: endpoint.path.exec(path)?.groups ?? {},
      query: url.searchParams,
      body: isPost ? await readBody(request) : undefined,
      origin: url.origin,
    },
  };
}

async function readBody(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text === "") return undefined;
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new YooKassaError(415, "Expected Content-Type: application/json", "Content-Type");
  }
  if (text.length > MAX_BODY) throw invalidRequest("The body is too large");
  try {
    return JSON.parse(text);
  } catch {
    // What exactly is wrong with the text is not part of YooKassa's answer.
    throw invalidRequest("The body is no JSON");
  }
}

/** Every kind that this call can have. */
function kindsOf(method: string): (kind: FaultKind) => boolean {
  return (kind) => !isNoticeFault(kind) && (OF_SOME_CALLS[kind]?.includes(method) ?? true);
}

/** Tells the shop of a success that was none. */
function forgeSuccess({ notices }: YooKassaContext, method: string, object: AnyObject): void {
  const kind = method.slice("create".length).toLowerCase();
  notices.forge({
    event: `${kind}.succeeded`,
    object: { ...object, status: "succeeded", paid: true },
  });
}

function attempt(handle: () => unknown): unknown {
  try {
    return handle();
  } catch (error: unknown) {
    if (error instanceof YooKassaError) return error;
    throw error;
  }
}

function orderedError({ kind, code, description }: Fault): YooKassaError {
  if (kind === "429") return new YooKassaError(429, "Too many requests");
  if (kind === "error" && code !== undefined && isRefusalStatus(code)) {
    return new YooKassaError(code, description ?? "Ordered by a fault");
  }
  return new YooKassaError(500, description ?? "Internal server error");
}

function toResponse({ status, body }: Given): Response {
  return Response.json(body, { status });
}

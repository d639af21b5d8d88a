/**
 * The Bot API over HTTP: `/bot<token>/<method>`. Finds the bot and the method, applies an ordered
 * fault, runs the method in one transaction, answers in Telegram's form and writes the call down.
 *
 * Source: Bot API 10.3, "Making requests".
 */
import { Hono } from "hono";
import type { Calls } from "../calls.ts";
import type { Fault } from "../door_types.ts";
import { answerWithFault, type Faults } from "../faults.ts";
import type { Bot } from "./bots.ts";
import { checkParameters, isUploadedFile, readRequest } from "./parameters.ts";
import { Described, type Methods, type TelegramContext } from "./telegram_context.ts";
import { badRequest, TelegramError, tooManyRequests } from "./telegram_error.ts";

/** `{ ok, … }` with its HTTP status. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Runs methods. */
export interface BotApi {
  readonly routes: Hono;
  /** One call without HTTP, for the answers of webhooks. */
  invoke(
    bot: Bot,
    method: string,
    raw: Readonly<Record<string, unknown>>,
    abort: AbortSignal,
  ): Promise<ApiAnswer>;
}

/**
 * Builds the Bot API.
 *
 * @param methods All methods there are; any other is 404.
 */
export function createBotApi(
  context: TelegramContext,
  { methods, faults, calls }: {
    readonly methods: Methods;
    readonly faults: Faults;
    readonly calls: Calls;
  },
): BotApi {
  const { world, bots } = context;
  const byLowerName = new Map(
    Object.entries(methods).map(([name, method]) => [name.toLowerCase(), method]),
  );

  async function invoke(
    bot: Bot,
    name: string,
    raw: Readonly<Record<string, unknown>>,
    abort: AbortSignal,
  ): Promise<ApiAnswer> {
    const method = byLowerName.get(name.toLowerCase());
    if (method === undefined) return refusal(new TelegramError(404, "Not Found: method not found"));
    try {
      // A refusal is an answer, not a failure: what it wrote (a counted violation) stays.
      const outcome = world.store.transaction(() => {
        try {
          const params = checkParameters(raw, method.parameters);
          return method.handle({ ...context, bot, params, abort });
        } catch (error: unknown) {
          if (error instanceof TelegramError) return error;
          throw error;
        }
      });
      const result = await outcome;
      if (result instanceof TelegramError) return refusal(result);
      if (result instanceof Described) {
        return {
          status: 200,
          body: { ok: true, result: result.result, description: result.description },
        };
      }
      return { status: 200, body: { ok: true, result } };
    } catch (error: unknown) {
      if (error instanceof TelegramError) return refusal(error);
      throw error;
    }
  }

  async function answer(request: Request, token: string, name: string): Promise<Response> {
    let bot: Bot;
    let raw: Record<string, unknown>;
    try {
      bot = bots.byToken(token);
      raw = await readRequest(request);
    } catch (error: unknown) {
      if (error instanceof TelegramError) return toResponse(refusal(error));
      throw error;
    }
    const chatId = Number(raw["chat_id"] ?? raw["user_id"]);
    const fault = faults.take({ service: "telegram", method: name, chatId });
    const record = (given: ApiAnswer): void =>
      calls.add({
        botId: bot.id,
        method: name,
        params: withoutBytes(raw),
        answer: given.body,
        fault: fault?.kind ?? null,
      });
    if (fault?.kind === "timeoutBefore") record({ status: 0, body: {} });
    return await answerWithFault(world, fault, {
      async perform() {
        const given = await invoke(bot, name, raw, request.signal);
        record(given);
        return toResponse(given);
      },
      refuse(ordered) {
        const given = refusal(orderedError(ordered));
        // What was done before is on record as it was done.
        if (ordered.kind !== "500AfterSuccess") record(given);
        return toResponse(given);
      },
    }, request.signal);
  }

  const routes = new Hono();
  routes.on(
    ["GET", "POST"],
    "/:bot{bot[^/]+}/:method",
    (c) => answer(c.req.raw, c.req.param("bot").slice("bot".length), c.req.param("method")),
  );
  return { routes, invoke };
}

function refusal({ code, description, parameters }: TelegramError): ApiAnswer {
  return {
    status: code,
    body: {
      ok: false,
      error_code: code,
      description,
      ...(parameters === undefined ? {} : { parameters }),
    },
  };
}

function orderedError(fault: Fault): TelegramError {
  if (fault.kind === "429") return tooManyRequests(fault.retryAfter ?? 1);
  if (fault.kind.startsWith("500")) return new TelegramError(500, "Internal Server Error");
  if (fault.code === undefined || fault.code === 400) {
    return badRequest(fault.description ?? "ordered by a fault");
  }
  return new TelegramError(fault.code, fault.description ?? "Ordered by a fault");
}

function toResponse({ status, body }: ApiAnswer): Response {
  return Response.json(body, { status });
}

function withoutBytes(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      isUploadedFile(value)
        ? { name: value.name, type: value.type, bytes: value.bytes.length }
        : value,
    ]),
  );
}

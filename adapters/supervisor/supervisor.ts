/**
 * Carries out what the routing table says: creates and sends, each with its key, in order. Resolves
 * when everything is committed, and only then may the outside system be told that we have it.
 *
 * What cannot be delivered although it must not be lost (a payment whose actor is unknown or does
 * not take it, an event that fails again and again) goes to `onUnroutable`, which stores it and tells
 * admins. While the database is gone that fails too, and the thing stays with its sender.
 */
import { RetryableError } from "../../actors/errors.ts";
import type { Mended, Operator } from "../../actors/operator/operator_types.ts";
import { auditEntryOf, type AuditLog, auditOutcomeOf } from "./audit.ts";
import type { Answer, Incoming, Route, RouteContext, Row, Send } from "./incoming.ts";
import type { Log } from "./log_port.ts";
import { routingTable } from "./routing_table.ts";
import type { RuntimePort, View } from "./runtime_port.ts";
import { isTransient } from "./transient_errors.ts";
import { unmetOrder } from "./unmet_order.ts";

/** Something from outside that no actor took. */
export interface Unroutable {
  /** The same for every delivery: store it once. */
  key: string;
  row: string;
  reason: string;
  /** As it came, decoded; holds the charge id and the payer. */
  incoming: Incoming;
  /** Whether money has moved: admins must look at it today. */
  isMoney: boolean;
  atMs: number;
}

/** What came of one send. */
export interface SendOutcome {
  send: Send;
  /** `missing`: there is no such actor. */
  status: "accepted" | "duplicate" | "refused" | "missing";
  reason?: string | undefined;
  /** What may be read of the actor after it. */
  view?: View | undefined;
}

/** What came of one incoming thing. */
export interface Outcome {
  row: string;
  answer: Answer;
  sends: SendOutcome[];
  /** What became of a dead letter. */
  mended?: Mended;
  /** It could not be delivered, and was stored. */
  isUnroutable: boolean;
}

/** What the supervisor stands on. */
export interface SupervisorOptions extends Omit<RouteContext, "nowMs"> {
  runtime: RuntimePort;
  nowMs(): number;
  /** Stores it, at most once per key, and tells admins; throws when it cannot. */
  onUnroutable(unroutable: Unroutable): Promise<void>;
  log: Log;
  /** Where every command of an admin is written. */
  audit: AuditLog;
  /** Mends dead letters. */
  operator: Pick<Operator, "redrive" | "drop">;
  /** @default routingTable */
  table?: readonly Row[];
}

/** Takes what comes in. */
export interface Supervisor {
  /**
   * Routes one thing and resolves after the commits.
   * @throws {Error} When it could not be stored anywhere: it must be delivered again.
   */
  handle(incoming: Incoming): Promise<Outcome>;
}

/** Tries before an event that fails for no passing reason is set aside. */
const MAX_ATTEMPTS = 3;

/** Creates the supervisor. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const table = options.table ?? routingTable;

  async function handle(incoming: Incoming): Promise<Outcome> {
    const context: RouteContext = { ...options, nowMs: options.nowMs() };
    const { row, route } = await find(incoming, context);
    if (route.ignored !== undefined) {
      options.log("info", route.ignored, { row: row.name, updateId: incoming.update.update_id });
    }
    const outcome: Outcome = {
      row: row.name,
      answer: route.answer,
      sends: [],
      isUnroutable: false,
    };
    const setAside = async (reason: string, isMoney: boolean) => {
      outcome.isUnroutable = true;
      options.log("error", `Cannot deliver an update: ${reason}`, {
        row: row.name,
        updateId: incoming.update.update_id,
        isMoney,
      });
      await keep({
        key: keyOf(incoming),
        row: row.name,
        reason,
        incoming,
        isMoney,
        atMs: context.nowMs,
      });
    };
    const entry = auditEntryOf(incoming, context);
    const { outcome: preset, ...noted } = route.audit ?? {};
    if (entry !== undefined) await options.audit.begin({ ...entry, ...noted });
    const closeAudit = async () => {
      if (entry === undefined) return;
      await options.audit.end(entry.key, auditOutcomeOf(outcome, preset));
    };
    if (route.unroutable !== undefined) await setAside(route.unroutable, true);
    try {
      await carryOut(route, outcome);
    } catch (error: unknown) {
      if (isTransient(error)) throw error;
      const isMoney = route.sends.some((send) => send.isMoney === true);
      await setAside(error instanceof Error ? `${error.name}: ${error.message}` : "threw", isMoney);
      await closeAudit();
      return outcome;
    }
    for (const { send, status, reason } of outcome.sends) {
      if (send.isMoney === true && (status === "missing" || status === "refused")) {
        await setAside(`${send.address} is ${status}${reason ? `: ${reason}` : ""}`, true);
      }
    }
    await closeAudit();
    return outcome;
  }

  /** The first row that it is for; some have to look at an actor to know. */
  async function find(
    incoming: Incoming,
    context: RouteContext,
  ): Promise<{ row: Row; route: Route }> {
    for (const row of table) {
      if (!row.matches(incoming, context)) continue;
      let route: Route | undefined = row.route(incoming, context);
      while (route?.look !== undefined) {
        const { look }: Route = route;
        route = look?.route(await options.runtime.read(look.address));
      }
      if (route !== undefined) return { row, route };
    }
    throw new RangeError("Routing table has no last row");
  }

  async function keep(unroutable: Unroutable): Promise<void> {
    try {
      await options.onUnroutable(unroutable);
    } catch (error: unknown) {
      if (isTransient(error)) throw error;
      // It cannot be stored now nor later; the log is the last place that keeps it.
      options.log("error", "Cannot store an update that could not be delivered", {
        key: unroutable.key,
        isMoney: unroutable.isMoney,
        incoming: JSON.stringify(unroutable.incoming),
        error: error instanceof Error ? error.message : "unknown",
      });
    }
  }

  async function carryOut(route: Route, outcome: Outcome): Promise<void> {
    for (const create of route.creates ?? []) {
      await withAttempts(() =>
        options.runtime.create(create.address, create.input, { key: create.key })
      );
    }
    for (const send of route.sends) {
      const sent = await withAttempts(() => deliver(send));
      outcome.sends.push(sent);
      if (send.isGate === true && (sent.status === "refused" || sent.status === "missing")) return;
    }
    const { mends } = route;
    if (mends !== undefined) outcome.mended = await options.operator[mends.how](mends.letterId);
  }

  async function deliver(send: Send): Promise<SendOutcome> {
    if (send.mustExist === true && await options.runtime.read(send.address) === undefined) {
      return { send, status: "missing" };
    }
    const receipt = await options.runtime.send(send.address, send.event, {
      key: send.key,
      ...(send.create === undefined ? {} : { create: send.create }),
    });
    if (receipt.status === "refused" && receipt.reason === "busy") {
      // Its inbox is full and it kept nothing: the sender must come again.
      throw new RetryableError(`${send.address} is busy`);
    }
    const { status, reason, view } = receipt;
    const unmet = status === "accepted" ? unmetOrder(send, view) : undefined;
    return unmet === undefined
      ? { send, status, reason, view }
      : { send, status: "refused", reason: unmet, view };
  }

  return { handle };
}

async function withAttempts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error: unknown) {
      if (isTransient(error) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

function keyOf({ source, update }: Incoming): string {
  return `${source === "telegram" ? "tg" : source}:${update.update_id}`;
}

/** Rows for the reserve: `/admin reserve`, `topup`, `withdrawn`, `reconcile`, `findings`, `ack`. */
import type { OwnerMoveKind, TreasuryEvent } from "../../machines/domain/treasury.ts";
import { TREASURY } from "../../machines/domain/treasury.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { type AdminDeed, mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { privateCommand } from "./player_rows.ts";
import { playerIdOf } from "./telegram_person.ts";

/** Longest reason of an acknowledgement. */
const MAX_REASON_UNITS = 500;
/** More than Fragment sells at once; above it somebody has slipped. */
const MAX_STARS = 10_000_000;
/** `5000` or `5 000`; two numbers are none. */
const WHOLE_STARS = /^[1-9](\d{0,7}|\d{0,2}( \d{3}){1,2})$/;

interface Words {
  from: TelegramUser;
  rest: string;
}

/** What stands behind `/admin <verb>`, for admins only: strangers are refused by their own row. */
function wordsOf(incoming: Incoming, context: RouteContext, verb: string): Words | undefined {
  const typed = privateCommand(incoming);
  if (typed?.command.name !== "admin") return undefined;
  if (context.admins.roleOf(typed.from.id) === undefined) return undefined;
  const [given = "", ...words] = typed.command.args.split(/\s+/);
  return given.toLowerCase() === verb ? { from: typed.from, rest: words.join(" ") } : undefined;
}

function row(
  verb: string,
  deed: AdminDeed,
  route: (words: Words, incoming: Incoming, context: RouteContext) => Route,
): Row {
  return {
    name: `admin ${verb}`,
    matches: (incoming, context) => wordsOf(incoming, context, verb) !== undefined,
    route(incoming, context) {
      const words = wordsOf(incoming, context, verb);
      if (words === undefined) return { sends: [], answer: { kind: "adminHelp" } };
      if (!mayDo(context.admins.roleOf(words.from.id), deed)) {
        const answer: Answer = { kind: "adminNotAllowed", roles: rolesFor(deed) };
        return say(words, answer, incoming, context);
      }
      return route(words, incoming, context);
    },
  };
}

/** The rows; they come before the admins' others. */
export const treasuryRows: readonly Row[] = [
  row(
    "reserve",
    "look",
    (words, incoming, context) => say(words, { kind: "reserve" }, incoming, context),
  ),
  row(
    "findings",
    "look",
    (words, incoming, context) => say(words, { kind: "findings" }, incoming, context),
  ),
  row(
    "reconcile",
    "run",
    ({ from }, incoming) =>
      tell(incoming, { type: "treasury.reconcile", by: playerIdOf(from.id) }, {
        kind: "reconcile",
      }),
  ),
  row(
    "topup",
    "own",
    (words, incoming, context) => moved(words, incoming, { context, kind: "topUp", hint: "topup" }),
  ),
  row(
    "withdrawn",
    "own",
    (words, incoming, context) =>
      moved(words, incoming, { context, kind: "withdrawal", hint: "withdrawn" }),
  ),
  row("ack", "own", (words, incoming, context) => {
    const [, id, reason] = /^(\d{1,15})\s+(\S.*)$/s.exec(words.rest) ?? [];
    if (id === undefined || reason === undefined) {
      return say(words, { kind: "treasuryHint", hint: "ack" }, incoming, context);
    }
    return tell(incoming, {
      type: "finding.acknowledge",
      id,
      by: playerIdOf(words.from.id),
      reason: reason.slice(0, MAX_REASON_UNITS),
      atMs: context.nowMs,
    }, { kind: "acknowledged", id });
  }),
];

function moved(
  words: Words,
  incoming: Incoming,
  { context, kind, hint }: {
    context: RouteContext;
    kind: OwnerMoveKind;
    hint: "topup" | "withdrawn";
  },
): Route {
  const given = words.rest.trim();
  const stars = given.replaceAll(" ", "");
  if (!WHOLE_STARS.test(given) || Number(stars) > MAX_STARS) {
    return say(words, { kind: "treasuryHint", hint }, incoming, context);
  }
  const by = playerIdOf(words.from.id);
  const atMs = context.nowMs;
  return tell(incoming, { type: "ownerMove.said", kind, stars, by, atMs }, {
    kind: "ownerMove",
    moved: kind,
    stars,
    atMs,
  });
}

function say(
  { from }: Words,
  answer: Answer,
  incoming: Incoming,
  context: RouteContext,
): Route {
  return answered(incoming, { from, context, answer });
}

function tell(incoming: Incoming, event: TreasuryEvent, answer: Answer): Route {
  const key = `tg:${incoming.update.update_id}`;
  return { sends: [{ address: TREASURY, event, key, mustExist: true }], answer };
}

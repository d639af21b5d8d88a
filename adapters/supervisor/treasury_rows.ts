/** Rows for the reserve: `/admin reserve`, `topup`, `withdrawn`, `reconcile`, `findings`, `ack`. */
import type { OwnerMoveKind, TreasuryEvent } from "../../machines/domain/treasury.ts";
import { TREASURY } from "../../machines/domain/treasury.ts";
import { adminRow, type AdminWords, sayTo } from "./admin_row.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { playerIdOf } from "./telegram_person.ts";

/** Longest reason of an acknowledgement. */
const MAX_REASON_UNITS = 500;
/** More than Fragment sells at once; above it somebody has slipped. */
const MAX_STARS = 10_000_000;
/** `5000` or `5 000`; two numbers are none. */
const WHOLE_STARS = /^[1-9](\d{0,7}|\d{0,2}( \d{3}){1,2})$/;

/** The rows; they come before the admins' others. */
export const treasuryRows: readonly Row[] = [
  adminRow(
    "reserve",
    "look",
    (words, incoming, context) => sayTo(words, { kind: "reserve" }, incoming, context),
  ),
  adminRow(
    "findings",
    "look",
    (words, incoming, context) => sayTo(words, { kind: "findings" }, incoming, context),
  ),
  adminRow(
    "reconcile",
    "run",
    ({ from }, incoming) =>
      tell(incoming, { type: "treasury.reconcile", by: playerIdOf(from.id) }, {
        kind: "reconcile",
      }),
  ),
  adminRow(
    "topup",
    "own",
    (words, incoming, context) => moved(words, incoming, { context, kind: "topUp", hint: "topup" }),
  ),
  adminRow(
    "withdrawn",
    "own",
    (words, incoming, context) =>
      moved(words, incoming, { context, kind: "withdrawal", hint: "withdrawn" }),
  ),
  adminRow("ack", "own", (words, incoming, context) => {
    const [, id, reason] = /^(\d{1,15})\s+(\S.*)$/s.exec(words.rest) ?? [];
    if (id === undefined || reason === undefined) {
      return sayTo(words, { kind: "treasuryHint", hint: "ack" }, incoming, context);
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
  words: AdminWords,
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
    return sayTo(words, { kind: "treasuryHint", hint }, incoming, context);
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

function tell(incoming: Incoming, event: TreasuryEvent, answer: Answer): Route {
  const key = `tg:${incoming.update.update_id}`;
  return { sends: [{ address: TREASURY, event, key, mustExist: true }], answer };
}

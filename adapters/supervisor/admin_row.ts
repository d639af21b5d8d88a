/** One command of admins as a row: for whom it is, and what stands behind it. */
import type { TelegramUser } from "../telegram/update_schema.ts";
import { type AdminDeed, mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { privateCommand } from "./player_rows.ts";

/** What an admin has written. */
export interface AdminWords {
  from: TelegramUser;
  /** Behind `/admin <verb>`. */
  rest: string;
}

/** What stands behind `/admin <verb>`, for admins only: strangers are refused by their own row. */
function wordsOf(
  incoming: Incoming,
  context: RouteContext,
  verb: string,
): AdminWords | undefined {
  const typed = privateCommand(incoming);
  if (typed?.command.name !== "admin") return undefined;
  if (context.admins.roleOf(typed.from.id) === undefined) return undefined;
  const [given = "", ...words] = typed.command.args.split(/\s+/);
  return given.toLowerCase() === verb ? { from: typed.from, rest: words.join(" ") } : undefined;
}

/** A row for `/admin <verb>`; who may not do that is told who may. */
export function adminRow(
  verb: string,
  deed: AdminDeed,
  route: (words: AdminWords, incoming: Incoming, context: RouteContext) => Route,
): Row {
  return {
    name: `admin ${verb}`,
    matches: (incoming, context) => wordsOf(incoming, context, verb) !== undefined,
    route(incoming, context) {
      const words = wordsOf(incoming, context, verb);
      if (words === undefined) return { sends: [], answer: { kind: "adminHelp" } };
      if (!mayDo(context.admins.roleOf(words.from.id), deed)) {
        const answer: Answer = { kind: "adminNotAllowed", roles: rolesFor(deed) };
        return sayTo(words, answer, incoming, context);
      }
      return route(words, incoming, context);
    },
  };
}

/** Answers him, and does nothing else. */
export function sayTo(
  { from }: AdminWords,
  answer: Answer,
  incoming: Incoming,
  context: RouteContext,
): Route {
  return answered(incoming, { from, context, answer });
}

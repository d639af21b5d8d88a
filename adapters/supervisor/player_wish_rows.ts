/** Rows for what a player decides for himself: commands, buttons, and words he was asked for. */
import type { TopUpWish } from "../../machines/domain/bank.ts";
import { kopecksIn } from "../../machines/domain/typed_rubles.ts";
import type { PlayerWish } from "../../machines/domain/player.ts";
import { isPlayerId, type PlayerButton } from "../telegram/player_button.ts";
import { MAX_WORDS } from "../../machines/domain/player.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { playerIdOf, userAddressOf, userInputOf } from "./telegram_person.ts";

/** Of longer texts only so much is looked at, and refused as too long. */
const LOOKED_AT = MAX_WORDS + 100;

/** A text that is no command: it may be what he was asked to write. */
export const wordRows: readonly Row[] = [
  {
    name: "words in a private chat",
    matches: ({ update: { message } }) =>
      message?.from !== undefined && message.chat.type === "private" &&
      message.text !== undefined,
    route: (incoming, context) => {
      const { message, update_id } = incoming.update;
      const from = message?.from;
      if (from === undefined) return { sends: [], answer: { kind: "none" } };
      const words = (message?.text ?? "").slice(0, LOOKED_AT).toWellFormed();
      return wish(incoming, {
        from,
        context,
        event: {
          type: "words.said",
          words,
          disputeId: context.ids.disputeId(from.id, `telegram ${update_id} ${message?.date}`),
          isAdmin: mayDo(context.admins.roleOf(from.id), "run"),
          answerers: [...context.admins.runners],
          atMs: context.nowMs,
        },
        answer: { kind: "said" },
      });
    },
  },
];

interface Asker {
  from: TelegramUser;
  context: RouteContext;
}

/** An event for his own actor. */
export function wish(
  { update }: Incoming,
  { from, context, event, answer = { kind: "wish" } }: Asker & {
    event: PlayerWish | TopUpWish;
    answer?: Answer;
  },
): Route {
  return {
    sends: [{
      address: userAddressOf(from.id),
      event,
      key: `tg:${update.update_id}`,
      create: userInputOf(from, context),
    }],
    answer,
  };
}

/** The route of a button of his own affairs. */
export function routePlayerButton(
  incoming: Incoming,
  { player, from, context }: Asker & { player: PlayerButton },
): Route {
  const atMs = context.nowMs;
  const show = (answer: Answer) => answered(incoming, { from, context, answer });
  const tell = (event: Parameters<typeof wish>[1]["event"]) =>
    wish(incoming, { from, context, event });
  switch (player.page) {
    case "balance":
      return show({ kind: "balance", after: player.after });
    case "history":
      return show({ kind: "myRaffles", after: player.after });
    case "language":
      return tell({ type: "language.chosen", language: player.language, atMs });
    case "support":
      return tell({ type: "support.chosen", paymentId: player.paymentId, atMs });
    case "appeal": {
      const { suspicionId } = player;
      return tell({ type: "support.chosen", paymentId: null, suspicionId, atMs });
    }
    case "limits":
      return tell({ type: "rules.asked", atMs });
    case "limit":
      return tell({ type: "limit.set", limit: player.limit, value: player.value, atMs });
    case "pause":
      return player.isSure
        ? tell({ type: "pause.set", days: player.days, atMs })
        : show({ kind: "pauseAsked", days: player.days });
    case "delete":
      return tell({ type: "deletion.asked", atMs });
    case "giveUp":
      return player.amounts === null
        ? show({ kind: "giveUpAsked" })
        : tell({ type: "balance.givenUp", amounts: player.amounts, atMs });
    case "keep":
      return tell({ type: "deletion.withdrawn", atMs });
    case "topup":
      return player.rubles === null
        ? show({ kind: "topUp" })
        : routeTopUp(incoming, { from, context, minor: `${player.rubles}00` });
    case "answer":
    case "disputes":
    case "log":
      return routeAdminButton(incoming, { player, from, context });
  }
}

/** `/email`: where the receipts go, where there are any. */
export function routeEmailCommand(incoming: Incoming, { from, context }: Asker): Route {
  if (context.rubles?.hasReceipts !== true) {
    return answered(incoming, { from, context, answer: { kind: "noReceipts" } });
  }
  return wish(incoming, { from, context, event: { type: "email.asked", atMs: context.nowMs } });
}

/** `/topup`, `/topup 250.50`. */
export function routeTopUpCommand(
  incoming: Incoming,
  { from, context, args }: Asker & { args: string },
): Route {
  const minor = kopecksIn(args);
  if (minor !== undefined) return routeTopUp(incoming, { from, context, minor });
  const answer: Answer = args === "" ? { kind: "topUp" } : { kind: "topUpWhich", given: args };
  return answered(incoming, { from, context, answer });
}

/** Each update makes one of its own, however often it is delivered. */
function routeTopUp(
  incoming: Incoming,
  { from, context, minor }: Asker & { minor: string },
): Route {
  const { rubles, nowMs: atMs, ids } = context;
  if (rubles === undefined) return answered(incoming, { from, context, answer: { kind: "topUp" } });
  return wish(incoming, {
    from,
    context,
    event: {
      type: "topup.requested",
      topUpId: ids.topUpId(`telegram ${from.id} ${incoming.update.update_id} ${atMs}`),
      amount: { minor, currency: "RUB" },
      bounds: rubles.topUp,
      ...(rubles.hasReceipts ? { wantsEmail: true } : {}),
      atMs,
    },
    answer: { kind: "topUpAsked" },
  });
}

/** It stays in the chat, so the right is checked again. */
function routeAdminButton(
  incoming: Incoming,
  { player, from, context }: Asker & {
    player: Extract<PlayerButton, { page: "answer" | "disputes" | "log" }>;
  },
): Route {
  const role = context.admins.roleOf(from.id);
  if (role === undefined) return { sends: [], answer: { kind: "adminRefused" } };
  if (player.page === "log") {
    const { playerId, before } = player;
    return { sends: [], answer: { kind: "adminLog", playerId, before } };
  }
  if (player.page === "disputes") {
    return { sends: [], answer: { kind: "adminDisputes", after: player.after } };
  }
  if (!mayDo(role, "run")) {
    return { sends: [], answer: { kind: "adminNotAllowed", roles: rolesFor("run") } };
  }
  const { disputeId } = player;
  const event = { type: "answer.begun" as const, disputeId, atMs: context.nowMs };
  return wish(incoming, { from, context, event });
}

/** The page of a player's log that `/admin log` asks for. */
export function adminLogAnswer(rest: string): Answer {
  const [given = ""] = rest.split(/\s+/);
  const playerId = /^[0-9]+$/.test(given) ? playerIdOf(Number(given)) : given;
  return isPlayerId(playerId)
    ? { kind: "adminLog", playerId }
    : { kind: "adminWhichPlayer", given };
}

/** Where a pressed button goes. */
import type {
  EntryMethod,
  RaffleEvent,
  RaffleId,
  UserEvent,
} from "../../machines/domain/events.ts";
import { mayDo, rolesFor } from "./admins.ts";
import type { Button } from "../telegram/callback_data.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { answered } from "./answered.ts";
import type { Incoming, Route, RouteContext } from "./incoming.ts";
import { routeCashOutButton } from "./cash_out_rows.ts";
import { routePlayerButton } from "./player_wish_rows.ts";
import { routePanelButton } from "./route_panel_button.ts";
import { playerIdOf, seenBy, userAddressOf, userInputOf } from "./telegram_person.ts";
import { routeWithdrawalButton } from "./route_withdrawal_button.ts";

/** The route of a button that this version knows. */
export function routeButton(
  incoming: Incoming,
  options: { button: Button; from: TelegramUser; context: RouteContext },
): Route {
  const { button } = options;
  switch (button.verb) {
    case "menu":
      return answered(incoming, { ...options, answer: { kind: "menu" } });
    case "open":
      return answered(incoming, { ...options, answer: { kind: "openRaffles" } });
    case "join":
      return answered(incoming, {
        ...options,
        answer: { kind: "joinRaffle", raffleId: button.raffleId },
      });
    case "raffle":
      return answered(incoming, {
        ...options,
        answer: { kind: "raffle", raffleId: button.raffleId },
      });
    case "again":
      return answered(incoming, {
        ...options,
        answer: { kind: "raffle", raffleId: button.raffleId, isAgain: true },
      });
    case "proof":
      return answered(incoming, {
        ...options,
        answer: { kind: "proof", raffleId: button.raffleId },
      });
    case "mine":
      return answered(incoming, {
        ...options,
        answer: { kind: "ticketProof", raffleId: button.raffleId },
      });
    case "claim":
      return claimPrize(incoming, { ...options, raffleId: button.raffleId });
    case "stars":
      return askEntry(incoming, { ...options, raffleId: button.raffleId, method: "stars" });
    case "rubles":
      return askEntry(incoming, { ...options, raffleId: button.raffleId, method: "rubles" });
    case "balance":
      return askEntry(incoming, { ...options, raffleId: button.raffleId, method: "balance" });
    case "u":
      return routePlayerButton(incoming, { ...options, player: button.player });
    case "c":
      return routeCashOutButton(incoming, { ...options, cash: button.cash });
    case "p":
      return routePanelButton(incoming, { ...options, panel: button.panel });
    case "unwatch":
      // It has a row of its own, see `broadcast_rows.ts`.
      return { sends: [], answer: { kind: "oldButton" } };
    case "follow":
    case "unfollow":
      return followSeries(incoming, {
        ...options,
        raffleId: button.raffleId,
        isStopped: button.verb === "unfollow",
      });
    case "admopen":
      return adminOpen(incoming, { ...options, raffleId: button.raffleId });
    default:
      return routeWithdrawalButton(incoming, { ...options, button });
  }
}

function askEntry(
  { update }: Incoming,
  options: { from: TelegramUser; context: RouteContext; raffleId: RaffleId; method: EntryMethod },
): Route {
  const { from, context, raffleId, method } = options;
  const paymentId = context.ids.paymentId();
  const event: UserEvent = {
    type: "entry.requested",
    raffleId,
    paymentId,
    salt: context.ids.salt(),
    method,
    entriesPerDay: context.entriesPerDay,
    ...(method === "rubles" && context.rubles?.hasReceipts === true ? { wantsEmail: true } : {}),
    atMs: context.nowMs,
  };
  return {
    sends: [{
      address: userAddressOf(from.id),
      event,
      key: `tg:${update.update_id}`,
      create: userInputOf(from, context),
    }],
    answer: { kind: "entryAsked", raffleId, method, paymentId },
  };
}

function followSeries(
  { update }: Incoming,
  options: { from: TelegramUser; context: RouteContext; raffleId: RaffleId; isStopped: boolean },
): Route {
  const { from, context, raffleId, isStopped } = options;
  const event: UserEvent = { type: "series.followed", raffleId, isStopped, atMs: context.nowMs };
  return {
    sends: [{
      address: userAddressOf(from.id),
      event,
      key: `tg:${update.update_id}`,
      create: userInputOf(from, context),
    }],
    answer: { kind: "followed", raffleId, isStopped },
  };
}

/** Whoever presses asks for his own prize: a button that was passed on takes nobody else's. */
function claimPrize(
  { update }: Incoming,
  { from, context, raffleId }: { from: TelegramUser; context: RouteContext; raffleId: RaffleId },
): Route {
  const event: RaffleEvent = {
    type: "prize.claim",
    playerId: playerIdOf(from.id),
    atMs: context.nowMs,
  };
  return {
    sends: [seenBy(from, { updateId: update.update_id, context }), {
      address: `raffle/${raffleId}`,
      event,
      key: `tg:${update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "prizeClaimed", raffleId },
  };
}

/** The button under a raffle just made; it stays in the chat, so the right is checked again. */
function adminOpen(
  { update }: Incoming,
  options: { from: TelegramUser; context: RouteContext; raffleId: RaffleId },
): Route {
  const { from, context, raffleId } = options;
  const role = context.admins.roleOf(from.id);
  if (role === undefined) return { sends: [], answer: { kind: "adminRefused" } };
  if (!mayDo(role, "run")) {
    return { sends: [], answer: { kind: "adminNotAllowed", roles: rolesFor("run") } };
  }
  const event: RaffleEvent = {
    type: "raffle.open",
    by: playerIdOf(from.id),
    atMs: context.nowMs,
  };
  return {
    sends: [{
      address: `raffle/${raffleId}`,
      event,
      key: `tg:${update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "adminDone", command: "open", raffleId },
  };
}

/** A Telegram user in the machines' words: his actor's address, his id, his language, his name. */
import type {
  Language,
  PlayerId,
  RaffleId,
  UserEvent,
  UserInput,
} from "../../machines/domain/events.ts";
import { cutText } from "../telegram/safe_text.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { RouteContext, Send } from "./incoming.ts";

/** Longest name that is kept; Telegram allows 64 + 64. */
const MAX_NAME_UNITS = 64;

/** `tg-42` for the user 42. */
export function playerIdOf(telegramUserId: number): PlayerId {
  return `tg-${telegramUserId}`;
}

/** `user/tg-42` for the user 42. */
export function userAddressOf(telegramUserId: number): string {
  return `user/${playerIdOf(telegramUserId)}`;
}

/** Russian for those whose Telegram is Russian, English for all others. */
export function languageOf(person: TelegramUser): Language {
  return /^ru\b/i.test(person.language_code ?? "") ? "ru" : "en";
}

/** The name a person goes by, one line, cut; his id when he has none. */
export function nameOf(person: TelegramUser): string {
  const full = `${person.first_name} ${person.last_name ?? ""}`.replaceAll(/\s+/g, " ").trim();
  return full === "" ? playerIdOf(person.id) : cutText(full, MAX_NAME_UNITS);
}

/** Input for the actor of a person we may not know yet. */
export function userInputOf(person: TelegramUser, context: RouteContext): UserInput {
  return {
    playerId: playerIdOf(person.id),
    // A private chat has the id of its person.
    chatId: person.id,
    name: nameOf(person),
    language: languageOf(person),
    atMs: context.nowMs,
    entriesPerDay: context.entriesPerDay,
  };
}

/** The event that he was here, or began, with what Telegram says of him now. */
export function seenBy(
  person: TelegramUser,
  options: {
    updateId: number;
    context: RouteContext;
    /** The raffle that he looks at. */
    raffleId?: RaffleId;
    started?: { raffleId?: RaffleId };
  },
): Send {
  const { context, started, raffleId } = options;
  const said = { name: nameOf(person), language: languageOf(person), atMs: context.nowMs };
  const event: UserEvent = started === undefined
    ? { type: "user.seen", ...said, ...(raffleId === undefined ? {} : { raffleId }) }
    : { type: "user.started", ...said, ...started };
  return {
    address: userAddressOf(person.id),
    event,
    key: `tg:${options.updateId}`,
    create: userInputOf(person, context),
    isCourtesy: true,
  };
}

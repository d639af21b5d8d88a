/**
 * What a button of the admin panel says back: a page to show, or something to be done. It is the part
 * of `callback_data` behind `p:`, and is stateless: the page is rendered from what is stored when the
 * button is pressed. It holds for years; what cannot be read is an old button.
 */
import type { EditableTerm } from "../../machines/domain/panel.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import {
  decodeSeriesButton,
  isSeriesButton,
  isSeriesPage,
  type SeriesButton,
  seriesPages,
  wordsOfSeriesButton,
} from "./series_button.ts";
import type { SuspicionId, SuspicionStatus } from "../../machines/domain/suspicion.ts";
import { isSuspicionId } from "./player_button.ts";

/** Which raffles a list shows. */
export const raffleFilters = ["running", "draft", "disputed", "over", "all"] as const;
/** One of them. */
export type RaffleFilter = typeof raffleFilters[number];

/** What is done at once, and asked no further. */
export const plainCommands = ["open", "pause", "resume", "recheck"] as const;
/** What is asked about before it is done. */
export const askedCommands = ["stop", "force", "refund", "redraw"] as const;

/** Everything that a button of the panel can ask. */
export type PanelButton =
  | { page: "home" }
  | { page: "raffles"; of: RaffleFilter; number: number }
  | { page: "raffle"; raffleId: RaffleId }
  | { page: "edit"; raffleId: RaffleId }
  | { page: "people"; raffleId: RaffleId; number: number }
  | { page: "file"; raffleId: RaffleId }
  | { page: "statistics" }
  | { page: "commission" }
  | { page: "reserve" | "findings" | "broadcasts" | "questions" }
  | { page: "letters"; after: number }
  | { page: "letter"; letterId: number }
  | { page: "stuck"; after: number }
  | { page: "checks"; number: number }
  | { page: "check"; suspicionId: SuspicionId }
  /** `seen`: how it stood when the button was shown. */
  | { page: "clear"; suspicionId: SuspicionId; seen: SuspicionStatus }
  | { page: "exclude"; suspicionId: SuspicionId }
  /** Entries of the log with smaller numbers; 0: the newest. */
  | { page: "audit"; before: number }
  | { page: "create" }
  | { page: "do"; command: typeof plainCommands[number]; raffleId: RaffleId }
  | { page: "ask"; command: typeof askedCommands[number]; raffleId: RaffleId }
  | { page: "change"; term: EditableTerm; raffleId: RaffleId }
  /** The second admin's yes to the word that was given then. */
  | { page: "agree" | "agreeRedraw"; raffleId: RaffleId; askedAtMs: number }
  | { page: "setCommission"; bps: number }
  | { page: "redrive"; letterId: number }
  | { page: "drop"; letterId: number }
  /** Of the dialogue whose last turn it was; later it is an old button. */
  | { page: "answer"; turn: string; value: string }
  | { page: "back" | "cancel" | "confirm" | "open"; turn: string }
  | SeriesButton;

const terms: Record<EditableTerm, string> = {
  title: "t",
  durationMs: "d",
  minPlayers: "n",
  maxTickets: "x",
  ticketsPerPlayer: "p",
  drawAt: "a",
  reviewMs: "v",
  commissionBps: "c",
  guaranteedPrize: "g",
};
const pages = {
  home: "h",
  raffles: "rs",
  raffle: "r",
  edit: "e",
  people: "pp",
  file: "pf",
  statistics: "st",
  commission: "co",
  reserve: "rv",
  findings: "fi",
  broadcasts: "bc",
  questions: "qu",
  letters: "ls",
  letter: "l",
  stuck: "sk",
  checks: "ks",
  check: "k",
  clear: "kc",
  exclude: "kx",
  audit: "au",
  create: "cr",
  do: "do",
  ask: "as",
  change: "ch",
  agree: "ag",
  agreeRedraw: "ad",
  setCommission: "cs",
  redrive: "lr",
  drop: "ld",
  answer: "v",
  back: "b",
  cancel: "x",
  confirm: "y",
  open: "yo",
  ...seriesPages,
} satisfies Record<PanelButton["page"], string>;
const pagesByCode = new Map(
  Object.entries(pages).map(([page, code]) => [code, page as PanelButton["page"]]),
);

/** The text behind `p:`. */
export function encodePanelButton(button: PanelButton): string {
  return [pages[button.page], ...wordsOf(button)].join(":");
}

function wordsOf(button: PanelButton): (string | number)[] {
  if (isSeriesButton(button)) return wordsOfSeriesButton(button);
  switch (button.page) {
    case "raffles":
      return [button.of, button.number];
    case "people":
      return [button.raffleId, button.number];
    case "raffle":
    case "edit":
    case "file":
      return [button.raffleId];
    case "checks":
      return [button.number];
    case "check":
    case "exclude":
      return [button.suspicionId];
    case "clear":
      return [button.suspicionId, button.seen];
    case "letters":
    case "stuck":
      return [button.after];
    case "letter":
    case "redrive":
    case "drop":
      return [button.letterId];
    case "audit":
      return [button.before];
    case "do":
    case "ask":
      return [button.command, button.raffleId];
    case "change":
      return [terms[button.term], button.raffleId];
    case "agree":
    case "agreeRedraw":
      return [button.raffleId, button.askedAtMs.toString(36)];
    case "setCommission":
      return [button.bps];
    case "answer":
      return [button.turn, button.value];
    case "back":
    case "cancel":
    case "confirm":
    case "open":
      return [button.turn];
    default:
      return [];
  }
}

/**
 * The button, or undefined for one that this version does not know.
 * @param isRaffleId Whether a text can be the id of a raffle.
 */
export function decodePanelButton(
  text: string,
  isRaffleId: (text: string) => text is RaffleId,
): PanelButton | undefined {
  const [code = "", first = "", second = "", ...rest] = text.split(":");
  const page = pagesByCode.get(code);
  if (page === undefined || rest.length > 0) return undefined;
  if (isSeriesPage(page)) return decodeSeriesButton(page, [first, second], isRaffleId);
  const number = numberIn(first);
  switch (page) {
    case "raffles": {
      const of = raffleFilters.find((filter) => filter === first);
      const at = numberIn(second);
      return of === undefined || at === undefined ? undefined : { page, of, number: at };
    }
    case "people": {
      const at = numberIn(second);
      return isRaffleId(first) && at !== undefined
        ? { page, raffleId: first, number: at }
        : undefined;
    }
    case "raffle":
    case "edit":
    case "file":
      return isRaffleId(first) ? { page, raffleId: first } : undefined;
    case "checks":
      return number === undefined ? undefined : { page, number };
    case "check":
    case "exclude":
      return isSuspicionId(first) ? { page, suspicionId: first } : undefined;
    case "clear": {
      const seen = (["open", "upheld"] as const).find((known) => known === second);
      return seen !== undefined && isSuspicionId(first)
        ? { page, suspicionId: first, seen }
        : undefined;
    }
    case "letters":
    case "stuck":
      return number === undefined ? undefined : { page, after: number };
    case "letter":
    case "redrive":
    case "drop":
      return number === undefined ? undefined : { page, letterId: number };
    case "audit":
      return number === undefined ? undefined : { page, before: number };
    case "do": {
      const command = plainCommands.find((known) => known === first);
      return command !== undefined && isRaffleId(second)
        ? { page, command, raffleId: second }
        : undefined;
    }
    case "ask": {
      const command = askedCommands.find((known) => known === first);
      return command !== undefined && isRaffleId(second)
        ? { page, command, raffleId: second }
        : undefined;
    }
    case "change": {
      const term = (Object.keys(terms) as EditableTerm[]).find((one) => terms[one] === first);
      return term !== undefined && isRaffleId(second)
        ? { page, term, raffleId: second }
        : undefined;
    }
    case "agree":
    case "agreeRedraw": {
      const askedAtMs = /^[0-9a-z]{1,9}$/.test(second) ? parseInt(second, 36) : undefined;
      return isRaffleId(first) && askedAtMs !== undefined
        ? { page, raffleId: first, askedAtMs }
        : undefined;
    }
    case "setCommission":
      return number === undefined ? undefined : { page, bps: number };
    case "answer":
      return first === "" || second === "" ? undefined : { page, turn: first, value: second };
    case "back":
    case "cancel":
    case "confirm":
    case "open":
      return first === "" ? undefined : { page, turn: first };
    default:
      return { page };
  }
}

function numberIn(text: string): number | undefined {
  return /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : undefined;
}

/**
 * What the buttons of the dialogue about rubles that leave say back, after `c:`. `of` is the turn of the
 * message under which they stand. Buttons live for years: a word keeps its meaning.
 */
import type { PayoutChannel } from "../../machines/domain/payout_destination.ts";

/** Everything they can ask. */
export type CashOutButton =
  /** Begins; with the way, when he has chosen it already. */
  | { step: "begin"; channel?: PayoutChannel }
  | { step: "channel"; of: string; channel: PayoutChannel }
  | { step: "all"; of: string }
  | { step: "bank"; of: string; bankId: string }
  | { step: "page"; of: string; page: number }
  | { step: "confirm"; of: string }
  | { step: "cancel"; of: string };

const letters = {
  begin: "n",
  channel: "w",
  all: "a",
  bank: "b",
  page: "p",
  confirm: "y",
  cancel: "x",
} as const satisfies Record<CashOutButton["step"], string>;
const steps = new Map(
  Object.entries(letters).map(([step, letter]) => [letter as string, step as keyof typeof letters]),
);
const channels: readonly PayoutChannel[] = ["sbp", "yooMoney", "card"];

/** The text without its prefix. */
export function encodeCashOutButton(button: CashOutButton): string {
  const letter = letters[button.step];
  switch (button.step) {
    case "begin":
      return `${letter}:${button.channel ?? ""}`;
    case "channel":
      return `${letter}:${button.of}:${button.channel}`;
    case "bank":
      return `${letter}:${button.of}:${button.bankId}`;
    case "page":
      return `${letter}:${button.of}:${button.page}`;
    default:
      return `${letter}:${button.of}`;
  }
}

/** The button, or undefined for one that this version does not know. */
export function decodeCashOutButton(text: string): CashOutButton | undefined {
  const [letter = "", first = "", second = "", ...rest] = text.split(":");
  const step = steps.get(letter);
  if (step === undefined || rest.length > 0) return undefined;
  if (step === "begin") {
    const channel = channels.find((known) => known === first);
    if (second !== "" || first !== "" && channel === undefined) return undefined;
    return { step, ...(channel === undefined ? {} : { channel }) };
  }
  if (!/^[0-9a-z]{1,11}$/.test(first)) return undefined;
  switch (step) {
    case "channel": {
      const channel = channels.find((known) => known === second);
      return channel === undefined ? undefined : { step, of: first, channel };
    }
    case "bank":
      return /^[0-9A-Za-z]{1,12}$/.test(second) ? { step, of: first, bankId: second } : undefined;
    case "page":
      return /^(0|[1-9][0-9]{0,3})$/.test(second)
        ? { step, of: first, page: Number(second) }
        : undefined;
    default:
      return second === "" ? { step, of: first } : undefined;
  }
}

/** Words and buttons about rubles that leave, shared by answers and notices. */
import type { Language } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { PayoutChannel } from "../../machines/domain/payout_destination.ts";
import { readableMoney } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";

/** All ways, the most usual first. */
export const payoutChannels: readonly PayoutChannel[] = ["sbp", "yooMoney", "card"];

/** Where rubles go, as far as it may be shown. */
interface Receiver {
  readonly kind: PayoutChannel;
  readonly masked: string;
}

/** Follows an amount: `to the card •••• 4477`. */
export function receiverWords(language: Language, { kind, masked }: Receiver): string {
  return plain(language, `cash-to-${kind}`, { masked });
}

/** Begins the dialogue. */
export function cashOutButton(language: Language): ReplyButton {
  return {
    label: plain(language, "button-cash-out"),
    button: { verb: "c", cash: { step: "begin" } },
  };
}

/** After one way did not work: the others, and the same again. */
export function otherWayButtons(language: Language, tried: PayoutChannel): ReplyButton[][] {
  const others = payoutChannels.filter((channel) => channel !== tried);
  return [...others, tried].map((channel) => [{
    label: plain(language, `button-cash-${channel}`),
    button: { verb: "c", cash: { step: "begin", channel } },
  }]);
}

/** The last yes. @param more What else he should know, HTML. */
export function confirmReply(
  language: Language,
  { turn, amount, to, more = "" }: {
    turn: string;
    amount: MoneyJson;
    to: Receiver;
    more?: string;
  },
): Reply {
  const question = html(language, "cash-confirm", {
    amount: readableMoney(amount),
    to: receiverWords(language, to),
  });
  return {
    html: more === "" ? question : `${question}\n\n${more}`,
    buttons: [
      [{
        label: plain(language, "button-cash-confirm"),
        button: { verb: "c", cash: { step: "confirm", of: turn } },
      }],
      [cancelButton(language, turn)],
    ],
  };
}

/** Ends the dialogue. */
export function cancelButton(language: Language, turn: string): ReplyButton {
  return {
    label: plain(language, "button-cash-cancel"),
    button: { verb: "c", cash: { step: "cancel", of: turn } },
  };
}

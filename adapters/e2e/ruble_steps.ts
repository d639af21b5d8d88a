/** A raffle in rubles: made in the dialogue, paid on YooKassa's page in each way, and drawn. */
import type { Page } from "playwright-core";
import { expectText } from "./expect_seen.ts";
import { answerPanel, type PanelAnswer } from "./panel_dialogue.ts";
import { come, findWinner, FIRST_TITLE, idIn } from "./raffle_steps.ts";
import type { Step } from "./run_steps.ts";
import type { Seat } from "./seat.ts";
import type { Stage } from "./stage.ts";
import {
  CREDITED,
  JOIN_IN_RUBLES,
  PAY_LINK,
  PAY_WITH_RUBLES,
  PLACE_KEPT,
  TICKET,
  TRY_AGAIN,
} from "./words.ts";

export const RUBLE_TITLE = "Ruble draw";
const TITLE = RUBLE_TITLE;
/** Of YooKassa's test cards. */
const CARD_WITHOUT_MONEY = "5555 5555 5555 4600";
const CARD_OF_A_BANK_THAT_ASKS = "2200 0000 0000 0004";

/** The terms of a raffle in Stars whose draw follows its seal at once; the price alone becomes another. */
const ANSWERS: readonly PanelAnswer[] = [
  { under: "1 of 11", press: "100 ₽" },
  { under: "2 of 11", press: "✓ 2" },
  { under: "3 of 11", press: "✓ 3" },
  { under: "4 of 11", press: "✓ 1d" },
  { under: "5 of 11", press: "✓ when all tickets are sold" },
  { under: "6 of 11", press: "sealed at once" },
  { under: "7 of 11", press: "✓ 15%" },
  { under: "8 of 11", press: "✓ 100" },
  { under: "9 of 11", press: "✓ none" },
  { under: "10 of 11", press: "✓ credited at once" },
  { under: "11 of 11", write: TITLE },
];

/** Asks for an entry, and follows the link of the message. @returns YooKassa's page. */
async function openPayment(player: Seat): Promise<Page> {
  const links = player.chat.getByRole("link", { name: PAY_LINK });
  const known = await links.count();
  await player.press(PAY_WITH_RUBLES, { under: TITLE });
  await links.nth(known).waitFor();
  return await player.follow(PAY_LINK, { under: PLACE_KEPT });
}

async function typeCard(payment: Page, number: string): Promise<void> {
  await payment.getByLabel("Card number").fill(number);
  await payment.getByLabel("Valid thru").fill("12/30");
  await payment.getByLabel("Security code").fill("123");
  await payment.getByRole("button", { name: "Pay 100 ₽" }).click();
}

/** Waits until the payment page has led back to the chat, and goes on where the player was. */
async function comeBack(player: Seat, payment: Page): Promise<void> {
  await payment.getByRole("region", { name: `Chat of ${player.name} with the bot` }).waitFor();
  await payment.close();
  await player.sees(new RegExp(`${TITLE}.*(${TICKET.source})`, "s"));
}

async function begin(stage: Stage, name: string): Promise<Seat> {
  const player = await come(stage, name);
  await player.key(JOIN_IN_RUBLES);
  await player.sees(new RegExp(`${TITLE}.*100 ₽`, "s"));
  return player;
}

export const rubleSteps: readonly Step[] = [
  {
    name:
      "the admin keeps a template, makes a raffle in rubles of it in the dialogue, and opens it",
    async play(stage) {
      const olga = await come(stage, "Olga");
      const known = idIn(await (await olga.sees(`Created: ${FIRST_TITLE}`)).innerText());
      await olga.write(`/admin template save ${known} At once`);
      const begin = () => olga.press("New raffle of it", { under: "Template “At once”" });
      await answerPanel(olga, { begin, answers: ANSWERS });
      await olga.sees(
        /Players will see this:.*At 3 tickets: pot 300 ₽, commission 45 ₽, prize 255 ₽/s,
      );
      await olga.press("Make it and open entries", { under: TITLE });
    },
  },
  {
    name: "a card is declined on the payment page, which says why, and so does the bot",
    async play(stage) {
      const vera = await begin(stage, "Vera");
      const payment = await openPayment(vera);
      await stage.shoot("payment");
      await typeCard(payment, CARD_WITHOUT_MONEY);
      await expectText(
        payment.getByRole("main"),
        /The payment did not go through There is not enough money on the card/,
      );
      await payment.getByRole("link", { name: "Back to the shop" }).click();
      await payment.getByRole("region", { name: "Chat of Vera with the bot" }).waitFor();
      await payment.close();
      await vera.sees(/no ticket this time.*not enough money.*pay in another way/s);
    },
  },
  {
    name: "another card is good, its bank asks first, and the way back leads to the ticket",
    async play(stage) {
      const vera = await come(stage, "Vera");
      const offers = vera.chat.getByRole("button", { name: PAY_WITH_RUBLES });
      const known = await offers.count();
      await vera.press(TRY_AGAIN, { under: /no ticket this time/ });
      await offers.nth(known).waitFor();
      const payment = await openPayment(vera);
      await typeCard(payment, CARD_OF_A_BANK_THAT_ASKS);
      await expectText(payment.getByRole("main"), /Your bank asks you to confirm/);
      await payment.getByRole("button", { name: "Confirm", exact: true }).click();
      await comeBack(vera, payment);
      await expectText(stage.page.locator("#books"), /Rubles in ₽ 100/);
    },
  },
  {
    name: "one pays through the SBP in Russian, another from a YooMoney wallet",
    async play(stage) {
      const boris = await begin(stage, "Борис");
      const inRussian = await openPayment(boris);
      await inRussian.getByText("СБП").click();
      await inRussian.getByLabel("Банк").selectOption({ label: "Т-Банк" });
      await inRussian.getByRole("button", { name: "Заплатить 100 ₽" }).click();
      await comeBack(boris, inRussian);
      const anna = await begin(stage, "Anna");
      const payment = await openPayment(anna);
      await payment.getByText("YooMoney wallet").click();
      await payment.getByRole("button", { name: "Pay 100 ₽" }).click();
      await comeBack(anna, payment);
      await expectText(stage.page.locator("#books"), /Rubles in ₽ 300/);
    },
  },
  {
    name: "it is drawn, and the prize in rubles is on the winner's balance",
    async play(stage) {
      const winner = await findWinner(stage, TITLE);
      await winner.sees(new RegExp(`255 ₽.*${TITLE}.*(${CREDITED.source})`, "s"));
    },
  },
];

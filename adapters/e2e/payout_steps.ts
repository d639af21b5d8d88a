/** The prize in rubles leaves: a part through the SBP, the rest to a card that is typed on its page. */
import type { Page } from "playwright-core";
import { expectSoon, expectText } from "./expect_seen.ts";
import { come, findWinner } from "./raffle_steps.ts";
import { RUBLE_TITLE } from "./ruble_steps.ts";
import type { Step } from "./run_steps.ts";
import type { Stage } from "./stage.ts";
import {
  ALL,
  BY_CARD,
  BY_PHONE,
  CARD_SENT,
  CASH_OUT,
  CREDITED,
  HOW_MUCH,
  HOW_SENT,
  MY_BALANCE,
  NAME_THE_CARD,
  NO_PHONE,
  ON_ITS_WAY,
  PHONE_ASKED,
  SBP_SENT,
  SEND_TO_CARD,
  SEND_TO_PHONE,
  WHICH_BANK,
  YES_SEND,
} from "./words.ts";

const CARD_WITH_A_MISTAKE = "5555 5555 5555 4445";
const CARD = "5555 5555 5555 4444";

const seePaidOut = (stage: Stage, rubles: number) =>
  expectText(stage.page.locator("#books"), new RegExp(`Paid out ₽ ${rubles}\\b`));

/** Nothing of the frame in a page must be scrolled to be seen. */
async function isWhole(page: Page): Promise<boolean> {
  const [, frame] = page.frames();
  return await frame?.evaluate<boolean>(
    "document.documentElement.scrollHeight <= document.documentElement.clientHeight",
  ) ?? false;
}

export const payoutSteps: readonly Step[] = [
  {
    name: "the winner takes rubles out through the SBP, after a phone number that is none",
    async play(stage) {
      const winner = await findWinner(stage, RUBLE_TITLE);
      await winner.press(CASH_OUT, { under: new RegExp(`255 ₽.*(${CREDITED.source})`, "s") });
      await winner.press(BY_PHONE, { under: HOW_SENT });
      await winner.sees(HOW_MUCH);
      await winner.write("200");
      await winner.sees(PHONE_ASKED);
      await winner.write("12345");
      await winner.sees(NO_PHONE);
      await winner.write("8 (900) 123-45-67");
      await winner.press("Т-Банк", { under: WHICH_BANK });
      await winner.sees(SEND_TO_PHONE);
      await stage.shoot("cash-out");
      await winner.press(YES_SEND, { under: SEND_TO_PHONE });
      await winner.sees(SBP_SENT);
      // Nothing that could be pressed once more.
      await winner.sees(ON_ITS_WAY);
      await seePaidOut(stage, 200);
    },
  },
  {
    name: "the rest goes to a card, whose number is typed on the page behind a link",
    async play(stage) {
      const winner = await findWinner(stage, RUBLE_TITLE);
      await winner.write("/cashout");
      await winner.press(BY_CARD, { under: HOW_SENT });
      await winner.press(ALL, { under: HOW_MUCH });
      const page = await winner.follow(NAME_THE_CARD, { under: /YooKassa|ЮKassa/ });
      const form = page.frameLocator("iframe");
      const number = form.getByRole("textbox");
      await expectText(page.getByRole("main"), /55 ₽/);
      await number.fill(CARD_WITH_A_MISTAKE);
      await number.press("Enter");
      await form.getByRole("alert").waitFor();
      await expectSoon(() => isWhole(page), "The form is cut by its frame");
      await stage.shoot("card");
      await number.fill(CARD);
      await number.press("Enter");
      await expectText(page.getByRole("status"), /•••• 4444/);
      await page.close();
      await winner.press(YES_SEND, { under: SEND_TO_CARD });
      await winner.sees(CARD_SENT);
      await seePaidOut(stage, 255);
    },
  },
  {
    name: "the balance shows the prize and both payouts",
    async play(stage) {
      const { name } = await findWinner(stage, RUBLE_TITLE);
      const winner = await come(stage, name);
      await winner.key(MY_BALANCE);
      const done = "[^\\n]*(withdrawal, done|вывод, проведено)";
      await winner.sees(
        new RegExp(`−55 ₽${done}.*−200 ₽${done}.*\\+255 ₽[^\\n]*(prize|приз)`, "s"),
      );
    },
  },
];

/** The second raffle is forced by two admins; then the winner of the first takes a gift. */
import { expectText } from "./expect_seen.ts";
import { answerPanel, type PanelAnswer } from "./panel_dialogue.ts";
import { askInvoice, come, findWinner, FIRST_TITLE, pay, PLAYERS } from "./raffle_steps.ts";
import type { Step } from "./run_steps.ts";
import {
  A_GIFT,
  BALANCE,
  GIFT_SENT,
  GIFTS,
  JOIN,
  PAY_FROM_BALANCE,
  SEALED,
  TAKE_PRIZE,
  TICKET,
  YES_SEND,
} from "./words.ts";

const TITLE = "Second draw";

/** The panel's questions in order. */
const ANSWERS: readonly PanelAnswer[] = [
  { under: "1 of 11", press: "10 ⭐" },
  { under: "2 of 11", write: "many" },
  { under: /must be a number.*2 of 11|2 of 11.*must be a number/s, press: "3" },
  { under: "3 of 11", write: "9" },
  { under: "4 of 11", press: "6h" },
  { under: "5 of 11", press: "when the time is up" },
  { under: "6 of 11", press: "sealed at once" },
  { under: "7 of 11", press: "15%" },
  { under: "8 of 11", press: "✓ 100" },
  { under: "9 of 11", press: "✓ none" },
  { under: "10 of 11", press: "✓ credited at once" },
  { under: "11 of 11", write: TITLE },
];

export const prizeSteps: readonly Step[] = [
  {
    name: "the admin makes a raffle in the panel's dialogue, sees the preview, and opens it",
    async play(stage) {
      const olga = await come(stage, "Olga");
      await olga.write("/admin");
      const begin = () => olga.press("New raffle", { under: "Admin panel" });
      await answerPanel(olga, { begin, answers: ANSWERS });
      await olga.sees(
        /Players will see this:.*At 9 tickets: pot 90 ⭐, commission 13 ⭐, prize 77 ⭐/s,
      );
      await olga.press("Make it and open entries", { under: TITLE });
    },
  },
  {
    name: "the winner joins the second raffle from the balance, another by invoice",
    async play(stage) {
      const winner = await findWinner(stage, FIRST_TITLE);
      await winner.key(JOIN);
      await winner.press(PAY_FROM_BALANCE, { under: TITLE });
      await winner.sees(new RegExp(`${TITLE}.*(${TICKET.source})`, "s"));
      const other = await come(stage, PLAYERS.find((name) => name !== winner.name) ?? "");
      await askInvoice(other, TITLE);
      await pay(stage, other, TITLE);
      await expectText(stage.page.locator("#books"), /Received ⭐ 40 /);
    },
  },
  {
    name: "the admin forces the draw, and the list is sealed with the second admin's yes",
    async play(stage) {
      await come(stage, "Pavel");
      const olga = await come(stage, "Olga");
      await olga.write("/admin");
      await olga.press("Under way", { under: "Admin panel" });
      await olga.press(TITLE, { under: "Raffles that are under way" });
      await olga.press("Draw now", { under: TITLE });
      await olga.press("Yes", { under: `Really draw “${TITLE}” now?` });
      const pavel = await come(stage, "Pavel");
      await pavel.sees(`wants “${TITLE}” drawn now`);
      await stage.shoot("force");
      await pavel.press("Yes, draw now", { under: TITLE });
      const winner = await findWinner(stage, FIRST_TITLE);
      await winner.sees(new RegExp(`${TITLE}.*(${SEALED.source})`, "si"));
    },
  },
  {
    name: "the winner takes a gift, and it arrives",
    async play(stage) {
      const winner = await findWinner(stage, FIRST_TITLE);
      await winner.write("/balance");
      await winner.press(TAKE_PRIZE, { under: BALANCE });
      await winner.press(A_GIFT, { under: BALANCE });
      await winner.press(/15 ⭐/, { under: GIFTS });
      await winner.press(YES_SEND, { under: /15 ⭐/ });
      await winner.sees(/The bot sent you a gift of ⭐ 15/);
      await winner.sees(GIFT_SENT);
      await expectText(stage.page.locator("#books"), /Gifts ⭐ 15 .*Balance ⭐ 25/);
      await stage.shoot("gift");
    },
  },
];

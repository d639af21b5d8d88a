/** The page itself: who is there, new people, the keyboard, faults, blocking. */
import { expect, expectText } from "./expect_seen.ts";
import type { Step } from "./run_steps.ts";

/** A name that would run if it were ever taken for a part of the page. */
export const WICKED_NAME = "<script>alert(1)</script>";

export const pageSteps: readonly Step[] = [
  {
    name: "the page shows the people and empty books",
    async play({ page }) {
      await expectText(page.locator("#books"), /Received ⭐ 0 .*Balance ⭐ 0/);
      for (const name of ["Olga", "Pavel", "Anna", "Борис", "Vera"]) {
        await page.getByRole("navigation", { name: "People" }).getByText(name).waitFor();
      }
      const shown = await page.locator(".chat:visible").count();
      const { width } = page.viewportSize() ?? { width: 0 };
      expect(width > 760 ? shown === 3 : shown === 1, `${shown} chats are shown at ${width} px`);
    },
  },
  {
    name: "a new person is made, and a name is only ever a name",
    async play({ page, seat }) {
      await page.getByRole("button", { name: "New person" }).click();
      const form = page.getByRole("dialog", { name: "New person" });
      await form.getByLabel("First name").fill(WICKED_NAME);
      await form.getByLabel("Language").selectOption("ru");
      await form.getByLabel("Stars").fill("15");
      await form.getByRole("button", { name: "Create" }).click();
      const wicked = seat(WICKED_NAME);
      await wicked.chat.waitFor();
      await expectText(wicked.chat.getByRole("heading"), /<script>alert\(1\)<\/script> ⭐ 15 · ru/);
      await wicked.start();
      await wicked.sees("/start");
      // Telegram's clients greet a Russian in Russian.
      await wicked.sees(/Участвовать|розыгрыш/i);
    },
  },
  {
    name: "Anna does everything by the keyboard: start, write, press, in the order of the page",
    async play({ page, seat }) {
      const anna = seat("Anna");
      await anna.open();
      expect(
        await anna.chat.evaluate((chat) => chat.contains(chat.ownerDocument.activeElement)),
        "Opening a chat does not bring the focus into it",
      );
      await page.keyboard.press("Enter");
      await anna.sees("/start");
      const field = anna.chat.getByRole("textbox");
      await field.focus();
      await page.keyboard.type("/help");
      await page.keyboard.press("Enter");
      await anna.sees(/How it works/);
      expect(await field.inputValue() === "", "A sent text stays in the field");
      // From the text field on: Send, then the keys of the keyboard.
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus-visible");
      expect(await focused.count() === 1, "The focus is not visible");
      const label = await focused.innerText();
      await page.keyboard.press("Enter");
      await anna.sees(label);
    },
  },
  {
    name: "a fault is switched on, seen, and switched off",
    async play({ page }) {
      await page.getByRole("button", { name: "Faults" }).click();
      const faults = page.getByRole("dialog", { name: "Faults" });
      await faults.getByLabel("What happens").selectOption({
        label: "500: an internal error, nothing is done",
      });
      await faults.getByLabel("On which call").selectOption("sendDocument");
      await faults.getByLabel("How many calls").fill("2");
      await faults.getByRole("button", { name: "Switch on" }).click();
      await expectText(
        faults.getByRole("list"),
        /Telegram, sendDocument: 500: an internal error, nothing is done\. 2 calls left/,
      );
      await faults.getByRole("button", { name: "Switch off" }).click();
      await expectText(faults.getByRole("list"), /None/);
      await page.keyboard.press("Escape");
      await faults.waitFor({ state: "hidden" });
    },
  },
  {
    name: "somebody blocks the bot, and comes back",
    async play({ page, seat }) {
      const wicked = seat(WICKED_NAME);
      await wicked.open();
      await wicked.chat.getByTitle("More").click();
      await wicked.chat.getByRole("button", { name: "Block the bot" }).click();
      const back = wicked.chat.locator("footer").getByRole("button", { name: "Unblock the bot" });
      await back.click();
      await wicked.chat.getByRole("textbox", { name: "Message of" }).waitFor();
      await page.keyboard.press("Escape");
    },
  },
];

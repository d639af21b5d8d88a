/**
 * One person at the page: opens the chat, writes, presses, pays, and reads what is there, by what a
 * user sees and by no inner names.
 */
import type { Locator, Page } from "playwright-core";

/** A person's hands and eyes on the page. */
export interface Seat {
  readonly name: string;
  /** The chat on the page. */
  readonly chat: Locator;
  /** Opens the chat, or comes back to it. */
  open(): Promise<void>;
  /** Presses Start in a fresh chat. */
  start(): Promise<void>;
  /** Types a text and sends it with Enter. */
  write(text: string): Promise<void>;
  /** Presses a key of the keyboard under the text field. */
  key(text: string | RegExp): Promise<void>;
  /** Presses a button under the last message that says something. */
  press(text: string | RegExp, options: { readonly under: string | RegExp }): Promise<void>;
  /** Follows a button that leads to a page elsewhere. @returns That page. */
  follow(text: string | RegExp, options: { readonly under: string | RegExp }): Promise<Page>;
  /** Waits for a message that says this. */
  sees(text: string | RegExp): Promise<Locator>;
  /** Opens the form of the last invoice over something, and answers it. */
  answerInvoice(title: string, button: string): Promise<void>;
}

/** Seats a person. */
export function seat(page: Page, name: string): Seat {
  const chat = page.getByRole("region", { name: `Chat of ${name} with the bot` });
  const messages = chat.getByRole("log").getByRole("listitem");
  const lastMessage = async (text: string | RegExp): Promise<Locator> => {
    const message = messages.filter({ hasText: text }).last();
    await message.waitFor();
    return message;
  };
  return {
    name,
    chat,
    async open() {
      await page.getByRole("navigation", { name: "People" }).getByRole("link", { name }).click();
      await chat.waitFor();
    },
    start: () => chat.getByRole("button", { name: "Start", exact: true }).click(),
    async write(text) {
      const field = chat.getByRole("textbox", { name: `Message of ${name}` });
      await field.fill(text);
      await field.press("Enter");
      await lastMessage(text);
    },
    key: (text) => chat.locator(".keyboard").getByRole("button", { name: text }).click(),
    async press(text, { under }) {
      const button = messages.filter({ hasText: under })
        .getByRole("button", { name: text }).last();
      await button.click();
    },
    async follow(text, { under }) {
      const link = messages.filter({ hasText: under }).getByRole("link", { name: text }).last();
      const [opened] = await Promise.all([page.waitForEvent("popup"), link.click()]);
      await opened.waitForLoadState();
      return opened;
    },
    sees: lastMessage,
    async answerInvoice(title, button) {
      await messages.filter({ hasText: title }).getByRole("button", { name: /^Pay ⭐/ }).last()
        .click();
      await page.getByRole("dialog").getByRole("button", { name: button, exact: true }).click();
    },
  };
}

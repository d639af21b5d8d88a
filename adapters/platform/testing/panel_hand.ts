/** An admin's hand on the panel: writes, presses buttons by their labels, reads what is shown. */
import type { ChatMessage, People } from "../../sandbox/people.ts";

export interface PanelHand {
  /** Writes to the bot. @returns Its answer, which is the panel from now on. */
  write(text: string): Promise<string>;
  /** Presses the button of the panel. @returns What the panel shows then, or the line over it. */
  press(label: RegExp): Promise<string>;
  /** Presses whatever the message says: also what is not on it. @returns The line over the button. */
  pressData(data: string): Promise<string>;
  /** What is shown now. */
  shown(): Promise<string>;
  labels(): Promise<string[]>;
  /** Data of a button that is shown now. */
  dataOf(label: RegExp): Promise<string>;
}

/** Takes the panel of one admin in hand. */
export function takePanel(people: People, adminId: number): PanelHand {
  let panelId = 0;

  async function message(): Promise<ChatMessage> {
    const { messages } = await people.chat(adminId);
    const found = messages.find(({ message_id }) => message_id === panelId);
    if (found === undefined) throw new Error("There is no panel yet");
    return found;
  }
  async function buttons() {
    return (await message()).reply_markup?.inline_keyboard?.flat() ?? [];
  }
  async function pressData(data: string): Promise<string> {
    const pressed = await people.press(adminId, { message_id: panelId, data, waitMs: 10_000 });
    return pressed.answer?.text ?? "";
  }
  const hand: PanelHand = {
    async write(text) {
      const { revision } = await people.chat(adminId);
      await people.write(adminId, text);
      const answer = await people.waitForMessage(
        adminId,
        ({ from }) => from.is_bot,
        { since: revision },
      );
      panelId = answer.message_id;
      return answer.text ?? "";
    },
    async press(label) {
      const toast = await pressData(await hand.dataOf(label));
      return toast === "" ? await hand.shown() : toast;
    },
    pressData,
    shown: async () => (await message()).text ?? "",
    labels: async () => (await buttons()).map(({ text }) => text),
    async dataOf(label) {
      const found = (await buttons()).find(({ text }) => label.test(text));
      if (found?.callback_data === undefined) {
        throw new Error(`No button ${label} among ${(await hand.labels()).join(", ")}`);
      }
      return found.callback_data;
    },
  };
  return hand;
}

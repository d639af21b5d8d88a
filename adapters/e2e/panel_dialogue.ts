/** The dialogue of the panel in which an admin makes a raffle, played question by question. */
import type { Seat } from "./seat.ts";

/** A question of the panel, and what is pressed or written for it. */
export interface PanelAnswer {
  readonly under: string | RegExp;
  readonly press?: string;
  readonly write?: string;
}

/**
 * Answers every question up to the preview. Questions of an earlier dialogue may stand above.
 *
 * @param begin Leads to the first question.
 */
export async function answerPanel(
  olga: Seat,
  { begin, answers }: {
    readonly begin: () => Promise<void>;
    readonly answers: readonly PanelAnswer[];
  },
): Promise<void> {
  const messages = olga.chat.getByRole("log").getByRole("listitem");
  const asked = await Promise.all(answers.map(async (answer) => {
    const alike = messages.filter({ hasText: answer.under });
    return { ...answer, question: alike.nth(await alike.count()) };
  }));
  await begin();
  for (const { question, press, write } of asked) {
    await question.waitFor();
    if (write !== undefined) await olga.write(write);
    if (press !== undefined) await question.getByRole("button", { name: press }).last().click();
  }
}

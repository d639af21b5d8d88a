/** All Bot API calls after one, however many: the door gives a page at a time. */
import type { BotCall, People } from "../sandbox/people.ts";

export async function allCalls(people: People, after = 0): Promise<BotCall[]> {
  const all: BotCall[] = [];
  for (;;) {
    const page = await people.calls({ after: all.at(-1)?.id ?? after });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** One entry in rubles as a person makes it: a button, a link, YooKassa's page, in a planned manner. */
import type { SeenMessage } from "../demo/entries.ts";
import { WaitTimeoutError } from "../sandbox/people.ts";
import { askBankPage, payHow } from "./bank_page.ts";
import { type EnterContext, type Entry, NOTHING } from "./entry.ts";
import type { RubleEntryPlan } from "./plan_raffles.ts";
import type { Player, Stage } from "./stage.ts";

const ANSWER_MS = 6_000;

export async function enterByRubles(
  stage: Stage,
  context: EnterContext & { readonly entry: RubleEntryPlan },
): Promise<Entry> {
  const { people } = stage;
  const { entry: { manner, how, decline }, raffleId, title } = context;
  const player = stage.players[context.entry.player];
  if (player === undefined) return NOTHING;
  if (manner === "balance") {
    const { person: { id }, homeMessageId: message_id } = player;
    await people.press(id, { message_id, data: `balance:${raffleId}` });
    return NOTHING;
  }
  const first = await askPage(stage, { ...context, player });
  if (first === undefined || manner === "abandoned") return NOTHING;
  switch (manner) {
    case "paidLate":
      return { late: [() => payHow(stage, first.payment, how)] };
    case "declined": {
      await payHow(stage, first.payment, decline);
      // He reads why before he asks again.
      await hear(stage, { player, since: first.message, words: [`“${title}”: no ticket`] });
      await pay(stage, { ...context, player, page: await askPage(stage, { ...context, player }) });
      return NOTHING;
    }
    case "paidTwice": {
      const second = await askPage(stage, { ...context, player });
      await Promise.all(
        [first, second].map((page) => page && payHow(stage, page.payment, how)),
      );
      return NOTHING;
    }
    default:
      await pay(stage, { ...context, player, page: first });
      if (manner === "paidAndBlocks") await people.block(player.person.id);
      return NOTHING;
  }
}

interface Page {
  readonly payment: string;
  readonly message: SeenMessage;
}

type Asked = EnterContext & { readonly player: Player };

async function askPage(
  stage: Stage,
  { raffleId, title, isOpen, player }: Asked,
): Promise<Page | undefined> {
  const { person: { id }, homeMessageId: message_id } = player;
  return await askBankPage(stage, {
    player,
    isWanted: isOpen,
    ask: () => stage.people.press(id, { message_id, data: `rubles:${raffleId}` }),
    words: ({ text = "" }) => text.includes(`“${title}”`),
    isRefused: ({ text = "" }) => text.startsWith(`“${title}”: no ticket`),
  });
}

/** Pays, and looks for his ticket. */
async function pay(
  stage: Stage,
  { title, entry: { how }, player, page }: Asked & {
    readonly entry: RubleEntryPlan;
    readonly page: Page | undefined;
  },
): Promise<void> {
  if (page === undefined || !await payHow(stage, page.payment, how)) return;
  const words = [`You are in “${title}”`, `“${title}”: no ticket`];
  await hear(stage, { player, since: page.message, words });
}

/** Waits for what follows, for a while. */
async function hear(
  { people }: Stage,
  { player, since, words }: { player: Player; since: SeenMessage; words: readonly string[] },
): Promise<void> {
  const isTold = ({ text = "" }: SeenMessage): boolean =>
    words.some((begin) => text.startsWith(begin));
  const wait = { since: since.revision, timeoutMs: ANSWER_MS };
  await people.waitForMessage(player.person.id, isTold, wait).catch((error: unknown) => {
    // Bad luck with a notice: it comes later.
    if (!(error instanceof WaitTimeoutError)) throw error;
  });
}

/** The first raffle: the admin opens it, three people join by invoice, it is drawn. */
import { expect, expectText } from "./expect_seen.ts";
import { WICKED_NAME } from "./page_steps.ts";
import type { Step } from "./run_steps.ts";
import type { Seat } from "./seat.ts";
import type { Stage } from "./stage.ts";
import { CREDITED, JOIN, PAY_WITH_STARS, SEALED, TICKET, WON } from "./words.ts";

export const PLAYERS: readonly string[] = ["Anna", "Борис", "Vera"];
export const FIRST_TITLE = "Friday draw";
const TITLE = FIRST_TITLE;
/** A chat is looked at for so long, and all of them so often, before a winner is given up on. */
const GLANCE_MS = 700;
const ROUNDS = 20;

/** Opens somebody's chat, and begins it if that was not done. */
export async function come({ seat }: Stage, name: string): Promise<Seat> {
  const person = seat(name);
  await person.open();
  if (await person.chat.getAttribute("data-state") === "new") await person.start();
  await person.chat.getByRole("textbox").waitFor();
  return person;
}

/** Asks for an entry up to the invoice. */
export async function askInvoice(player: Seat, title: string): Promise<void> {
  await player.key(JOIN);
  await player.press(PAY_WITH_STARS, { under: title });
  await player.sees(new RegExp(`${title}.*Pay ⭐`, "s"));
}

/** Pays the last invoice, and waits for Telegram's word and the ticket. */
export async function pay(stage: Stage, player: Seat, title: string): Promise<void> {
  await player.answerInvoice(title, "Pay");
  await stage.page.getByRole("dialog").waitFor({ state: "hidden" });
  await player.sees(/You paid ⭐ 10/);
  await player.sees(new RegExp(`${title}.*Paid ✓`, "s"));
  const words = await player.sees(new RegExp(`${title}.*(${TICKET.source})`, "s"));
  expect(await words.isVisible(), `${player.name} does not see the ticket`);
}

/** Goes from one player to the next until one was told of a first place. */
export async function findWinner(stage: Stage, title: string): Promise<Seat> {
  const told = new RegExp(`(${WON.source}).*${title}`, "s");
  for (let round = 1; round <= ROUNDS; round++) {
    for (const name of PLAYERS) {
      const player = await come(stage, name);
      const words = player.chat.getByRole("listitem").filter({ hasText: told }).last();
      if (await words.waitFor({ timeout: GLANCE_MS }).then(() => true, () => false)) return player;
    }
  }
  throw new Error(`Nobody was told of a first place in ${title}`);
}

export function idIn(text: string): string {
  return /rfl_[\w-]+/.exec(text)?.[0] ?? "";
}

/** The admin creates a raffle of 10 Stars and opens it. @returns Its id. */
export async function openRaffle(
  stage: Stage,
  { title, terms }: { readonly title: string; readonly terms: string },
): Promise<string> {
  const olga = await come(stage, "Olga");
  await olga.write(`/admin create price=10 ${terms} pause=2 window=2 title=${title}`);
  const created = await (await olga.sees(`Created: ${title}`)).innerText();
  const raffle = idIn(created);
  await olga.press("Open entries", { under: `Created: ${title}` });
  await olga.sees(`open: done for ${raffle}`);
  return raffle;
}

export const openFirst: Step = {
  name: "the admin creates a raffle and opens it",
  async play(stage) {
    await openRaffle(stage, { title: TITLE, terms: "min=2 max=3 draw=maximum" });
  },
};

export const raffleSteps: readonly Step[] = [
  {
    name: "a link to the raffle in a message starts the bot with it",
    async play(stage) {
      const olga = await come(stage, "Olga");
      const raffle = idIn(await (await olga.sees(`Created: ${TITLE}`)).innerText());
      const bot = (await stage.page.title()).split("@")[1];
      const link = `https://t.me/${bot}?start=${raffle}`;
      const vera = await come(stage, "Vera");
      await vera.write(link);
      await (await vera.sees(link)).getByRole("button", { name: link }).click();
      await vera.sees(`/start ${raffle}`);
      await vera.sees(new RegExp(`${TITLE}.*10 ⭐`, "s"));
    },
  },
  {
    name: "one declines an invoice, and nothing is paid",
    async play(stage) {
      const anna = await come(stage, "Anna");
      await askInvoice(anna, TITLE);
      await anna.answerInvoice(TITLE, "Decline");
      await stage.page.getByRole("dialog").waitFor({ state: "hidden" });
      await expectText(stage.page.locator("#books"), /Received ⭐ 0 /);
      const late = await come(stage, WICKED_NAME);
      await askInvoice(late, TITLE);
    },
  },
  ...PLAYERS.map((name, index): Step => ({
    name: `${name} joins by invoice`,
    async play(stage) {
      const player = await come(stage, name);
      if (name !== "Anna") await askInvoice(player, TITLE);
      await pay(stage, player, TITLE);
      await expectText(
        stage.page.locator("#books"),
        new RegExp(`Received ⭐ ${10 * (index + 1)} `),
      );
      await expectText(player.chat.getByRole("heading"), /⭐ 990/);
      if (index === 0) await stage.shoot("joined");
    },
  })),
  {
    name: "the list is sealed, it is drawn, and the winner is told",
    async play(stage) {
      const winner = await findWinner(stage, TITLE);
      await winner.sees(CREDITED);
      // Who has heard of his prize is spared the seal, if that is still on its way.
      const other = await come(stage, winner.name === "Anna" ? "Vera" : "Anna");
      await other.sees(SEALED);
    },
  },
  {
    name: "a payment that comes too late is declined in the bot's words",
    async play(stage) {
      const late = await come(stage, WICKED_NAME);
      await late.answerInvoice(TITLE, "Pay");
      const form = stage.page.getByRole("dialog");
      await expectText(form.getByRole("status"), /The bot declined: .*\/join_raffle/);
      await form.getByRole("button", { name: "Decline" }).click();
      await expectText(late.chat.getByRole("heading"), /⭐ 15/);
    },
  },
  {
    name: "the proof comes as a file",
    async play(stage) {
      // The winner reads of the prize instead.
      const winner = await findWinner(stage, TITLE);
      const loser = await come(stage, winner.name === "Anna" ? "Vera" : "Anna");
      await loser.press("Proof file", { under: `${TITLE}” is drawn` });
      const link = (await loser.sees(/proof\.json/)).getByRole("link");
      const download = stage.page.waitForEvent("download");
      await link.click();
      const path = await (await download).path();
      const proof = JSON.parse(await Deno.readTextFile(path));
      expect(typeof proof === "object" && proof !== null, "The proof is no JSON object");
    },
  },
];

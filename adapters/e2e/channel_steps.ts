/** The announcement channel: the owner makes it, and the first raffle's posts stand there. */
import type { Locator } from "playwright-core";
import { expect, expectText } from "./expect_seen.ts";
import { come, FIRST_TITLE, idIn } from "./raffle_steps.ts";
import type { Step } from "./run_steps.ts";
import type { Stage } from "./stage.ts";
import { CHANNEL } from "./start_product.ts";

/** Opens the channel. @returns Its posts. */
async function openChannel({ page }: Stage): Promise<Locator> {
  await page.getByRole("navigation", { name: "People" }).getByRole("link", { name: CHANNEL })
    .click();
  const channel = page.getByRole("region", { name: `Posts of ${CHANNEL}` });
  await channel.waitFor();
  return channel.getByRole("log").getByRole("listitem");
}

/** Waits for a post. */
async function seePost(posts: Locator, words: RegExp): Promise<Locator> {
  const post = posts.filter({ hasText: words }).last();
  await post.waitFor();
  return post;
}

export const makeChannel: Step = {
  name: "the owner makes a channel in which the bot may post",
  async play(stage) {
    const { page } = stage;
    await page.getByText("Owner", { exact: true }).click();
    const form = page.locator("#rooms");
    await form.getByLabel("New channel @").fill(CHANNEL);
    await form.getByRole("button", { name: "Create" }).click();
    expect(await (await openChannel(stage)).count() === 0, "A new channel has posts");
    const channel = page.getByRole("region", { name: `Posts of ${CHANNEL}` });
    await expectText(channel.getByRole("heading"), /zhreb_news channel .*the bot: administrator/);
    expect(await channel.getByRole("textbox").count() === 0, "One can write in a channel");
  },
};

export const openingPosted: Step = {
  name: "the opening stands in the channel, and its button brings a follower to the raffle",
  async play(stage) {
    const { page } = stage;
    const post = await seePost(await openChannel(stage), new RegExp(`🎟 ${FIRST_TITLE}`));
    await post.getByRole("button", { name: "Take part" }).click();
    const question = page.getByRole("dialog", { name: "Who follows the link?" });
    await question.getByRole("button", { name: "Vera" }).click();
    await question.waitFor({ state: "hidden" });
    const vera = stage.seat("Vera");
    const raffle = idIn(await (await vera.sees(/\/start rfl_/)).innerText());
    await vera.sees(new RegExp(`${FIRST_TITLE}.*10 ⭐`, "s"));
    const olga = await come(stage, "Olga");
    const created = await (await olga.sees(`Created: ${FIRST_TITLE}`)).innerText();
    expect(raffle !== "" && idIn(created) === raffle, `The post leads to ${raffle}`);
  },
};

export const resultPosted: Step = {
  name: "the seal and the result stand in the channel, with RANDOM.ORG's page that checks it",
  async play(stage) {
    const posts = await openChannel(stage);
    const sealing = await (await seePost(posts, new RegExp(`🔏 ${FIRST_TITLE}`))).innerText();
    const result = await seePost(posts, new RegExp(`🏆 ${FIRST_TITLE} is drawn`));
    const seal = /[0-9a-f]{64}/.exec(sealing)?.[0] ?? "none";
    expect((await result.innerText()).includes(seal), "The result has another seal");
    await result.getByRole("button", { name: "Result and proof" }).waitFor();
    const check = result.getByRole("link", { name: /Check/ });
    const address = await check.getAttribute("href") ?? "";
    expect(/^https:\/\/api\.random\.org\/.*signature=/.test(address), `It leads to ${address}`);
    expect(await posts.count() === 3, `${await posts.count()} posts stand there instead of 3`);
    await stage.shoot("channel");
  },
};

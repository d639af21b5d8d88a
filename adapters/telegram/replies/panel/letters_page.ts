/** Dead letters and actors that do not go on by themselves. */
import type { DeadLetter } from "../../../../actors/operator/operator_types.ts";
import { readableTime } from "../../readable.ts";
import type { Reply, ReplyButton } from "../../reply.ts";
import { cutText } from "../../safe_text.ts";
import { html } from "../../texts.ts";
import { joinLines } from "../lines.ts";
import { button, filled, forWhoMay, type PanelContext, turner } from "./panel_context.ts";

const PAGE = 8;
const MAX_ERROR = 600;

/** What was set aside, the oldest first. */
export async function lettersPage(
  context: PanelContext,
  after: number,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const { letters, next } = await context.panel.letters({ after, limit: PAGE });
  const lines = letters.map((letter) =>
    html(language, "panel-letter-line", wordsOf(context, letter))
  );
  return {
    html: [
      ...(heading === "" ? [] : [heading, ""]),
      html(language, "panel-letters"),
      "",
      lines.length === 0
        ? html(language, "panel-letters-none")
        : joinLines(lines, html(language, "list-more")),
    ].join("\n"),
    buttons: filled([
      ...letters.map(({ id, address }): ReplyButton[] => [{
        label: `${id} · ${address}`,
        button: { verb: "p", panel: { page: "letter", letterId: id } },
      }]),
      turner(context, {
        back: after > 0 ? { page: "letters", after: 0 } : undefined,
        next: next === null ? undefined : { page: "letters", after: next },
      }),
      [button(context, "home", { page: "home" })],
    ]),
  };
}

/** One of them, with what can be done. */
export async function letterPage(context: PanelContext, letterId: number): Promise<Reply> {
  const { letters: [letter] } = await context.panel.letters({ after: letterId - 1, limit: 1 });
  if (letter === undefined || letter.id !== letterId) {
    return await lettersPage(context, 0, html(context.language, "panel-letter-gone"));
  }
  return {
    html: html(context.language, "panel-letter", wordsOf(context, letter)),
    buttons: filled([
      [
        ...forWhoMay(context, "run", [button(context, "redrive", { page: "redrive", letterId })]),
        ...forWhoMay(context, "own", [button(context, "drop", { page: "drop", letterId })]),
      ],
      [button(context, "letters", { page: "letters", after: 0 })],
    ]),
  };
}

function wordsOf({ language }: PanelContext, letter: DeadLetter) {
  return {
    id: String(letter.id),
    address: letter.address,
    event: letter.event.type,
    time: readableTime(language, letter.atMs),
    error: cutText(letter.error, MAX_ERROR),
  };
}

/** Who does not go on by himself, and why. */
export async function stuckPage(context: PanelContext, after: number): Promise<Reply> {
  const { language } = context;
  const { stuck, next } = await context.panel.stuck({ after });
  const lines = stuck.map(({ address, trouble, reason }) =>
    html(language, "panel-stuck-line", { address, trouble, reason: cutText(reason, 200) })
  );
  return {
    html: [
      html(language, "panel-stuck"),
      "",
      lines.length === 0
        ? html(language, "panel-stuck-none")
        : joinLines(lines, html(language, "list-more")),
    ].join("\n"),
    buttons: filled([
      turner(context, {
        back: after > 0 ? { page: "stuck", after: 0 } : undefined,
        next: next === null ? undefined : { page: "stuck", after: next },
      }),
      [button(context, "home", { page: "home" })],
    ]),
  };
}

/** The log of what admins ordered. */
import { readableTime } from "../../readable.ts";
import type { Reply } from "../../reply.ts";
import { html, plain } from "../../texts.ts";
import { joinLines } from "../lines.ts";
import { commandRefusalWords, isCommandRefusal } from "./command_words.ts";
import { button, filled, type PanelContext, turner } from "./panel_context.ts";

const PAGE = 12;

/** A page of it, the newest first. */
export async function auditPage(context: PanelContext, before: number): Promise<Reply> {
  const { language } = context;
  const found = await context.panel.audit({ before, limit: PAGE + 1 });
  const shown = found.slice(0, PAGE);
  const lines = shown.map((line) =>
    html(language, "panel-audit-line", {
      time: readableTime(language, line.atMs),
      by: line.by,
      role: plain(language, `panel-role-${line.role}`),
      what: [line.what, line.target, line.detail].filter((part) => part !== "").join(" "),
      outcome: outcomeWords(context, line.outcome),
    })
  );
  const last = shown.at(-1)?.id ?? 0;
  return {
    html: [
      html(language, "panel-audit"),
      "",
      lines.length === 0
        ? html(language, "panel-list-none")
        : joinLines(lines, html(language, "list-more")),
    ].join("\n"),
    buttons: filled([
      turner(context, {
        back: before > 0 ? { page: "audit", before: 0 } : undefined,
        next: found.length > PAGE ? { page: "audit", before: last } : undefined,
      }),
      [button(context, "home", { page: "home" })],
    ]),
  };
}

function outcomeWords({ language }: PanelContext, outcome: string | null): string {
  const [word = "", reason = ""] = (outcome ?? "open").split(": ");
  if (word !== "refused") return plain(language, `panel-outcome-${word}`);
  const why = isCommandRefusal(reason) ? commandRefusalWords(language, reason) : reason;
  return plain(language, "panel-outcome-refused", { why });
}

/** From an answer of the admin panel to the page that is shown. */
import type { CommandRefusal } from "../../../../machines/domain/refusals.ts";
import { TEMPLATES } from "../../../../machines/domain/series.ts";
import type { Answer } from "../../../supervisor/incoming.ts";
import type { PanelPage } from "../../../supervisor/panel_page.ts";
import type { Outcome, SendOutcome } from "../../../supervisor/supervisor.ts";
import type { Reply } from "../../reply.ts";
import { html } from "../../texts.ts";
import { mayDo } from "../../../supervisor/admins.ts";
import { adminDoneReply } from "../admin_replies.ts";
import type { Rendered } from "../render_answer.ts";
import { auditPage } from "./audit_page.ts";
import { checkPage, checksPage } from "./checks_page.ts";
import { commandRefusalWords, orderRefusalWords } from "./command_words.ts";
import { dialogueReply, problemLines } from "./dialogue_reply.ts";
import { letterPage, lettersPage, stuckPage } from "./letters_page.ts";
import { broadcastsReply } from "../broadcast_replies.ts";
import { adminDisputesReply } from "../dispute_replies.ts";
import { findingsReply, reserveReply } from "../treasury_replies.ts";
import { button, filled, type PanelContext } from "./panel_context.ts";
import { peopleFile, peoplePage } from "./people_page.ts";
import { editPage, homePage, rafflePage, rafflesPage } from "./raffle_pages.ts";
import { seriesListPage, seriesPage, templatePage, templatesPage } from "./series_pages.ts";
import { commissionPage, statisticsPage } from "./statistics_page.ts";

/** Answers of the panel. */
export type PanelAnswer = Extract<
  Answer,
  {
    kind:
      | "adminPanel"
      | "adminDialogue"
      | "adminDeed"
      | "adminNotNow"
      | "adminCommission"
      | "adminSeriesHint";
  }
>;

/**
 * Renders it.
 * @throws {Error} When a query fails.
 */
export async function renderPanelAnswer(
  answer: PanelAnswer,
  outcome: Outcome,
  context: PanelContext,
): Promise<Rendered> {
  const { language } = context;
  switch (answer.kind) {
    case "adminPanel":
      return {
        reply: await pageReply(context, answer.page),
        ...(answer.isEdit ? { isEdit: true } : {}),
      };
    case "adminDialogue": {
      const sent = outcome.sends.at(-1);
      if (sent?.view === undefined || sent.status === "refused") {
        const words = html(language, "panel-old-question");
        return answer.isEdit ? { toast: words } : { reply: { html: words } };
      }
      return {
        reply: await dialogueReply(context, sent.view),
        ...(answer.isEdit ? { isEdit: true } : {}),
      };
    }
    case "adminDeed":
      return {
        reply: await pageReply(context, answer.page, await deedWords(context, answer, outcome)),
        isEdit: true,
      };
    case "adminNotNow": {
      const heading = html(language, "panel-not-now", {
        reason: commandRefusalWords(language, answer.reason),
      });
      return { reply: await pageReply(context, answer.page, heading), isEdit: true };
    }
    case "adminSeriesHint":
      return {
        reply: {
          html: [
            ...problemLines(context, answer.problem ?? null),
            html(language, `admin-hint-${answer.about}`),
          ].join("\n"),
        },
      };
    case "adminCommission": {
      const refused = outcome.sends.find(({ status }) => status === "refused");
      return refused === undefined
        ? { reply: await commissionPage(context, html(language, "panel-commission-set")) }
        : {
          reply: { html: html(language, "panel-not-now", { reason: refusal(context, refused) }) },
        };
    }
  }
}

async function pageReply(context: PanelContext, page: PanelPage, heading = ""): Promise<Reply> {
  switch (page.page) {
    case "home":
      return await homePage(context);
    case "raffles":
      return await rafflesPage(context, page);
    case "raffle":
      return await rafflePage(context, page.raffleId, heading);
    case "edit":
      return await editPage(context, page.raffleId);
    case "people":
      return await peoplePage(context, page);
    case "file":
      return await peopleFile(context, page.raffleId);
    case "statistics":
      return await statisticsPage(context);
    case "commission":
      return await commissionPage(context, heading);
    case "reserve":
      return underHome(context, await reserveReply(context));
    case "findings":
      return underHome(context, await findingsReply(context));
    case "broadcasts":
      return underHome(context, await broadcastsReply(context));
    case "questions":
      return underHome(context, await adminDisputesReply(context));
    case "letters":
      return await lettersPage(context, page.after, heading);
    case "letter":
      return await letterPage(context, page.letterId);
    case "checks":
      return await checksPage(context, page.number);
    case "check":
      return await checkPage(context, page.suspicionId, heading);
    case "stuck":
      return await stuckPage(context, page.after);
    case "audit":
      return await auditPage(context, page.before);
    case "templates":
      return await templatesPage(context, page.number, heading);
    case "template":
      return await templatePage(context, page.templateId, heading);
    case "seriesList":
      return await seriesListPage(context, page.number, heading);
    case "series":
      return await seriesPage(context, page.seriesId, heading);
  }
}

/** A page of another part, with the way back; who may not answer questions is not offered to. */
function underHome(context: PanelContext, { html, buttons = [] }: Reply): Reply {
  const offered = buttons.map((row) =>
    row.filter((one) => {
      const isAnswer = "button" in one && one.button.verb === "u" &&
        one.button.player.page === "answer";
      return !isAnswer || mayDo(context.role, "run");
    })
  );
  return { html, buttons: filled([...offered, [button(context, "home", { page: "home" })]]) };
}

/** What came of it, in a line over the page. */
async function deedWords(
  context: PanelContext,
  { what, page }: Extract<PanelAnswer, { kind: "adminDeed" }>,
  outcome: Outcome,
): Promise<string> {
  const { language } = context;
  const { mended } = outcome;
  const sent = outcome.sends.find(({ status }) => status === "refused" || status === "missing") ??
    outcome.sends.at(-1);
  if (sent?.status === "refused" || sent?.status === "missing") {
    return html(language, "panel-not-now", { reason: refusal(context, sent) });
  }
  if (mended !== undefined) {
    return html(language, `panel-mended-${mended.status}`, {
      reason: "reason" in mended ? mended.reason : "",
    });
  }
  if (what === "force" && page.page === "raffle") {
    // It may be the first of two words only.
    const { raffleId } = page;
    return (await adminDoneReply(context, { command: what, raffleId, outcome: sent })).html;
  }
  return html(language, `panel-done-${what}`);
}

function refusal(
  { language }: PanelContext,
  sent: SendOutcome,
): string {
  return sent.status === "missing"
    ? commandRefusalWords(language, missing(sent.send.address))
    : orderRefusalWords(language, sent);
}

/** Why there is nobody at the address: other deeds are about what was shown. */
function missing(address: string): CommandRefusal {
  if (address.startsWith("series/")) return "unknownSeries";
  return address === TEMPLATES ? "unknownTemplate" : "oldQuestion";
}

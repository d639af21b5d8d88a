/** Who takes part in a raffle: a page of them, and all of them as a file for a spreadsheet. */
import type { RaffleId } from "../../../../machines/domain/events.ts";
import type { PanelQueries, Participant } from "../../panel_port.ts";
import { readableTime } from "../../readable.ts";
import type { Reply } from "../../reply.ts";
import { html, plain } from "../../texts.ts";
import { joinLines } from "../lines.ts";
import { unknownRaffle } from "../raffle_replies.ts";
import { button, filled, type PanelContext, turner } from "./panel_context.ts";

const PAGE = 15;
/** Rows of the file that are read at once. */
const FILE_PAGE = 1_000;
const knownPayments = new Set([
  "paid",
  "ticketed",
  "refunding",
  "refunded",
  "returning",
  "returned",
  "chargedBack",
]);

/** A page of tickets: number, name, time, payment. */
export async function peoplePage(
  context: PanelContext,
  { raffleId, number }: { raffleId: RaffleId; number: number },
): Promise<Reply> {
  const { language } = context;
  const title = await context.queries.raffleTitle(raffleId);
  if (title === undefined) return unknownRaffle(context, raffleId);
  const found = await context.panel.participants(raffleId, {
    after: number * PAGE,
    limit: PAGE + 1,
  });
  const lines = found.slice(0, PAGE).map((one) =>
    html(language, "panel-people-line", {
      number: String(one.number),
      name: one.name === "" ? one.playerId : one.name,
      time: readableTime(language, one.atMs),
      payment: paymentWords(context, one.payment),
    })
  );
  const page = (at: number) => ({ page: "people" as const, raffleId, number: at });
  return {
    html: `${html(language, "panel-people", { title, id: raffleId })}\n\n${
      lines.length === 0
        ? html(language, "panel-list-none")
        : joinLines(lines, html(language, "list-more"))
    }`,
    buttons: filled([
      turner(context, {
        back: number > 0 ? page(number - 1) : undefined,
        next: found.length > PAGE ? page(number + 1) : undefined,
      }),
      [button(context, "file", { page: "file", raffleId })],
      [button(context, "to-raffle", { page: "raffle", raffleId })],
    ]),
  };
}

function paymentWords({ language }: PanelContext, payment: string): string {
  return plain(language, `panel-payment-${knownPayments.has(payment) ? payment : "other"}`);
}

/** All tickets as CSV, read while it is sent. */
export async function peopleFile(context: PanelContext, raffleId: RaffleId): Promise<Reply> {
  const title = await context.queries.raffleTitle(raffleId);
  if (title === undefined) return unknownRaffle(context, raffleId);
  return {
    html: html(context.language, "panel-file", { title, id: raffleId }),
    document: {
      fileName: `${raffleId}.csv`,
      chunks: () => csvOf(context.panel, raffleId),
    },
  };
}

/** The file in pieces; a byte order mark first, by which spreadsheets know UTF-8. */
export async function* csvOf(
  panel: Pick<PanelQueries, "participants">,
  raffleId: string,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode("\uFEFFnumber,player,name,time,payment,state,charge\r\n");
  for (let after = 0;;) {
    const page = await panel.participants(raffleId, { after, limit: FILE_PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    yield encoder.encode(page.map(csvLine).join(""));
    after = last.number;
  }
}

function csvLine(one: Participant): string {
  const cells = [
    one.playerId,
    one.name,
    new Date(one.atMs).toISOString(),
    one.paymentId,
    one.payment,
    one.chargeId ?? "",
  ];
  return `${[String(one.number), ...cells.map(csvCell)].join(",")}\r\n`;
}

/**
 * One cell as text: in quotes, and one that a spreadsheet would take for a formula begins with an
 * apostrophe. Source: owasp.org/www-community/attacks/CSV_Injection.
 */
export function csvCell(text: string): string {
  const line = text.replaceAll(/[\r\n\t]+/g, " ");
  const safe = line.replaceAll(/(^|[;,|])(\s*[=+\-@＝＋－＠])/g, "$1'$2");
  return `"${safe.replaceAll('"', '""')}"`;
}

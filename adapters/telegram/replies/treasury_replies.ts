/** What admins read of the reserve, of findings, and of what the treasury tells by itself. */
import type { Language } from "../../../machines/domain/events.ts";
import type { Finding, OwnerMoveKind, TreasuryNotice } from "../../../machines/domain/treasury.ts";
import type { GatewayState, PayoutDesk } from "../payout_desk_port.ts";
import type { TreasuryReport } from "../queries_port.ts";
import { readableMoney, readableTime } from "../readable.ts";
import type { Reply } from "../reply.ts";
import { html, plain } from "../texts.ts";
import { joinLines } from "./lines.ts";
import type { ReplyContext } from "./reply_context.ts";

/** The smallest amount that Fragment pays out. Source: client key stars_revenue_withdrawal_min. */
const LEAST_WITHDRAWAL = 1_000n;
/** Findings in one message. */
const MAX_SHOWN = 20;

/** Everything about the reserve. */
export async function reserveReply(
  { language, queries, payouts }: ReplyContext,
): Promise<Reply> {
  const report = await queries.treasuryReport();
  return { html: reportText(language, report, await readGateway(payouts)) };
}

/** How the payout gateway stands: null where there is none, undefined when the bank does not answer. */
export async function readGateway(
  payouts: Pick<PayoutDesk, "gateway"> | undefined,
): Promise<GatewayState | undefined | null> {
  return payouts === undefined ? null : await payouts.gateway();
}

/** What waits for an admin. */
export async function findingsReply({ language, queries }: ReplyContext): Promise<Reply> {
  const findings = await queries.findings(MAX_SHOWN + 1);
  if (findings.length === 0) return { html: html(language, "findings-none") };
  const lines = findings.slice(0, MAX_SHOWN).map((finding) => findingLine(language, finding));
  if (findings.length > MAX_SHOWN) lines.push(html(language, "list-more"));
  return {
    html: [
      html(language, "findings-title"),
      "",
      joinLines(lines, html(language, "list-more")),
      "",
      html(language, "findings-hint"),
    ].join("\n"),
  };
}

/** What came of an acknowledgement: the finding as it is now. */
export async function acknowledgedReply(
  { language, queries }: ReplyContext,
  id: string,
): Promise<Reply> {
  const finding = await queries.finding(id);
  if (finding?.acknowledged === undefined) return unknownFinding(language, id);
  const { by, reason } = finding.acknowledged;
  return { html: html(language, "finding-acknowledged", { id, by, reason }) };
}

/** The owner's word is noted, or was before. @param saidAtMs When he has said it now. */
export async function ownerMoveReply(
  { language, queries }: ReplyContext,
  { kind, stars, saidAtMs }: { kind: OwnerMoveKind; stars: string; saidAtMs: number },
): Promise<Reply> {
  const amount = amountOf(stars);
  const notedAtMs = await queries.ownerMoveTime({ kind, stars });
  if (notedAtMs === undefined || notedAtMs === saidAtMs) {
    return { html: html(language, `owner-said-${kind}`, { amount }) };
  }
  const time = readableTime(language, notedAtMs);
  return { html: html(language, `owner-said-before-${kind}`, { amount, time }) };
}

/** What an admin may write instead. */
export function treasuryHintReply(
  { language }: ReplyContext,
  hint: "ack" | "topup" | "withdrawn",
): Reply {
  return { html: html(language, `treasury-hint-${hint}`) };
}

/** The books are being compared. */
export function reconcileReply({ language }: ReplyContext): Reply {
  return { html: html(language, "reconcile-begun") };
}

/** What a notice is rendered with besides itself. */
export interface TreasuryNoticeSurroundings {
  language: Language;
  /** For the daily report. */
  report?: TreasuryReport | undefined;
  /** For the daily report, see `readGateway`. */
  gateway?: GatewayState | undefined | null;
}

/** Puts a notice of the treasury into words. */
export function renderTreasuryNotice(
  notice: TreasuryNotice,
  { language, report, gateway = null }: TreasuryNoticeSurroundings,
): Reply {
  const text = (variables: Record<string, string | number> = {}) => ({
    html: html(language, `treasury-${notice.key}`, variables),
  });
  switch (notice.key) {
    case "dailyReport":
      if (report === undefined) throw new Error("Cannot write a report without its figures");
      return { html: reportText(language, report, gateway) };
    case "reserveLow":
      return text({ reserve: amountOf(notice.reserve), alarm: amountOf(notice.alarmBelow) });
    case "reserveAgain":
      return text({ reserve: amountOf(notice.reserve) });
    case "payoutShort": {
      const what = plain(language, `payout-${notice.what}`);
      const variables = { what, amount: readableMoney(notice.needed) };
      if (notice.what === "payout") {
        return { html: html(language, "treasury-payoutShort-gateway", variables) };
      }
      return notice.needed.currency === "RUB"
        ? { html: html(language, "treasury-payoutShort-rubles", variables) }
        : text(variables);
    }
    case "bankRefuses":
      return notice.what === undefined ? text({ reason: notice.reason }) : {
        html: html(language, `treasury-bankRefuses-${notice.what}`, { reason: notice.reason }),
      };
    case "bankFeeUnknown":
      return text({ charge: notice.chargeId });
    case "findings": {
      const lines = notice.findings.map((finding) => findingLine(language, finding));
      if (notice.count > lines.length) lines.push(html(language, "list-more"));
      const head = html(language, "treasury-findings", { count: notice.count });
      return { html: [head, "", ...lines, "", html(language, "findings-hint")].join("\n") };
    }
    case "reconciled":
      return notice.open === 0 ? text({ rows: String(notice.rows) }) : {
        html: html(language, "treasury-reconciled-open", {
          rows: String(notice.rows),
          open: notice.open,
        }),
      };
    case "reconciliationFails":
      return text();
    case "ownerMoveFound":
      return {
        html: html(language, `owner-found-${notice.kind}`, { amount: amountOf(notice.stars) }),
      };
  }
}

function reportText(
  language: Language,
  report: TreasuryReport,
  gateway: GatewayState | undefined | null,
): string {
  const line = (key: string, variables: Record<string, string | number> = {}) =>
    html(language, `reserve-${key}`, variables);
  const lines = [
    line("title", { time: readableTime(language, report.atMs) }),
    "",
    line("reserve", { reserve: amountOf(report.reserve) }),
    line("holdings", {
      available: amountOf(report.available),
      settling: amountOf(report.settling),
    }),
    line("owed", {
      owed: amountOf(report.owed),
      users: amountOf(report.users),
      held: amountOf(report.held),
      pots: amountOf(report.pots),
      prizes: amountOf(report.prizes),
      dues: amountOf(report.dues),
    }),
    line("promised", { promised: amountOf(report.promised) }),
    line("forecast", { week: amountOf(report.next7Days), weeks: amountOf(report.next21Days) }),
    line("own", { commission: amountOf(report.commission), capital: amountOf(report.capital) }),
  ];
  if (gateway === undefined) lines.push("", line("gateway-away"));
  else if (gateway !== null) {
    const amount = readableMoney(gateway.balance);
    lines.push("", line(gateway.isEnabled ? "gateway" : "gateway-off", { amount }));
  }
  if (BigInt(report.withdrawable) >= LEAST_WITHDRAWAL) {
    lines.push("", line("withdrawable", { amount: amountOf(report.withdrawable) }));
  }
  if (report.openFindings > 0) lines.push("", line("findings", { count: report.openFindings }));
  return lines.join("\n");
}

function findingLine(language: Language, { id, kind, detail, foundAtMs }: Finding): string {
  const { transactionId = "", direction, partner = "", stars = "0", ours = "0", theirs = "0" } =
    detail;
  const sumOf = (minor: string) =>
    detail.currency === undefined
      ? amountOf(minor)
      : readableMoney({ minor, currency: detail.currency });
  return html(language, `finding-${kind}`, {
    id,
    transaction: transactionId,
    way: direction === undefined ? "" : plain(language, `way-${direction}`),
    partner,
    what: detail.bank === undefined ? "" : plain(language, `finding-what-${detail.bank}`),
    amount: sumOf(stars),
    ours: sumOf(ours),
    theirs: sumOf(theirs),
    time: readableTime(language, detail.atMs ?? foundAtMs),
  });
}

function unknownFinding(language: Language, id: string): Reply {
  return { html: html(language, "finding-unknown", { id: id.slice(0, 20) }) };
}

/** Whole Stars; a fraction is shown as it is. */
function amountOf(stars: string): string {
  return stars.includes(".") ? `${stars} ⭐` : readableMoney({ minor: stars, currency: "XTR" });
}

/** The page that shows the platform's machines, made from the machines themselves. */
import type { AnyStateMachine } from "xstate";
import { bankPaymentMachine } from "../../machines/bank_payment_machine.ts";
import { bankPayoutMachine } from "../../machines/bank_payout_machine.ts";
import { cashOutMachine } from "../../machines/cash_out_machine.ts";
import { panelMachine } from "../../machines/panel_machine.ts";
import { broadcastMachine } from "../../machines/broadcast_machine.ts";
import { checksMachine } from "../../machines/checks_machine.ts";
import { paymentMachine } from "../../machines/payment_machine.ts";
import { payoutMachine } from "../../machines/payout_machine.ts";
import { raffleMachine } from "../../machines/raffle_machine.ts";
import { refundMachine } from "../../machines/refund_machine.ts";
import { topUpMachine } from "../../machines/topup_machine.ts";
import { treasuryMachine } from "../../machines/treasury_machine.ts";
import { seriesMachine } from "../../machines/series_machine.ts";
import { settingsMachine } from "../../machines/settings_machine.ts";
import { templatesMachine } from "../../machines/templates_machine.ts";
import { suspicionMachine } from "../../machines/suspicion_machine.ts";
import { userMachine } from "../../machines/user_machine.ts";
import { withdrawalMachine } from "../../machines/withdrawal_machine.ts";
import { chartOf, type ChartTransition } from "../inspector/machine_chart.ts";
import { mermaidOf } from "./mermaid.ts";

/** Where the page lies, from the root of the repository. */
export const MACHINES_PAGE = "docs/machines.md";

const MACHINES: readonly AnyStateMachine[] = [
  raffleMachine,
  paymentMachine,
  bankPaymentMachine,
  refundMachine,
  payoutMachine,
  topUpMachine,
  withdrawalMachine,
  bankPayoutMachine,
  cashOutMachine,
  broadcastMachine,
  userMachine,
  treasuryMachine,
  checksMachine,
  suspicionMachine,
  panelMachine,
  templatesMachine,
  seriesMachine,
  settingsMachine,
];

/** @returns Markdown. */
export function machinesPage(machines: readonly AnyStateMachine[] = MACHINES): string {
  const intro = "# The machines\n\n" +
    "Made from the code by `deno task diagrams`; a test fails when it is out of date. An arrow is an\n" +
    "event, with its guard in brackets; `done` and `error` are answers, `after` is a timer. Events\n" +
    "that leave an actor in its state are listed below each picture.\n";
  return [intro, ...machines.map(section)].join("\n");
}

function section(machine: AnyStateMachine): string {
  const chart = chartOf(machine);
  const staying = chart.transitions.filter(({ to }) => to.length === 0);
  return [
    `## ${machine.id}`,
    "",
    ...(chart.root.description === "" ? [] : [chart.root.description, ""]),
    "```mermaid",
    mermaidOf(chart),
    "```",
    "",
    ...stayingLines(machine.id, staying),
  ].join("\n");
}

function stayingLines(machine: string, staying: readonly ChartTransition[]): string[] {
  const byState = Map.groupBy(staying, ({ from }) => from);
  const lines = [...byState].map(([from, transitions]) => {
    const state = from === machine ? "anywhere" : `\`${from.slice(machine.length + 1)}\``;
    const events = new Set(transitions.map(({ label }) => `\`${label}\``));
    return `- ${state}: ${[...events].join(", ")}`;
  });
  return lines.length === 0 ? [] : ["Without leaving the state:", "", ...lines, ""];
}

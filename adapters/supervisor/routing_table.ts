/**
 * The one table that says where everything from outside goes. Rows are tried from above; the first
 * that matches decides. A new kind of update is a new row here, and a new outside system a new list.
 */
import { adminRows } from "./admin_rows.ts";
import { cashOutRows } from "./cash_out_rows.ts";
import { broadcastRows } from "./broadcast_rows.ts";
import type { Row } from "./incoming.ts";
import { panelRows } from "./panel_rows.ts";
import { paymentRows } from "./payment_rows.ts";
import { playerRows } from "./player_rows.ts";
import { refundRows } from "./refund_rows.ts";
import { seriesRows } from "./series_rows.ts";
import { withdrawalRows } from "./withdrawal_rows.ts";
import { treasuryRows } from "./treasury_rows.ts";

/** Kinds of updates that the bot asks Telegram for. */
export const allowedUpdates = [
  "message",
  "callback_query",
  "pre_checkout_query",
  "my_chat_member",
] as const;

/** All rows. The last one matches everything: nothing is dropped in silence. */
export const routingTable: readonly Row[] = [
  ...paymentRows,
  ...withdrawalRows,
  ...treasuryRows,
  ...refundRows,
  ...broadcastRows,
  ...seriesRows,
  ...adminRows,
  ...panelRows,
  ...cashOutRows,
  ...playerRows,
  {
    name: "anything else",
    matches: () => true,
    route: ({ update }) => ({
      sends: [],
      answer: { kind: "none" },
      ignored: `No row for an update of kind "${update.kind}"`,
    }),
  },
];

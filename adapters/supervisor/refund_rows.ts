/**
 * `/admin retry`: which charges do not go back, and another try of one. Who runs raffles may: the money is
 * owed all the same, and asked for as the same refund.
 */
import { adminRow, sayTo } from "./admin_row.ts";
import type { Row } from "./incoming.ts";
import { playerIdOf } from "./telegram_person.ts";

const REFUND_ID = /^rfd_[A-Za-z0-9_]{1,100}$/;

/** The row. */
export const refundRows: readonly Row[] = [
  adminRow("retry", "run", (words, incoming, context) => {
    const [refundId = ""] = words.rest.split(" ");
    if (!REFUND_ID.test(refundId)) {
      const isList = refundId === "";
      return {
        ...sayTo(words, { kind: "adminRefunds", given: refundId }, incoming, context),
        ...(isList ? {} : { audit: { outcome: "refused: unknownRefund" } }),
      };
    }
    return {
      sends: [{
        address: `refund/${refundId}`,
        event: { type: "refund.retry", by: playerIdOf(words.from.id) },
        key: `tg:${incoming.update.update_id}`,
        mustExist: true,
      }],
      answer: { kind: "adminRetried", refundId },
    };
  }),
];

/** What people are answered about prizes that leave; rendered by `adapters/telegram`. */
import type { StarChoice, WithdrawalId } from "../../machines/domain/withdrawal.ts";

/** What admins can say of a withdrawal. */
export type WithdrawalCommand = "approve" | "decline" | "settle" | "void";

/** The answer, in one kind of its own. */
export interface WithdrawalAnswer {
  kind: "withdrawal";
  show:
    | { what: "choices" }
    | { what: "kept" }
    | { what: "gifts"; page: number }
    /** Asks once more; `stars` as the button said. */
    | { what: "question"; choice: StarChoice; stars: number }
    /** The question was too old. */
    | { what: "old" }
    | { what: "asked" }
    | { what: "cancelled" }
    | { what: "noted"; command: WithdrawalCommand; withdrawalId: WithdrawalId }
    | { what: "needsReason"; withdrawalId: WithdrawalId }
    | { what: "unknown"; given: string };
}

/** What the replies are rendered from. */
import type { Language, PlayerId } from "../../../machines/domain/events.ts";
import type { RublesTaken } from "../../../machines/domain/bank.ts";
import type { GiftCatalog } from "../gift_catalog.ts";
import type { AdminRole } from "../../supervisor/admins.ts";
import type { PayoutDesk } from "../payout_desk_port.ts";
import type { PanelQueries } from "../panel_port.ts";
import type { Queries } from "../queries_port.ts";

/** The one who asks, and what may be read for him. */
export interface ReplyContext {
  queries: Queries;
  gifts: GiftCatalog;
  language: Language;
  playerId: PlayerId;
  nowMs: number;
  /** Where people write with questions about money: `@name` or an address; may be empty. */
  supportContact: string;
  /** Absent where nothing is paid in rubles. */
  rubles?: RublesTaken | undefined;
  /** Absent where no rubles are paid out. */
  payouts?: PayoutDesk | undefined;
  /** Absent: he is no admin. */
  role?: AdminRole | undefined;
  panel: PanelQueries;
}

/**
 * Compares both sides' books and names everything that is not as it must be. It believes the outside
 * world; `docs/chaos.md` defines the words.
 */
import type { Finding, OutsideBooks, OwnBooks } from "./evidence.ts";
import { judgeAnnouncements } from "./judge_announcements.ts";
import { judgeBankPayments } from "./judge_bank_payments.ts";
import { judgeBankPayouts } from "./judge_bank_payouts.ts";
import { judgeBroadcasts } from "./judge_broadcasts.ts";
import { judgeCharges } from "./judge_charges.ts";
import { judgeDraws } from "./judge_draws.ts";
import { judgeLedger } from "./judge_ledger.ts";
import { judgeMessages } from "./judge_messages.ts";
import { judgeWithdrawals } from "./judge_withdrawals.ts";

export function judge(outside: OutsideBooks, own: OwnBooks): Finding[] {
  return [
    ...judgeCharges(outside, own),
    ...judgeBankPayments(outside, own),
    ...judgeBankPayouts(outside, own),
    ...judgeDraws(outside, own),
    ...judgeLedger(outside, own),
    ...judgeMessages(outside, own),
    ...judgeBroadcasts(outside, own),
    ...judgeAnnouncements(outside, own),
    ...judgeWithdrawals(outside, own),
    ...judgeUpdates(outside, own),
    ...judgeSteps(own),
    ...judgeEnds(own),
  ];
}

/** Each update has left its key, at one actor. */
function judgeUpdates({ updates }: OutsideBooks, { keys }: OwnBooks): Finding[] {
  const addresses = Map.groupBy(keys, ({ key }) => key);
  return updates.flatMap(({ id, type, isDelivered, key }): Finding[] => {
    // What no actor takes is set aside under the update's own number.
    const taken = addresses.get(key) ?? addresses.get(`tg:${id}`) ?? [];
    if (!isDelivered) return [{ kind: "stuck", text: `Update ${id} (${type}) was never taken` }];
    if (taken.length === 0) {
      return [{
        kind: "lost",
        text: `Update ${id} (${type}) was taken and left no trace (${key})`,
      }];
    }
    if (isTakenOnce(taken)) return [];
    const where = taken.map(({ address }) => address).join(", ");
    return [{ kind: "doubled", text: `Update ${id} (${type}) was applied at ${where}` }];
  });
}

/** At one actor; its person's own may have heard besides that he was here. */
function isTakenOnce(taken: readonly { readonly address: string }[]): boolean {
  const [people, others] = [true, false].map((isPerson) =>
    taken.filter(({ address }) => address.startsWith("user/") === isPerson).length
  );
  return (people ?? 0) <= 1 && (others ?? 0) <= 1;
}

function judgeSteps({ doubleRevisions }: OwnBooks): Finding[] {
  return doubleRevisions.map((text) => ({ kind: "doubled", text: `${text} was made twice` }));
}

/** Raffles that are over, or that nobody opened. */
const ENDS = new Set(["draft", "settled", "refunded"]);

function judgeEnds({ raffles, stuck }: OwnBooks): Finding[] {
  const unfinished = raffles.filter(({ status }) => !ENDS.has(status));
  return [
    ...unfinished.map(({ raffleId, status }): Finding => ({
      kind: "stuck",
      text: `Raffle ${raffleId} is still ${status}`,
    })),
    ...stuck.map((text): Finding => ({ kind: "stuck", text })),
  ];
}

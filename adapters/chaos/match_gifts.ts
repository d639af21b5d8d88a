/** Which gifts belong to which wishes: by the person, what it is, and what it cost. */
import type { OutsideGift, OwnWithdrawal } from "./evidence.ts";

type Wish = Pick<OwnWithdrawal, "playerId" | "choice" | "minor">;

/** Equal for a gift and the withdrawals that it can be of. */
export function wishOf({ playerId, choice, minor }: Wish): string {
  const what = choice.kind === "gift"
    ? choice.giftId
    : choice.kind === "premium"
    ? `${choice.months} months`
    : "own payments";
  return `${what} for ${minor} to ${playerId}`;
}

/**
 * Whether Telegram has given what a withdrawal asked for, whose end is not known yet: there is a gift
 * more than the person's finished withdrawals account for. He has one open withdrawal at a time.
 */
export function wasGiven(
  open: OwnWithdrawal,
  { gifts, withdrawals }: {
    gifts: readonly OutsideGift[];
    withdrawals: readonly OwnWithdrawal[];
  },
): boolean {
  const wish = wishOf(open);
  const given = gifts.filter((gift) => wishOf(gift) === wish).length;
  const known = withdrawals.filter((one) => one.status === "done" && wishOf(one) === wish).length;
  return given > known;
}

/**
 * Who may do what of the admins: owners everything, operators run raffles, viewers look. One table,
 * so that a command and the button that does the same ask the same question.
 */
import type { PlayerId } from "../../machines/domain/events.ts";
import { playerIdOf } from "./telegram_person.ts";

/** Roles, the one with most rights first. */
export const adminRoles = ["owner", "operator", "viewer"] as const;
/** One of them. */
export type AdminRole = typeof adminRoles[number];

/**
 * What is done: `look` changes nothing, `run` is all about raffles, `own` is money of ours, what all
 * raffles have in common, and what cannot be brought back.
 */
export type AdminDeed = "look" | "run" | "own";

const rolesOfDeeds: Record<AdminDeed, readonly AdminRole[]> = {
  look: adminRoles,
  run: ["owner", "operator"],
  own: ["owner"],
};

/** Those who may do it. */
export function rolesFor(deed: AdminDeed): readonly AdminRole[] {
  return rolesOfDeeds[deed];
}

/** Whether somebody of this role may do it. */
export function mayDo(role: AdminRole | undefined, deed: AdminDeed): boolean {
  return role !== undefined && rolesOfDeeds[deed].includes(role);
}

/** The admins, as configured. */
export interface Admins {
  /** Undefined: he is none. */
  roleOf(telegramUserId: number): AdminRole | undefined;
  /** Those who may say yes to a large prize that leaves. */
  readonly owners: readonly PlayerId[];
  /** Those who may run raffles, and so agree to a forced draw. */
  readonly runners: readonly PlayerId[];
  /** Different admins who must want a forced draw: two, where there are two. */
  readonly votesNeeded: number;
}

/** Who is named in several lists has the highest of his roles. */
export function createAdmins(
  { owners, operators = [], viewers = [] }: {
    owners: readonly number[];
    operators?: readonly number[];
    viewers?: readonly number[];
  },
): Admins {
  const roles = new Map<number, AdminRole>([
    ...viewers.map((id) => [id, "viewer"] as const),
    ...operators.map((id) => [id, "operator"] as const),
    ...owners.map((id) => [id, "owner"] as const),
  ]);
  const allWhoMay = (deed: AdminDeed) =>
    [...roles].filter(([, role]) => mayDo(role, deed)).map(([id]) => playerIdOf(id));
  const runners = allWhoMay("run");
  return {
    roleOf: (telegramUserId) => roles.get(telegramUserId),
    owners: allWhoMay("own"),
    runners,
    votesNeeded: Math.min(2, Math.max(1, runners.length)),
  };
}

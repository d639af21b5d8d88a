/** Who is on the sandbox's page at the first start: the staff, and a few players of both languages. */
import type { Config } from "../config/read_config.ts";
import type { CastMember } from "../sandbox/page/cast.ts";

const STAFF_NAMES = ["Olga", "Pavel", "Rita", "Semyon"];
const PLAYERS: readonly CastMember[] = [
  { id: 101, first_name: "Anna", language_code: "en" },
  { id: 102, first_name: "Борис", language_code: "ru" },
  { id: 103, first_name: "Vera", language_code: "en" },
];

/** Who may do what in the product, by Telegram ids. */
type Staff = Pick<Config, "adminIds" | "operatorIds" | "viewerIds">;

/** @returns People for the sandbox; each has 1,000 Stars. */
export function sandboxCast({ adminIds, operatorIds, viewerIds }: Staff): CastMember[] {
  const staff = [
    ...adminIds.map((id) => ({ id, role: "admin" })),
    ...operatorIds.map((id) => ({ id, role: "operator" })),
    ...viewerIds.map((id) => ({ id, role: "viewer" })),
  ].map(({ id, role }, index): CastMember => ({
    id,
    role,
    first_name: STAFF_NAMES[index] ?? `Staff ${index + 1}`,
    language_code: "en",
  }));
  const isFree = ({ id }: CastMember): boolean => staff.every((member) => member.id !== id);
  return [...staff, ...PLAYERS.filter(isFree)];
}

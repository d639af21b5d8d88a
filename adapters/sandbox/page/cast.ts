/** The people whom one finds on the page at the first start. */
import type { NewPerson } from "../door_types.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import { setRole } from "./chat_view.ts";

/** Somebody who is there from the start. */
export interface CastMember extends NewPerson {
  readonly id: number;
  readonly first_name: string;
  /** What this person is to the product, in a word that the page shows: "admin". */
  readonly role?: string;
}

/** Adds those who are not known yet; roles are noted anew, for they may have changed. */
export function addCast(context: TelegramContext, cast: readonly CastMember[]): void {
  context.world.store.transaction(() => {
    for (const { role, ...person } of cast) {
      if (context.chats.person(person.id) === undefined) context.chats.savePerson(person);
      if (role !== undefined) setRole(context, person.id, role);
    }
  });
}

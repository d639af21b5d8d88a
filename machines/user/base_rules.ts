/**
 * What all parts of a player stand on: his types, what the runtime supplies, and who he is. Each part
 * extends the rules of the part before it, so that the last one has all of them.
 */
import { assign, setup } from "xstate";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "../domain/effects.ts";
import type { Language, UserEvent, UserInput } from "../domain/events.ts";
import { telegramUserIdOf } from "../domain/ids.ts";
import { supplied, suppliedByRuntime } from "../supplied.ts";
import type { UserTag } from "../tags.ts";
import { isKnown, say, type UserContext } from "./user_context.ts";

type Profile = { name: string; language: Language };

/** The rules of every part. */
export const baseRules = setup({
  types: {
    context: {} as UserContext,
    events: {} as UserEvent,
    input: {} as UserInput,
    tags: {} as UserTag,
  },
  actors: {
    checkDeletion: supplied<TransactionalSources["checkDeletion"]>(),
    erasePlayer: supplied<EffectSources["erasePlayer"]>(),
  },
  guards: {
    /** He is not one whose data was deleted. */
    isKnown: ({ context }) => isKnown(context),
    isBlocked: ({ context }) => context.isBlocked,
    isChanged: ({ context }, said: Profile) =>
      said.name !== context.name || languageOf(context, said) !== context.language,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    tellDispute: (_, _params: EffectActions["tellDispute"]) => suppliedByRuntime(),
    recordPlayer: (_, _params: TransactionalActions["recordPlayer"]) => suppliedByRuntime(),
    recordDeed: (_, _params: TransactionalActions["recordDeed"]) => suppliedByRuntime(),
    recordDispute: (_, _params: TransactionalActions["recordDispute"]) => suppliedByRuntime(),
    recordAnswer: (_, _params: TransactionalActions["recordAnswer"]) => suppliedByRuntime(),
    forgetPlayer: (_, _params: TransactionalActions["forgetPlayer"]) => suppliedByRuntime(),
    recordObserver: (_, _params: TransactionalActions["recordObserver"]) => suppliedByRuntime(),
    recordFollower: (_, _params: TransactionalActions["recordFollower"]) => suppliedByRuntime(),

    keepProfile: assign(({ context }, said: Profile) => ({
      name: said.name,
      language: languageOf(context, said),
    })),
    /** Whose data was deleted begins anew; his chat has his own number. */
    beginAnew: assign(({ context: { playerId } }, { name, language }: Profile) => ({
      name,
      language,
      chatId: telegramUserIdOf(playerId),
      again: null,
    })),
    markBlocked: assign({ isBlocked: true }),
    markUnblocked: assign({ isBlocked: false }),
    /** Whatever else he does, he does not want to write any more. */
    leaveDialogue: assign({ dialogue: null }),
  },
});

/** What a state may do on events, as far as these rules go. */
export type UserTransitions = NonNullable<
  Parameters<typeof baseRules.createStateConfig>[0]["on"]
>;

type Of<Params> = (args: { context: UserContext }) => Params;

/** He is written down as he is. */
export const recordHim: { type: "recordPlayer"; params: Of<TransactionalActions["recordPlayer"]> } =
  {
    type: "recordPlayer",
    params: ({ context: { playerId, chatId, name, language, isBlocked, email } }) => ({
      playerId,
      chatId,
      name,
      language,
      isBlocked,
      ...(email ? { email } : {}),
    }),
  };

/** With the menu; the raffle whose link he followed is shown beside it. */
export const welcome: { type: "notify"; params: Of<EffectActions["notify"]> } = {
  type: "notify",
  params: ({ context }) => say(context, { key: "welcome" }),
};

/** His own choice, if he has made one. */
function languageOf(context: UserContext, said: { language: Language }): Language {
  return context.isLanguageChosen ? context.language : said.language;
}

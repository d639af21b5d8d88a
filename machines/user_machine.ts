/**
 * One player. All his wishes and payments pass here one after the other, so his limits hold however
 * many devices he uses; so do those that he sets for himself, his questions about payments, and the
 * end of his data. Imports only xstate and `machines/domain`. Guards against a player with more
 * tickets, or more entries a day, than the rules allow.
 */
import { assign, cancel, enqueueActions, raise, setup } from "xstate";
import { startPayment, toPayment, toRaffle, toUser } from "./domain/addresses.ts";
import { MAX_OPEN_TOP_UPS, startTopUp, type TopUpId, type TopUpRefusal } from "./domain/bank.ts";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "./domain/effects.ts";
import { isEmail } from "./domain/email.ts";
import type {
  EntryMethod,
  Language,
  PaymentId,
  PlayerId,
  RaffleId,
  UserEvent,
  UserInput,
} from "./domain/events.ts";
import { telegramUserIdOf } from "./domain/ids.ts";
import { formatMoney, moneyFromJson, type MoneyJson } from "./domain/money.ts";
import { isPlaceLive, placeEnd } from "./domain/places.ts";
import {
  addSpending,
  areSameBalances,
  askerOf,
  changeLimit,
  dayOf,
  type DeletionLeft,
  type DeletionLook,
  type Dialogue,
  type DisputeId,
  isBalanceLeft,
  isNothingLeft,
  MAX_DISPUTES_A_DAY,
  MAX_OPEN_DISPUTES,
  MAX_WORDS,
  MIN_WORDS,
  noOwnRules,
  ownLimit,
  type OwnLimitName,
  ownRefusal,
  type OwnRules,
  pauseEnd,
  type Spending,
  spentThisWeek,
  WORDS_WINDOW_MS,
  type WordsRefusal,
} from "./domain/player.ts";
import type { EntryRefusal } from "./domain/refusals.ts";
import type { Barred, SuspicionId } from "./domain/suspicion.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { UserTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 3;

interface Stored {
  value: unknown;
  context: object;
}

export const migrations = {
  /** Before it a player could decide nothing for himself. */
  2: ({ value, context }: Stored): Stored => ({
    value,
    context: { ...context, ...undecided, isBlocked: value === "blocked" },
  }),
  /** Before it entries counted by the day on which they were asked for alone, and balances stayed. */
  3: ({ value, context }: Stored): Stored => ({
    value,
    context: { ...context, enteredToday: 0, offered: null, givesUp: null },
  }),
};

type Requested = Extract<UserEvent, { type: "entry.requested" }>;
type TopUpRequested = Extract<UserEvent, { type: "topup.requested" }>;
type PlaceRequested = Extract<UserEvent, { type: "place.requested" }>;
type Paid = Extract<UserEvent, { type: "entry.paid" }>;
type Said = Extract<UserEvent, { type: "words.said" }>;
type Answered = Extract<UserEvent, { type: "dispute.answered" }>;

/** A place that one of his payments holds. */
export interface HeldPlace {
  paymentId: PaymentId;
  untilMs: number;
  /** What it costs, in one of them. */
  stars?: number;
  kopecks?: number;
}

/** What he has in one raffle that has not ended. */
export interface UserEntry {
  /** Tickets issued, and those asked for and not refused yet. */
  tickets: number;
  places: HeldPlace[];
}

/** What is remembered of a player. */
export interface UserContext {
  playerId: PlayerId;
  chatId: number;
  name: string;
  language: Language;
  /** Most entries a day (UTC), of all raffles. */
  entriesPerDay: number;
  /** The UTC day that is counted, in days since 1970; it never goes back. */
  day: number;
  /** Entries asked for on that day. */
  entriesToday: number;
  /** Entries on that day that became tickets, or are about to. */
  enteredToday: number;
  /** Raffles that have not ended, and only those in which he has something. */
  entries: Record<RaffleId, UserEntry>;
  isBlocked: boolean;
  /** His own choice counts, not Telegram's word. */
  isLanguageChosen: boolean;
  rules: OwnRules;
  /** Stars; and kopecks, absent until some were paid. */
  spent: Spending;
  spentKopecks?: Spending;
  /** Where his receipts go; absent or null until he has said it. */
  email?: string | null;
  /** Top-ups that can be paid; absent until there was one. */
  topUps?: TopUpId[];
  /** What he was asked to write; null when nothing. */
  dialogue: Dialogue | null;
  /** His questions that nobody has answered. */
  openDisputes: DisputeId[];
  /** Questions asked on that UTC day. */
  disputesAsked: { day: number; count: number };
  /** When he asked to have his data deleted; 0 when he did not. */
  deletionAskedAtMs: number;
  /** He waits to hear what keeps his data from being deleted. */
  isDeletionAnswerDue: boolean;
  /** The balances that he was told he may give up; null while it is not for them alone. */
  offered: MoneyJson[] | null;
  /** The balances that he gives up, until that is decided. */
  givesUp: MoneyJson[] | null;
  /** He began anew while his data was being erased. */
  again: { name: string; language: Language } | null;
  /** Until when he may not enter, by the suspicions that were upheld; absent: there is none. */
  bars?: Record<SuspicionId, number>;
  /** He wrote while his data was being erased: the log holds his name again. */
  isTraceLeft: boolean;
}

/** What a new player has decided: nothing. */
const undecided = {
  isBlocked: false,
  isLanguageChosen: false,
  rules: noOwnRules,
  spent: {},
  dialogue: null,
  openDisputes: [],
  disputesAsked: { day: 0, count: 0 },
  deletionAskedAtMs: 0,
  isDeletionAnswerDue: false,
  offered: null,
  givesUp: null,
  again: null,
  isTraceLeft: false,
};

/** The rules of a player. */
export const userMachine = setup({
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
  delays: {
    /** Money comes to rest by itself; until then it is looked for so often. */
    deletionRecheck: 10 * 60_000,
    erasePause: 60_000,
  },
  guards: {
    /** He is not one whose data was deleted. */
    isKnown: ({ context }) => isKnown(context),
    mayEnter: ({ context }, params: Requested) =>
      isKnown(context) && entryRefusal(context, params) === undefined,
    isEmailMissing: ({ context }, params: { wantsEmail?: boolean; method?: EntryMethod }) =>
      isKnown(context) && params.wantsEmail === true && (params.method ?? "rubles") === "rubles" &&
      (context.email ?? null) === null && context.deletionAskedAtMs === 0,
    isEmail: ({ context }, said: Said) =>
      dialogueAt(context, said.atMs)?.kind === "email" && isEmail(said.words.trim()),
    mayTopUp: ({ context }, params: TopUpRequested) => topUpRefusal(context, params) === undefined,
    mayHavePlace: ({ context }, params: PlaceRequested) =>
      placeRefusal(context, params) === undefined,
    mayEnterLate: ({ context }, params: Paid) => lateRefusal(context, params) === undefined,
    mayAsk: ({ context }) => isKnown(context) && context.openDisputes.length < MAX_OPEN_DISPUTES,
    isAnswer: ({ context }, said: Said) =>
      said.isAdmin && dialogueAt(context, said.atMs)?.kind === "answer" &&
      wordsRefusal(context, said) === undefined,
    isQuestion: ({ context }, said: Said) =>
      dialogueAt(context, said.atMs)?.kind === "dispute" &&
      wordsRefusal(context, said) === undefined,
    isAskedForWords: ({ context }, said: Said) => {
      const dialogue = dialogueAt(context, said.atMs);
      return dialogue !== undefined && (dialogue.kind !== "answer" || said.isAdmin);
    },
    isOpenDispute: ({ context }, params: { disputeId: DisputeId }) =>
      context.openDisputes.includes(params.disputeId),
    isDeletionAsked: ({ context }) => context.deletionAskedAtMs > 0,
    isGivingUp: ({ context }) => context.givesUp !== null,
    mayGo: ({ context }, params: { left: DeletionLeft }) =>
      context.deletionAskedAtMs > 0 && isNothingLeft(leftOf(context, params.left)),
    isBlocked: ({ context }) => context.isBlocked,
    isBackAgain: ({ context }) => context.again !== null,
    isTraceLeft: ({ context }) => context.isTraceLeft,
    hasLivePlace: (
      { context },
      { raffleId, paymentId, atMs }: { raffleId: RaffleId; paymentId: PaymentId; atMs: number },
    ) => livePlacesIn(context, { raffleId, atMs }).some((place) => place.paymentId === paymentId),
    isBarred: ({ context }, params: { atMs: number }) => isBarred(context, params.atMs),
    isBarOf: ({ context }, params: { suspicionId: SuspicionId }) =>
      Object.hasOwn(context.bars ?? {}, params.suspicionId),
    hasTickets: ({ context }, params: { raffleId: RaffleId }) =>
      (context.entries[params.raffleId]?.tickets ?? 0) > 0,
    isChanged: ({ context }, params: { name: string; language: Language }) =>
      params.name !== context.name || languageOf(context, params) !== context.language,
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

    /** Who looks at a raffle is told how it ends. */
    noteObserver: enqueueActions((
      { context: { playerId }, enqueue },
      { raffleId, atMs }: { raffleId?: RaffleId; atMs: number },
    ) => {
      if (raffleId === undefined) return;
      const params = { raffleId, playerId, isStopped: false, atMs };
      enqueue(ask({ type: "recordObserver", params }));
    }),

    keepProfile: assign(({ context }, params: { name: string; language: Language }) => ({
      name: params.name,
      language: languageOf(context, params),
    })),
    /** Whose data was deleted begins anew; his chat has his own number. */
    beginAnew: assign(({ context }, params: { name: string; language: Language }) => ({
      ...params,
      chatId: telegramUserIdOf(context.playerId),
      again: null,
    })),
    keepLanguage: assign((_, params: { language: Language }) => ({
      language: params.language,
      isLanguageChosen: true,
    })),
    markBlocked: assign({ isBlocked: true }),
    markUnblocked: assign({ isBlocked: false }),
    keepLimit: assign((
      { context: { rules } },
      { limit, value, atMs }: { limit: OwnLimitName; value: number | null; atMs: number },
    ) => ({ rules: { ...rules, [limit]: changeLimit(ownLimit(rules, limit), value, atMs) } })),
    keepPause: assign(({ context: { rules } }, params: { days: number; atMs: number }) => ({
      rules: { ...rules, pausedUntilMs: pauseEnd(rules.pausedUntilMs, params.days, params.atMs) },
    })),
    askForQuestion: assign((
      _,
      params: { paymentId: PaymentId | null; suspicionId?: SuspicionId; atMs: number },
    ) => ({
      dialogue: {
        kind: "dispute" as const,
        paymentId: params.paymentId,
        ...(params.suspicionId === undefined ? {} : { suspicionId: params.suspicionId }),
        untilMs: params.atMs + WORDS_WINDOW_MS,
      },
    })),
    askForAnswer: assign((_, params: { disputeId: DisputeId; atMs: number }) => ({
      dialogue: {
        kind: "answer" as const,
        disputeId: params.disputeId,
        untilMs: params.atMs + WORDS_WINDOW_MS,
      },
    })),
    askForEmail: assign((_, params: { atMs: number }) => ({
      dialogue: { kind: "email" as const, untilMs: params.atMs + WORDS_WINDOW_MS },
    })),
    keepEmail: assign((_, params: { words: string }) => ({
      email: params.words.trim(),
      dialogue: null,
    })),
    /** Whatever else he does, he does not want to write any more. */
    leaveDialogue: assign({ dialogue: null }),
    openDispute: enqueueActions(({ context, enqueue }, said: Said) => {
      const { playerId, dialogue, openDisputes } = context;
      const { disputeId, words, answerers = [], atMs } = said;
      const about = dialogue?.kind === "dispute" ? dialogue : undefined;
      const { paymentId = null, suspicionId = null } = about ?? {};
      enqueue.assign({
        dialogue: null,
        openDisputes: [...openDisputes, disputeId],
        disputesAsked: { day: dayOf(atMs), count: disputesToday(context, atMs) + 1 },
      });
      enqueue(ask({
        type: "recordDispute",
        params: { disputeId, playerId, paymentId, suspicionId, words: words.trim(), atMs },
      }));
      for (const admin of answerers) {
        enqueue(ask({ type: "tellDispute", params: { admin, disputeId } }));
      }
      enqueue(ask({
        type: "notify",
        params: { playerId, notice: { key: "disputeOpened", disputeId } },
      }));
    }),
    /** The one who asked decides whether the answer is the first. */
    passAnswerOn: enqueueActions(({ context, enqueue }, said: Said) => {
      const { playerId, dialogue } = context;
      if (dialogue?.kind !== "answer") return;
      enqueue.assign({ dialogue: null });
      const { disputeId } = dialogue;
      enqueue(ask({
        type: "tell",
        params: toUser(askerOf(disputeId), {
          type: "dispute.answered",
          disputeId,
          words: said.words.trim(),
          by: playerId,
          atMs: said.atMs,
        }),
      }));
    }),
    takeAnswer: enqueueActions(({ context, enqueue }, answer: Answered) => {
      const { playerId, openDisputes } = context;
      const { disputeId, words, by, atMs } = answer;
      enqueue.assign({ openDisputes: openDisputes.filter((open) => open !== disputeId) });
      enqueue(ask({ type: "recordAnswer", params: { disputeId, playerId, words, by, atMs } }));
      enqueue(ask({
        type: "notify",
        params: { playerId, notice: { key: "disputeAnswered", disputeId, words } },
      }));
      enqueue(ask({
        type: "notify",
        params: { playerId: by, notice: { key: "answerTaken", disputeId } },
      }));
    }),
    keepDeletion: assign((_, params: { atMs: number }) => ({
      deletionAskedAtMs: params.atMs,
      isDeletionAnswerDue: true,
      dialogue: null,
    })),
    dropDeletion: assign({
      deletionAskedAtMs: 0,
      isDeletionAnswerDue: false,
      offered: null,
      givesUp: null,
    }),
    /** It is said whether it was done, also when it was not. */
    keepGivenUp: assign((_, params: { amounts: MoneyJson[] }) => ({
      givesUp: params.amounts,
      isDeletionAnswerDue: true,
      dialogue: null,
    })),
    /** He is told when he has asked, and when only a balance is left that he was not told of. */
    waitWithDeletion: enqueueActions(({ context, enqueue }, { left }: { left: DeletionLeft }) => {
      const { playerId, deletionAskedAtMs, isDeletionAnswerDue, offered } = context;
      if (deletionAskedAtMs === 0) return;
      enqueue.raise({ type: "deletion.due" }, { id: "deletionRecheck", delay: "deletionRecheck" });
      const wholeLeft = leftOf(context, left);
      const offer = isBalanceLeft(wholeLeft) ? wholeLeft.balances : null;
      enqueue.assign({ isDeletionAnswerDue: false, offered: offer, givesUp: null });
      const isNews = offer !== null && !areSameBalances(offer, offered ?? []);
      if (!isDeletionAnswerDue && !isNews) return;
      const notice = { key: "deletionWaits" as const, left: wholeLeft };
      enqueue(ask({ type: "notify", params: { playerId, notice } }));
    }),
    scheduleDeletion: raise({ type: "deletion.due" }, {
      id: "deletionRecheck",
      delay: "deletionRecheck",
    }),
    cancelDeletion: cancel("deletionRecheck"),
    /** What he keeps to himself stays under his id: a deletion ends no pause. */
    forgetProfile: assign({
      email: null,
      name: "",
      chatId: 0,
      isLanguageChosen: false,
      dialogue: null,
      openDisputes: [],
      entries: {},
      deletionAskedAtMs: 0,
      isDeletionAnswerDue: false,
      offered: null,
      givesUp: null,
      again: null,
      isTraceLeft: false,
    }),
    markTrace: assign({ isTraceLeft: true }),
    forgetTrace: assign({ isTraceLeft: false }),
    forgetLanguage: assign({ language: "en" as const }),
    keepAgain: assign((_, params: { name: string; language: Language }) => ({ again: params })),
    countEntry: assign(({ context }, params: Requested) => {
      const { day, entriesToday, enteredToday } = countsAt(context, params.atMs);
      const entriesPerDay = params.entriesPerDay ?? context.entriesPerDay;
      return { day, entriesToday: entriesToday + 1, enteredToday, entriesPerDay };
    }),
    /** Drops what has lapsed, in all raffles; his own earlier place is replaced. */
    keepPlace: assign(({ context }, params: PlaceRequested) => {
      const { raffleId, paymentId, terms, price, atMs } = params;
      const entries = withoutLapsed(context.entries, atMs);
      const entry = entries[raffleId] ?? { tickets: 0, places: [] };
      const others = entry.places.filter((place) => place.paymentId !== paymentId);
      const untilMs = placeEnd({ atMs, closingWindowMs: terms.closingWindowMs });
      return {
        entries: {
          ...entries,
          [raffleId]: {
            ...entry,
            places: [...others, {
              paymentId,
              untilMs,
              ...(price === undefined ? {} : costOf(price)),
            }],
          },
        },
      };
    }),
    forgetPlace: assign(({ context }, params: { raffleId: RaffleId; paymentId: PaymentId }) => ({
      entries: withEntry(context.entries, params.raffleId, (entry) => ({
        ...entry,
        places: entry.places.filter(({ paymentId }) => paymentId !== params.paymentId),
      })),
    })),
    /** The ticket is counted from here on, so that two payments at once cannot both have the last. */
    claimTicket: enqueueActions(({ context, enqueue }, paid: Paid) => {
      const { raffleId, paymentId, salt, placeUntilMs, source, price, atMs } = paid;
      const entries = withoutLapsed(context.entries, atMs);
      const entry = entries[raffleId] ?? { tickets: 0, places: [] };
      const places = entry.places.filter((place) => place.paymentId !== paymentId);
      const { enteredToday, ...counts } = countsAt(context, atMs);
      enqueue.assign({
        ...counts,
        enteredToday: enteredToday + 1,
        entries: { ...entries, [raffleId]: { tickets: entry.tickets + 1, places } },
        ...spending(context, price, atMs),
      });
      enqueue(ask({
        type: "tell",
        params: toRaffle(raffleId, {
          type: "ticket.claim",
          paymentId,
          playerId: context.playerId,
          salt,
          isFirstOfPlayer: entry.tickets === 0,
          placeUntilMs,
          source,
          atMs,
        }),
      }));
    }),
    uncountTicket: assign(({ context }, params: { raffleId: RaffleId }) => ({
      entries: withEntry(context.entries, params.raffleId, (entry) => ({
        ...entry,
        tickets: Math.max(0, entry.tickets - 1),
      })),
    })),
    keepTopUp: assign(({ context }, { topUpId }: TopUpRequested) => ({
      topUps: [...topUpsOf(context), topUpId],
    })),
    forgetTopUp: assign(({ context }, { topUpId }: { topUpId: TopUpId }) => ({
      topUps: topUpsOf(context).filter((open) => open !== topUpId),
    })),
    /** The raffles say by themselves what was in time: here he has nothing in them any more. */
    bar: enqueueActions(({ context, enqueue }, barred: Barred) => {
      const { entries } = context;
      const { suspicionId, raffleId, signal, untilMs, atMs } = barred;
      // Where he has nothing, another decision may be taking his tickets off already.
      const raffleIds = (Object.keys(entries) as RaffleId[])
        .filter((id) => raffleId === null || id === raffleId);
      const live = Object.entries(context.bars ?? {}).filter(([, until]) => until > atMs);
      enqueue.assign({
        bars: { ...Object.fromEntries(live), [suspicionId]: untilMs },
        entries: Object.fromEntries(
          Object.entries(entries).filter(([id]) => !raffleIds.includes(id as RaffleId)),
        ),
      });
      for (const id of raffleIds) {
        enqueue(ask({
          type: "tell",
          params: toRaffle(id, { type: "player.exclude", suspicionId }),
        }));
      }
      enqueue(ask({
        type: "recordDeed",
        params: {
          ...deed(context, "barred", `${suspicionId} ${signal}`),
          ...(raffleId === null ? {} : { raffleId }),
        },
      }));
      if (!isKnown(context)) return;
      const notice = {
        key: "excluded" as const,
        suspicionId,
        signal,
        untilMs,
        ...(raffleId === null ? {} : { raffleId }),
      };
      enqueue(ask({ type: "notify", params: say(context, notice) }));
    }),
    liftBar: enqueueActions(({ context, enqueue }, params: { suspicionId: SuspicionId }) => {
      const { [params.suspicionId]: _lifted, ...bars } = context.bars ?? {};
      enqueue.assign({ bars });
      enqueue(ask({
        type: "recordDeed",
        params: deed(context, "barLifted", params.suspicionId),
      }));
      if (!isKnown(context)) return;
      enqueue(ask({ type: "notify", params: say(context, { key: "exclusionLifted" }) }));
    }),
    forgetRaffle: assign(({ context }, params: { raffleId: RaffleId }) => {
      const { [params.raffleId]: _ended, ...entries } = context.entries;
      return { entries };
    }),
  },
}).createMachine({
  id: "user",
  description: "A player: who he is, whether he can be written to, and what he has in running " +
    "raffles. His entries and money are handled also while he blocks the bot.",
  context: ({ input }) => ({
    playerId: input.playerId,
    chatId: input.chatId,
    name: input.name,
    language: input.language,
    entriesPerDay: input.entriesPerDay,
    day: dayOf(input.atMs),
    entriesToday: 0,
    enteredToday: 0,
    entries: {},
    ...undecided,
  }),
  initial: "active",
  on: {
    "entry.requested": [
      {
        description: "There will be a receipt: first he is asked where it goes.",
        guard: { type: "isEmailMissing", params: ({ event }) => event },
        actions: [
          { type: "askForEmail", params: ({ event }) => event },
          { type: "notify", params: ({ context }) => emailAsked(context) },
        ],
      },
      {
        description: "A payment of its own is made, which asks the raffle.",
        guard: { type: "mayEnter", params: ({ event }) => event },
        actions: [
          "leaveDialogue",
          { type: "countEntry", params: ({ event }) => event },
          { type: "tell", params: ({ context, event }) => newPayment(context, event) },
        ],
      },
      {
        description: "Too many entries today, or he keeps himself from it.",
        guard: "isKnown",
        actions: [
          {
            type: "notify",
            params: ({ context, event }) => ({
              playerId: context.playerId,
              notice: {
                key: "entryRefused",
                raffleId: event.raffleId,
                reason: entryRefusal(context, event) ?? "tryAgain",
              },
            }),
          },
          {
            type: "recordDeed",
            params: ({ context, event }) => ({
              playerId: context.playerId,
              what: "entryRefused",
              detail: entryRefusal(context, event) ?? "tryAgain",
              raffleId: event.raffleId,
            }),
          },
        ],
      },
    ],
    "topup.requested": [
      {
        description: "There will be a receipt: first he is asked where it goes.",
        guard: { type: "isEmailMissing", params: ({ event }) => event },
        actions: [
          { type: "askForEmail", params: ({ event }) => event },
          { type: "notify", params: ({ context }) => emailAsked(context) },
        ],
      },
      {
        description: "A top-up of its own is made, which is paid by bank.",
        guard: { type: "mayTopUp", params: ({ event }) => event },
        actions: [
          "leaveDialogue",
          { type: "keepTopUp", params: ({ event }) => event },
          { type: "tell", params: ({ context, event }) => newTopUp(context, event) },
        ],
      },
      {
        description: "Too little, too much, too many at once, or he keeps himself from it.",
        guard: "isKnown",
        actions: {
          type: "notify",
          params: ({ context, event }) =>
            say(context, {
              key: "topUpRefused",
              reason: topUpRefusal(context, event) ?? "tooMany",
              bounds: event.bounds,
            }),
        },
      },
    ],
    "topup.ended": {
      description: "It was paid, or can be paid no more.",
      actions: { type: "forgetTopUp", params: ({ event }) => event },
    },
    "place.requested": [
      {
        description: "The place is his to have; now the raffle is asked.",
        guard: { type: "mayHavePlace", params: ({ event }) => event },
        actions: [
          { type: "keepPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ context, event }) =>
              toRaffle(event.raffleId, {
                type: "place.reserve",
                paymentId: event.paymentId,
                playerId: context.playerId,
                atMs: event.atMs,
              }),
          },
        ],
      },
      {
        description: "He has as many tickets and places as a player may have, or as he allows " +
          "himself.",
        actions: {
          type: "tell",
          params: ({ context, event }) =>
            toPayment(event.paymentId, {
              type: "place.refused",
              reason: placeRefusal(context, event) ?? "tryAgain",
            }),
        },
      },
    ],
    "place.released": {
      actions: { type: "forgetPlace", params: ({ event }) => event },
    },
    "entry.paid": [
      {
        description: "An admin has excluded him meanwhile: the money goes back.",
        guard: { type: "isBarred", params: ({ event }) => event },
        actions: [
          { type: "forgetPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ event }) =>
              toPayment(event.paymentId, { type: "ticket.refused", reason: "barred" as const }),
          },
        ],
      },
      {
        description: "The place of this payment still holds.",
        guard: { type: "hasLivePlace", params: ({ event }) => event },
        actions: { type: "claimTicket", params: ({ event }) => event },
      },
      {
        description: "It has lapsed, or there was none; he may have one ticket more.",
        guard: { type: "mayEnterLate", params: ({ event }) => event },
        actions: { type: "claimTicket", params: ({ event }) => event },
      },
      {
        description: "He has as many as a player may have, or now keeps himself from it: the " +
          "money goes back.",
        actions: [
          { type: "forgetPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ context, event }) =>
              toPayment(event.paymentId, {
                type: "ticket.refused",
                reason: lateRefusal(context, event) ?? "overPlayerLimit",
              }),
          },
        ],
      },
    ],
    "ticket.refused": {
      description: "It does not count after all.",
      actions: { type: "uncountTicket", params: ({ event }) => ({ raffleId: event.raffleId }) },
    },
    "ticket.void": [
      {
        description:
          "He took his charge back by force. Whether the ticket still goes, the raffle says.",
        guard: { type: "hasTickets", params: ({ event }) => event },
        actions: [
          {
            type: "tell",
            params: ({ context, event: { raffleId, paymentId, chargeId } }) =>
              toRaffle(raffleId, {
                type: "ticket.void",
                paymentId,
                chargeId,
                isLastOfPlayer: (context.entries[raffleId]?.tickets ?? 0) <= 1,
              }),
          },
          { type: "uncountTicket", params: ({ event }) => ({ raffleId: event.raffleId }) },
        ],
      },
      {
        description: "The raffle is over, or was told already that all his tickets go.",
      },
    ],
    "player.barred": {
      description: "An admin has excluded him. What he is paid for stays his.",
      actions: { type: "bar", params: ({ event }) => event },
    },
    "bar.lifted": [
      {
        description: "An admin has cleared it: he may enter again.",
        guard: { type: "isBarOf", params: ({ event }) => event },
        actions: { type: "liftBar", params: ({ event }) => event },
      },
      {
        description: "It has lapsed, and was forgotten with the next one.",
      },
    ],
    "raffle.ended": {
      actions: { type: "forgetRaffle", params: ({ event }) => ({ raffleId: event.raffleId }) },
    },
    "observing.stopped": {
      description: "He is told no more of a raffle that he only looked at.",
      guard: "isKnown",
      actions: {
        type: "recordObserver",
        params: ({ context: { playerId }, event: { raffleId, atMs } }) => ({
          raffleId,
          playerId,
          isStopped: true,
          atMs,
        }),
      },
    },
    "series.followed": {
      description: "He is told of the next raffle of this one's series, or no more.",
      guard: "isKnown",
      actions: {
        type: "recordFollower",
        params: ({ context: { playerId }, event: { raffleId, isStopped, atMs } }) => ({
          raffleId,
          playerId,
          isStopped,
          atMs,
        }),
      },
    },
    "prize.credited": {
      description: "The ledger has the money and the payout tells him; nothing is kept here.",
    },
    "language.chosen": {
      description: "From now on his own word counts, not Telegram's.",
      guard: "isKnown",
      actions: [
        { type: "keepLanguage", params: ({ event }) => ({ language: event.language }) },
        { type: "recordPlayer", params: ({ context }) => row(context, context.isBlocked) },
        { type: "notify", params: ({ context }) => say(context, { key: "languageChosen" }) },
      ],
    },
    "rules.asked": {
      description: "He is told what he has set, and how much of it is used.",
      guard: "isKnown",
      actions: [
        "leaveDialogue",
        {
          type: "notify",
          params: ({ context, event: { atMs } }) =>
            say(context, {
              key: "ownRules",
              rules: context.rules,
              entriesToday: usedToday(context, atMs),
              spent: spentThisWeek(context.spent, atMs),
              spentKopecks: spentThisWeek(context.spentKopecks ?? {}, atMs),
              atMs,
            }),
        },
      ],
    },
    "limit.set": {
      description: "Lowered it holds at once, raised after a day.",
      guard: "isKnown",
      actions: [
        { type: "keepLimit", params: ({ event }) => event },
        {
          type: "recordDeed",
          params: ({ context, event }) =>
            deed(context, "limitSet", `${event.limit} ${event.value ?? "none"}`),
        },
        {
          type: "notify",
          params: ({ context, event: { limit, value } }) =>
            say(context, {
              key: "limitSet",
              limit,
              value,
              fromMs: ownLimit(context.rules, limit).next?.fromMs ?? 0,
            }),
        },
      ],
    },
    "pause.set": {
      description: "It can be made longer and never shorter.",
      guard: "isKnown",
      actions: [
        { type: "keepPause", params: ({ event }) => event },
        {
          type: "recordDeed",
          params: ({ context, event }) => deed(context, "pauseSet", `${event.days} days`),
        },
        {
          type: "notify",
          params: ({ context }) =>
            say(context, { key: "pauseSet", untilMs: context.rules.pausedUntilMs }),
        },
      ],
    },
    "support.chosen": [
      {
        description: "His next words are the question.",
        guard: "mayAsk",
        actions: [
          { type: "askForQuestion", params: ({ event }) => event },
          { type: "notify", params: ({ context }) => say(context, { key: "wordsAsked" }) },
        ],
      },
      {
        description: "So many questions wait for their answers already.",
        guard: "isKnown",
        actions: {
          type: "notify",
          params: ({ context }) =>
            say(context, { key: "wordsRefused", reason: "tooManyOpen" as const }),
        },
      },
    ],
    "email.asked": {
      description: "His next words are the address.",
      guard: "isKnown",
      actions: [
        { type: "askForEmail", params: ({ event }) => event },
        { type: "notify", params: ({ context }) => emailAsked(context) },
      ],
    },
    "answer.begun": {
      description: "An admin's next words are the answer.",
      guard: "isKnown",
      actions: [
        { type: "askForAnswer", params: ({ event }) => event },
        {
          type: "notify",
          params: ({ context, event: { disputeId } }) =>
            say(context, { key: "answerAsked", disputeId }),
        },
      ],
    },
    "words.said": [
      {
        description: "An admin's answer goes to the one who asked.",
        guard: { type: "isAnswer", params: ({ event }) => event },
        actions: { type: "passAnswerOn", params: ({ event }) => event },
      },
      {
        description: "A question: it stays open until an admin has answered.",
        guard: { type: "isQuestion", params: ({ event }) => event },
        actions: { type: "openDispute", params: ({ event }) => event },
      },
      {
        description: "Where his receipts go from now on.",
        guard: { type: "isEmail", params: ({ event }) => event },
        actions: [
          { type: "keepEmail", params: ({ event }) => event },
          { type: "recordPlayer", params: ({ context }) => row(context, context.isBlocked) },
          {
            type: "notify",
            params: ({ context, event: { words } }) =>
              say(context, { key: "emailKept", email: words.trim() }),
          },
        ],
      },
      {
        description: "Words that cannot be taken; he may try again.",
        guard: { type: "isAskedForWords", params: ({ event }) => event },
        actions: {
          type: "notify",
          params: ({ context, event }) =>
            say(context, {
              key: "wordsRefused",
              reason: wordsRefusal(context, event) ?? "tooShort",
            }),
        },
      },
    ],
    "dispute.answered": [
      {
        description: "The first answer counts.",
        guard: { type: "isOpenDispute", params: ({ event }) => event },
        actions: { type: "takeAnswer", params: ({ event }) => event },
      },
      {
        description: "Another admin was faster, or the question is gone.",
        actions: {
          type: "notify",
          params: ({ event: { by, disputeId } }) => ({
            playerId: by,
            notice: { key: "answerLate" as const, disputeId },
          }),
        },
      },
    ],
    "deletion.asked": {
      description: "His money is looked at, now and until it has come to rest.",
      guard: "isKnown",
      target: ".looking",
      actions: [
        { type: "keepDeletion", params: ({ event }) => event },
        { type: "recordDeed", params: ({ context }) => deed(context, "deletionAsked", "") },
      ],
    },
    "deletion.withdrawn": {
      description: "He stays after all.",
      guard: "isDeletionAsked",
      actions: [
        "dropDeletion",
        "cancelDeletion",
        { type: "recordDeed", params: ({ context }) => deed(context, "deletionWithdrawn", "") },
        { type: "notify", params: ({ context }) => say(context, { key: "deletionWithdrawn" }) },
      ],
    },
    "balance.givenUp": {
      description: "He would rather have his data deleted than keep what is on his balance.",
      guard: "isDeletionAsked",
      target: ".looking",
      actions: { type: "keepGivenUp", params: ({ event }) => event },
    },
    "deletion.due": {
      description: "What was under way may have come to rest.",
      guard: "isDeletionAsked",
      target: ".looking",
    },
  },
  states: {
    active: {
      description: "He can be written to.",
      tags: ["active", "resting"],
      entry: [
        "markUnblocked",
        { type: "recordPlayer", params: ({ context }) => row(context, false) },
      ],
      on: {
        "bot.blocked": { target: "blocked" },
        "user.started": {
          description: "He is greeted at each start, with the menu.",
          actions: [
            "leaveDialogue",
            { type: "keepProfile", params: ({ event }) => profile(event) },
            { type: "recordPlayer", params: ({ context }) => row(context, false) },
            { type: "noteObserver", params: ({ event }) => event },
            { type: "notify", params: ({ context }) => welcome(context) },
          ],
        },
        "user.seen": [
          {
            guard: { type: "isChanged", params: ({ event }) => event },
            actions: [
              "leaveDialogue",
              { type: "keepProfile", params: ({ event }) => profile(event) },
              { type: "recordPlayer", params: ({ context }) => row(context, false) },
              { type: "noteObserver", params: ({ event }) => event },
            ],
          },
          {
            description: "Nothing new about him.",
            actions: ["leaveDialogue", { type: "noteObserver", params: ({ event }) => event }],
          },
        ],
      },
    },
    blocked: {
      description:
        "He has blocked the bot: nothing reaches him, his money is handled all the same.",
      tags: ["blocked", "resting"],
      entry: [
        "markBlocked",
        { type: "recordPlayer", params: ({ context }) => row(context, true) },
      ],
      on: {
        "bot.unblocked": { target: "active" },
        "user.started": {
          description: "Who writes can be written to.",
          target: "active",
          actions: [
            { type: "keepProfile", params: ({ event }) => profile(event) },
            { type: "noteObserver", params: ({ event }) => event },
            { type: "notify", params: ({ context }) => welcome(context) },
          ],
        },
        "user.seen": {
          description: "Who writes can be written to.",
          target: "active",
          actions: [
            { type: "keepProfile", params: ({ event }) => profile(event) },
            { type: "noteObserver", params: ({ event }) => event },
          ],
        },
      },
    },
    looking: {
      description: "Whether his data can go is answered within the same commit; what he gives up " +
        "goes in it, too.",
      tags: ["leaving"],
      entry: "cancelDeletion",
      on: {
        "deletion.asked": {
          description: "It is being looked at already.",
          actions: { type: "keepDeletion", params: ({ event }) => event },
        },
        "balance.givenUp": {
          description:
            "What was asked before is answered first, once: he is told, and says it again.",
          guard: "isDeletionAsked",
          actions: { type: "keepGivenUp", params: ({ event }) => event },
        },
        "deletion.withdrawn": {
          description: "Too late: what he gives up may be gone, and his data with it.",
          guard: "isGivingUp",
        },
        "deletion.due": { description: "It is being looked at already." },
      },
      invoke: {
        id: "checkDeletion",
        src: "checkDeletion",
        // With a top-up under way it would not be all that he has.
        input: ({ context }) => ({
          playerId: context.playerId,
          givesUp: topUpsOf(context).length === 0 ? context.givesUp : null,
        }),
        onDone: [
          {
            description: "Nothing of his is under way: his rows go now, his history follows.",
            guard: { type: "mayGo", params: ({ event }) => ({ left: event.output }) },
            target: "erasing",
            actions: [
              {
                type: "recordDeed",
                params: ({ context, event }) =>
                  deed(context, "dataDeleted", givenUpWords(event.output)),
              },
              {
                type: "forgetPlayer",
                params: ({ context: { playerId } }) => ({ playerId }),
              },
              "forgetProfile",
            ],
          },
          {
            description: "He is told once what is left; it is looked at again and again.",
            guard: "isBlocked",
            target: "blocked",
            actions: { type: "waitWithDeletion", params: ({ event }) => ({ left: event.output }) },
          },
          {
            description: "The same, for one who can be written to.",
            target: "active",
            actions: { type: "waitWithDeletion", params: ({ event }) => ({ left: event.output }) },
          },
        ],
        onError: [
          {
            description: "It could not be looked at; later.",
            guard: "isBlocked",
            target: "blocked",
            actions: "scheduleDeletion",
          },
          { target: "active", actions: "scheduleDeletion" },
        ],
      },
    },
    erasing: {
      description: "His rows are gone; his name and words are taken out of the log of events.",
      tags: ["leaving"],
      invoke: {
        id: "erasePlayer",
        src: "erasePlayer",
        input: ({ context: { playerId, language } }) => ({ playerId, language }),
        onDone: [
          {
            description: "He came back meanwhile: he begins anew.",
            guard: "isBackAgain",
            target: "active",
            actions: [
              {
                type: "beginAnew",
                params: ({ context: { again, language } }) => again ?? { name: "", language },
              },
              { type: "notify", params: ({ context }) => welcome(context) },
            ],
          },
          {
            description: "He wrote meanwhile, so the log holds his name again.",
            guard: "isTraceLeft",
            target: "erasing",
            reenter: true,
            actions: "forgetTrace",
          },
          { target: "forgotten", actions: "forgetLanguage" },
        ],
        onError: { description: "It is tried until it is done.", target: "erasingLater" },
      },
      on: {
        "user.started": {
          description: "He begins anew as soon as it is done.",
          actions: { type: "keepAgain", params: ({ event }) => profile(event) },
        },
        "user.seen": { description: "Nothing of him is kept.", actions: "markTrace" },
        "words.said": { description: "Nothing of him is kept.", actions: "markTrace" },
      },
    },
    erasingLater: {
      description: "The log could not be cleaned; it is tried again after a pause.",
      tags: ["leaving"],
      after: { erasePause: { target: "erasing" } },
      on: {
        "user.started": {
          description: "He begins anew as soon as it is done.",
          actions: { type: "keepAgain", params: ({ event }) => profile(event) },
        },
        "user.seen": { description: "Nothing of him is kept.", actions: "markTrace" },
        "words.said": { description: "Nothing of him is kept.", actions: "markTrace" },
      },
    },
    forgotten: {
      description: "Nothing tells who he is. His money's records stay under his id; so do the " +
        "limits and the pause that he has set.",
      tags: ["forgotten", "resting"],
      on: {
        "user.started": {
          description: "He begins anew.",
          target: "active",
          actions: [
            { type: "beginAnew", params: ({ event }) => profile(event) },
            { type: "notify", params: ({ context }) => welcome(context) },
          ],
        },
        "user.seen": {
          description: "The log holds his name again: it is taken out, and he is told so.",
          target: "erasing",
        },
        "words.said": {
          description: "The log holds his words: they are taken out, and he is told so.",
          target: "erasing",
        },
        "bot.blocked": { description: "Nothing of him is kept." },
        "bot.unblocked": { description: "Nothing of him is kept." },
      },
    },
  },
});

/** Whether he is not one whose data was deleted. */
function isKnown({ chatId }: UserContext): boolean {
  return chatId !== 0;
}

function isBarred({ bars = {} }: UserContext, atMs: number): boolean {
  return Object.values(bars).some((untilMs) => untilMs > atMs);
}

/** His own choice, if he has made one. */
function languageOf(context: UserContext, said: { language: Language }): Language {
  return context.isLanguageChosen ? context.language : said.language;
}

/** In which of the two it is counted; what is paid otherwise is not. */
function costOf(price: MoneyJson | undefined): { stars?: number; kopecks?: number } {
  if (price?.currency === "XTR") return { stars: Number(price.minor) };
  return price?.currency === "RUB" ? { kopecks: Number(price.minor) } : {};
}

/** What he has spent, with what he pays now. */
function spending(context: UserContext, price: MoneyJson | undefined, atMs: number) {
  const { stars, kopecks } = costOf(price);
  return {
    ...(stars === undefined ? {} : { spent: addSpending(context.spent, stars, atMs) }),
    ...(kopecks === undefined
      ? {}
      : { spentKopecks: addSpending(context.spentKopecks ?? {}, kopecks, atMs) }),
  };
}

/** Why no entry is asked for now, before the price is known: then it is the least there can be. */
function entryRefusal(
  context: UserContext,
  { method, entriesPerDay = context.entriesPerDay, atMs }: Requested,
): EntryRefusal | undefined {
  if (isBarred(context, atMs)) return "barred";
  if (context.deletionAskedAtMs > 0) return "deletionAsked";
  const today = usedToday(context, atMs);
  const own = ownRefusal(context.rules, {
    entriesToday: today,
    stars: {
      spent: spentThisWeek(context.spent, atMs),
      price: method === "stars" ? 1 : 0,
    },
    kopecks: {
      spent: spentThisWeek(context.spentKopecks ?? {}, atMs),
      price: method === "rubles" ? 1 : 0,
    },
    atMs,
  });
  return own ?? (today < entriesPerDay ? undefined : "overDailyLimit");
}

function topUpsOf({ topUps = [] }: UserContext): TopUpId[] {
  return topUps;
}

/** Why no top-up is begun. */
function topUpRefusal(
  context: UserContext,
  { amount, bounds, atMs }: TopUpRequested,
): TopUpRefusal | undefined {
  if (!isKnown(context)) return "dataDeleted";
  if (context.deletionAskedAtMs > 0) return "deletionAsked";
  if (context.rules.pausedUntilMs > atMs) return "ownPause";
  if (BigInt(amount.minor) < BigInt(bounds.least)) return "tooSmall";
  if (BigInt(amount.minor) > BigInt(bounds.most)) return "tooLarge";
  return topUpsOf(context).length < MAX_OPEN_TOP_UPS ? undefined : "tooMany";
}

/** With the payments that he alone knows of. */
function leftOf(context: UserContext, left: DeletionLeft): DeletionLeft {
  return { ...left, payments: left.payments + topUpsOf(context).length };
}

function newTopUp({ playerId, language }: UserContext, event: TopUpRequested) {
  const { topUpId, amount, atMs } = event;
  return startTopUp({ topUpId, playerId, language, amount, atMs });
}

/**
 * Why he gets no place. An invoice or link may be older than his pause, or than a limit that was lowered: what
 * holds now counts, and of the others what he has paid today and may be paying. Those that he only
 * asked for do not, so that of three invoices under a limit of one he can pay any one.
 */
function placeRefusal(context: UserContext, wanted: PlaceRequested): EntryRefusal | undefined {
  if (!isKnown(context)) return "dataDeleted";
  if (isBarred(context, wanted.atMs)) return "barred";
  if (countOthers(context, wanted) >= wanted.terms.ticketsPerPlayer) return "overPlayerLimit";
  return limitRefusal(context, wanted);
}

/**
 * Why money whose place has lapsed makes no ticket. Telegram takes it within seconds of our yes, the bank
 * within an hour: he may have opened many links, each within his limits, or have set them since.
 */
function lateRefusal(context: UserContext, paid: Paid): EntryRefusal | undefined {
  if (!isKnown(context)) return "dataDeleted";
  if (countOthers(context, paid) >= paid.terms.ticketsPerPlayer) return "overPlayerLimit";
  return paid.source.method === "rubles" ? limitRefusal(context, paid) : undefined;
}

/** Which limit would be passed by what he has paid, is just paying, and this. */
function limitRefusal(
  context: UserContext,
  { paymentId, price, entriesPerDay = context.entriesPerDay, atMs }:
    & Pick<PlaceRequested, "paymentId" | "atMs">
    & Partial<Pick<PlaceRequested, "price" | "entriesPerDay">>,
): EntryRefusal | undefined {
  const others = Object.values(context.entries).flatMap(({ places }) => places)
    .filter((place) => place.paymentId !== paymentId && isPlaceLive({ ...place, atMs }));
  const today = countsAt(context, atMs).enteredToday + others.length;
  const promised = (unit: "stars" | "kopecks") =>
    others.reduce((sum, place) => sum + (place[unit] ?? 0), 0);
  const { stars = 0, kopecks = 0 } = costOf(price);
  const own = ownRefusal(context.rules, {
    entriesToday: today,
    stars: { spent: spentThisWeek(context.spent, atMs) + promised("stars"), price: stars },
    kopecks: {
      spent: spentThisWeek(context.spentKopecks ?? {}, atMs) + promised("kopecks"),
      price: kopecks,
    },
    atMs,
  });
  return own ?? (today < entriesPerDay ? undefined : "overDailyLimit");
}

function dialogueAt({ dialogue, chatId }: UserContext, atMs: number): Dialogue | undefined {
  return dialogue !== null && chatId !== 0 && dialogue.untilMs >= atMs ? dialogue : undefined;
}

function disputesToday({ disputesAsked: { day, count } }: UserContext, atMs: number): number {
  return day === dayOf(atMs) ? count : 0;
}

/** Why the words that he was asked for are not taken. */
function wordsRefusal(context: UserContext, { words, atMs }: Said): WordsRefusal | undefined {
  if (context.dialogue?.kind === "email") return "notAnEmail";
  const { length } = words.trim();
  if (length < MIN_WORDS) return "tooShort";
  if (length > MAX_WORDS) return "tooLong";
  if (context.dialogue?.kind !== "dispute") return undefined;
  if (context.openDisputes.length >= MAX_OPEN_DISPUTES) return "tooManyOpen";
  return disputesToday(context, atMs) < MAX_DISPUTES_A_DAY ? undefined : "tooManyToday";
}

function say({ playerId }: UserContext, notice: EffectActions["notify"]["notice"]) {
  return { playerId, notice };
}

function emailAsked(context: UserContext) {
  return say(context, { key: "emailAsked", email: context.email ?? null });
}

function deed({ playerId }: UserContext, what: string, detail: string) {
  return { playerId, what, detail };
}

/** For the log: `gave up 15 XTR`; empty when he gave up nothing. */
function givenUpWords({ givenUp = [] }: DeletionLook): string {
  if (givenUp.length === 0) return "";
  return `gave up ${givenUp.map((amount) => formatMoney(moneyFromJson(amount))).join(", ")}`;
}

/** A later day starts from nothing; an earlier one (a clock went back) counts with the present. */
function countsAt(
  { day, entriesToday, enteredToday }: UserContext,
  atMs: number,
): Pick<UserContext, "day" | "entriesToday" | "enteredToday"> {
  const today = dayOf(atMs);
  return today > day
    ? { day: today, entriesToday: 0, enteredToday: 0 }
    : { day, entriesToday, enteredToday };
}

/** What he asked for counts, paid or not; an invoice of yesterday counts when it is paid. */
function usedToday(context: UserContext, atMs: number): number {
  const { entriesToday, enteredToday } = countsAt(context, atMs);
  return Math.max(entriesToday, enteredToday);
}

function livePlacesIn(
  { entries }: UserContext,
  { raffleId, atMs }: { raffleId: RaffleId; atMs: number },
): HeldPlace[] {
  return (entries[raffleId]?.places ?? [])
    .filter(({ untilMs }) => isPlaceLive({ untilMs, atMs }));
}

/** Tickets and live places of his other payments. */
function countOthers(
  context: UserContext,
  { raffleId, paymentId, atMs }: { raffleId: RaffleId; paymentId: PaymentId; atMs: number },
): number {
  const others = livePlacesIn(context, { raffleId, atMs })
    .filter((place) => place.paymentId !== paymentId);
  return (context.entries[raffleId]?.tickets ?? 0) + others.length;
}

/** An entry changed, or gone when nothing is left of it. */
function withEntry(
  entries: Record<RaffleId, UserEntry>,
  raffleId: RaffleId,
  change: (entry: UserEntry) => UserEntry,
): Record<RaffleId, UserEntry> {
  const { [raffleId]: entry, ...others } = entries;
  if (entry === undefined) return entries;
  const changed = change(entry);
  return isEmpty(changed) ? others : { ...others, [raffleId]: changed };
}

/** Without lapsed places, and without raffles in which nothing is left. */
function withoutLapsed(
  entries: Record<RaffleId, UserEntry>,
  atMs: number,
): Record<RaffleId, UserEntry> {
  const kept = Object.entries(entries).map(([raffleId, entry]): [string, UserEntry] => [
    raffleId,
    {
      ...entry,
      places: entry.places.filter(({ untilMs }) => isPlaceLive({ untilMs, atMs })),
    },
  ]);
  return Object.fromEntries(kept.filter(([, entry]) => !isEmpty(entry)));
}

function isEmpty({ tickets, places }: UserEntry): boolean {
  return tickets === 0 && places.length === 0;
}

function newPayment(context: UserContext, event: Requested) {
  return startPayment({
    paymentId: event.paymentId,
    raffleId: event.raffleId,
    playerId: context.playerId,
    chatId: context.chatId,
    language: context.language,
    method: event.method,
    salt: event.salt,
    atMs: event.atMs,
  });
}

function profile({ name, language }: { name: string; language: Language }) {
  return { name, language };
}

/** With the menu; the raffle whose link he followed is shown beside it. */
function welcome({ playerId }: UserContext): EffectActions["notify"] {
  return { playerId, notice: { key: "welcome" } };
}

function row(context: UserContext, isBlocked: boolean): TransactionalActions["recordPlayer"] {
  const { playerId, chatId, name, language, email } = context;
  return { playerId, chatId, name, language, isBlocked, ...(email ? { email } : {}) };
}

/**
 * All machines together in memory: it delivers what they tell each other, keeps a small ledger and
 * the tickets, answers what is transactional at once, and leaves outside work and time to the test.
 * Every actor is stored as JSON between two events, as the runtime does. For tests only.
 */
import { type AnyMachineSnapshot, initialTransition, transition } from "xstate";
import type {
  AdminNotice,
  RuntimeAction,
  TransactionalActions,
  TransactionalSources,
  VoidTicket,
} from "../domain/effects.ts";
import { bankPaymentMachine } from "../bank_payment_machine.ts";
import { bankPayoutMachine } from "../bank_payout_machine.ts";
import { broadcastMachine } from "../broadcast_machine.ts";
import { cashOutMachine } from "../cash_out_machine.ts";
import type { MassNotice, Occasion, SendPage, TurnPage } from "../domain/broadcast.ts";
import type {
  HoldEnd,
  Notice,
  PaymentId,
  PlayerId,
  RaffleId,
  RaffleTerms,
  TransferParams,
} from "../domain/events.ts";
import {
  guaranteeHold,
  rafflePot,
  TELEGRAM_CHARGE,
  TELEGRAM_SETTLING,
  TREASURY_CAPITAL,
  YOOKASSA_GATEWAY,
} from "../domain/accounts.ts";
import { endOfHold, type HoldGuarantee } from "../domain/guarantee.ts";
import type { Currency } from "../domain/money.ts";
import {
  LIMIT_WINDOW_MS,
  pickCharges,
  type WithdrawalId,
  type WithdrawalRefusal,
} from "../domain/withdrawal.ts";
import { paymentMachine } from "../payment_machine.ts";
import { payoutMachine } from "../payout_machine.ts";
import { raffleMachine } from "../raffle_machine.ts";
import { refundMachine } from "../refund_machine.ts";
import type { RecordTemplate, Template, TemplateId } from "../domain/series.ts";
import { seriesMachine } from "../series_machine.ts";
import { suspicionMachine } from "../suspicion_machine.ts";
import { templatesMachine } from "../templates_machine.ts";
import { topUpMachine } from "../topup_machine.ts";
import { treasuryMachine } from "../treasury_machine.ts";
import { userMachine } from "../user_machine.ts";
import { withdrawalMachine } from "../withdrawal_machine.ts";

/** Every machine of the product by the kind of its actors. */
export const machines = {
  user: userMachine,
  raffle: raffleMachine,
  payment: paymentMachine,
  refund: refundMachine,
  payout: payoutMachine,
  withdrawal: withdrawalMachine,
  treasury: treasuryMachine,
  broadcast: broadcastMachine,
  templates: templatesMachine,
  series: seriesMachine,
  bankPayment: bankPaymentMachine,
  bankPayout: bankPayoutMachine,
  cashOut: cashOutMachine,
  topup: topUpMachine,
  suspicion: suspicionMachine,
} as const;

type Kind = keyof typeof machines;
// Each machine has types of its own; the world treats them alike.
// deno-lint-ignore no-explicit-any
type AnyMachine = any;
type Event = { type: string };

/** An event on its way. From one sender to one receiver the order is kept. */
interface Message {
  from: string;
  address: string;
  event: Event;
  create?: unknown;
}

/** Outside work that was asked for and not answered yet. */
export interface PendingEffect {
  address: string;
  id: string;
  src: string;
  input: Record<string, unknown>;
}

/** One ticket as it was recorded. */
export interface StoredTicket {
  raffleId: RaffleId;
  number: number;
  playerId: PlayerId;
  paymentId: PaymentId;
  atMs: number;
}

/** Sources that are answered within the commit. */
const transactional = new Set([
  "holdGuarantee",
  "openClaims",
  "countPlayers",
  "listTicketsOf",
  "pageTickets",
  "takeFromBalance",
  "readRubles",
  "openWithdrawal",
  "takeCharges",
  "claimTransaction",
  "turnPage",
  "readTemplate",
]);

/** Accounts that may run negative: what is held for us, and what was spent. */
function mayBeNegative(account: string): boolean {
  return account.startsWith("provider/") || account.startsWith("treasury/expense/");
}

/** A withdrawal as it was written down. */
interface StoredWithdrawal {
  playerId: PlayerId;
  minor: bigint;
  currency: Currency;
  isOpen: boolean;
  isHeld: boolean;
  transactionId: string | null;
  /** When it left, if it has. */
  leftAtMs: number | null;
}

/** A small world of actors. */
export class World {
  /** Answers of outside work are delivered, with all that follows, before the next thing happens. */
  isDrained = true;
  nowMs = Date.UTC(2026, 0, 5, 12);
  readonly snapshots = new Map<string, string>();
  readonly notices: { playerId: PlayerId; notice: Notice }[] = [];
  /** Pages of people who were told. */
  readonly mass: { notice: MassNotice; playerIds: PlayerId[] }[] = [];
  readonly announced: { raffleId: RaffleId; occasion: Occasion }[] = [];
  readonly #pages = new Map<string, PlayerId[]>();
  readonly answers: { queryId: string; ok: boolean; reason?: string }[] = [];
  readonly tickets: StoredTicket[] = [];
  readonly effects: PendingEffect[] = [];
  readonly refused: { address: string; event: Event }[] = [];
  readonly transfers = new Map<string, TransferParams>();
  readonly records = new Map<string, string>();
  /** Draws that others replaced. */
  readonly archived: TransactionalActions["archiveDraw"][] = [];
  /** What came of prizes that must be taken, by `draw/place/number`. */
  readonly claims = new Map<string, string>();
  readonly withdrawals = new Map<WithdrawalId, StoredWithdrawal>();
  /** Open holds for guaranteed prizes, by their keys. */
  readonly guarantees = new Map<string, { raffleId: RaffleId; minor: bigint }>();
  /** Where withdrawals by bank go. */
  readonly destinations = new Map<WithdrawalId, TransactionalActions["keepDestination"]>();
  /** Payments whose charges were taken for a prize. */
  readonly spent = new Set<PaymentId>();
  readonly templates = new Map<TemplateId, Template>();
  /** Whether rubles are taken. */
  hasRubles = true;
  /** What admins were told without having asked. */
  readonly reports: AdminNotice[] = [];
  /** Which raffle is the how manieth of which series. */
  readonly occurrences = new Map<RaffleId, string>();
  /** What the treasury has said and written, in order. */
  readonly treasury: RuntimeAction[] = [];
  readonly #suspicions = new Map<string, TransactionalActions["recordSuspicion"]>();
  #outside = 0;
  readonly #balances = new Map<string, bigint>();
  readonly #timers: { address: string; id: string; event: Event; dueMs: number }[] = [];
  readonly #queue: Message[] = [];
  /** Asked for within the present commit; answered when its messages have been delivered. */
  readonly #calls: { address: string; id: string; src: string; input: never }[] = [];
  readonly #pick: (lanes: number) => number;

  /** @param pick which of so many lanes is delivered next. Default: in the order of sending. */
  constructor(pick: (lanes: number) => number = () => 0) {
    this.#pick = pick;
  }

  /** Makes an actor; a second time changes nothing. */
  create(address: string, input: unknown): void {
    if (this.snapshots.has(address)) return;
    const [snapshot, actions] = initialTransition(machineOf(address), input as never);
    if (snapshot.status === "error") throw snapshot.error;
    this.#store(address, snapshot as AnyMachineSnapshot);
    this.#perform(address, actions);
    this.drain();
  }

  /** Sends an event and leaves it on its way. */
  post(address: string, event: Event & Record<string, unknown>): void {
    this.#queue.push({ from: `outside ${this.#outside++}`, address, event });
  }

  /**
   * Delivers events in one commit, if there are any. As in the runtime all of them come before the
   * answers within the commit, and what follows from them is on its way after it.
   * @param most so many at most
   */
  deliver(most = 1): void {
    const there = new Set(this.#queue);
    for (let count = 0; count < most; count++) {
      const lanes = new Map<string, Message>();
      for (const message of this.#queue.filter((each) => there.has(each))) {
        const lane = `${message.from} ${message.address}`;
        if (!lanes.has(lane)) lanes.set(lane, message);
      }
      const message = [...lanes.values()][this.#pick(lanes.size) % Math.max(1, lanes.size)];
      if (message === undefined) break;
      this.#queue.splice(this.#queue.indexOf(message), 1);
      this.#receive(message);
    }
    for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) {
      const { address, id, src, input } = call;
      this.#step(address, done(id, this.#answer(src, input)));
    }
  }

  /** Delivers until nothing is on its way. */
  drain(): void {
    for (let step = 0; this.#queue.length + this.#calls.length > 0; step++) {
      if (step > 200_000) throw new Error("The machines never come to rest");
      this.deliver();
    }
  }

  /** Sends an event and everything that follows from it; says whether it was accepted. */
  send(address: string, event: Event & Record<string, unknown>): boolean {
    const before = this.refused.length;
    this.post(address, event);
    this.drain();
    return !this.refused.slice(before)
      .some((refusal) => refusal.address === address && refusal.event === event);
  }

  /** The snapshot as a machine sees it. */
  read(address: string): AnyMachineSnapshot {
    const stored = this.snapshots.get(address);
    if (stored === undefined) throw new Error(`There is no actor "${address}"`);
    const machine: AnyMachine = machineOf(address);
    return restore(machine, JSON.parse(stored));
  }

  /** State value and tags, for short assertions. */
  valueOf(address: string): unknown {
    return this.read(address).value;
  }

  /** Lets time pass, firing what is due in order. */
  pass(ms: number): void {
    this.drain();
    const end = this.nowMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ dueMs }) => dueMs <= end)
        .sort((left, right) => left.dueMs - right.dueMs)[0];
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      this.post(next.address, next.event);
      this.drain();
    }
    this.nowMs = end;
  }

  /** Answers the oldest outside work of that name. */
  succeed(src: string, output: unknown, address?: string): void {
    const { address: to, id } = this.#takeEffect(src, address);
    this.post(to, done(id, output));
    if (this.isDrained) this.drain();
  }

  /** Lets the oldest outside work of that name fail. */
  fail(src: string, address?: string, error?: { code: string }): void {
    const { address: to, id } = this.#takeEffect(src, address);
    this.post(to, { ...failed(id), ...(error && { error }) });
    if (this.isDrained) this.drain();
  }

  /** What lies on an account. */
  balance(account: string, currency: Currency = "XTR"): bigint {
    return this.#balances.get(`${account} ${currency}`) ?? 0n;
  }

  /** Every account that is not empty, as `name currency`. */
  accounts(): [string, bigint][] {
    return [...this.#balances].filter(([, balance]) => balance !== 0n);
  }

  /** The owner puts Stars in. */
  fund(minor: bigint): void {
    this.#move({
      key: `fund/${this.transfers.size}`,
      from: "provider/telegram/settling",
      to: TREASURY_CAPITAL,
      amount: { minor: String(minor), currency: "XTR" },
      type: "entry",
    });
  }

  /** Gives a player something to spend. */
  topUp(playerId: PlayerId, minor: bigint, currency: Currency = "XTR"): void {
    this.#move({
      key: `topUp/${playerId}/${this.transfers.size}`,
      from: "provider/telegram/settling",
      to: `user/${playerId}/available`,
      amount: { minor: String(minor), currency },
      type: "prize",
    });
  }

  #receive({ address, event, create }: Message): void {
    if (create !== undefined && !this.snapshots.has(address)) {
      const [snapshot, actions] = initialTransition(machineOf(address), create as never);
      this.#store(address, snapshot as AnyMachineSnapshot);
      this.#perform(address, actions);
    }
    this.#step(address, event);
  }

  #step(address: string, event: Event): void {
    const machine: AnyMachine = machineOf(address);
    const snapshot = this.snapshots.has(address) ? this.read(address) : undefined;
    if (snapshot === undefined || !isAccepted(machine, snapshot, event)) {
      this.refused.push({ address, event });
      return;
    }
    const [next, actions] = transition(machine, snapshot as never, event as never);
    if ((next as AnyMachineSnapshot).status === "error") {
      throw (next as AnyMachineSnapshot).error;
    }
    this.#store(address, next as AnyMachineSnapshot);
    this.#perform(address, actions);
  }

  #store(address: string, snapshot: AnyMachineSnapshot): void {
    this.snapshots.set(address, JSON.stringify(stored(snapshot)));
  }

  #perform(address: string, actions: readonly { type: string; params: unknown }[]): void {
    for (const { type, params } of actions) {
      if (type === "xstate.spawnChild") {
        this.#invoke(address, params as { id: string; src: string; input: never });
      } else if (type === "xstate.raise") {
        this.#setTimer(address, params as { id: string; event: Event; delay?: number });
      } else if (type === "xstate.cancel") {
        this.#cancelTimer(address, (params as { sendId: string }).sendId);
      } else if (type === "xstate.stopChild") {
        this.#dropEffect(address, (params as { id: string }).id);
      } else {
        this.#act(address, { type, params: JSON.parse(JSON.stringify(params)) } as RuntimeAction);
      }
    }
  }

  #act(from: string, action: RuntimeAction): void {
    switch (action.type) {
      case "tell":
        this.#queue.push({
          from,
          address: action.params.to,
          event: action.params.event,
          create: action.params.create,
        });
        return;
      case "postTransfers":
        for (const end of action.params.holds ?? []) this.#endHold(end);
        for (const transfer of action.params.transfers) {
          if (!this.#move(transfer)) {
            throw new Error(`Refused by the ledger: ${JSON.stringify(transfer)}`);
          }
        }
        return;
      case "recordTicket":
        if ("isVoid" in action.params) this.#voidTicket(action.params);
        else if ("paymentIds" in action.params) {
          const { raffleId, paymentIds } = action.params;
          for (const paymentId of paymentIds) this.#voidTicket({ raffleId, paymentId });
        } else this.tickets.push({ ...action.params });
        return;
      case "notify":
        this.notices.push(action.params);
        return;
      case "announce":
        this.announced.push(action.params);
        return;
      case "reportToAdmins":
        this.reports.push(action.params.notice);
        return;
      case "recordTemplate":
        this.#recordTemplate(action.params);
        return;
      case "recordSeries":
        this.records.set(`series/${action.params.seriesId}`, action.params.status);
        return;
      case "recordOccurrence": {
        const { raffleId, seriesId, number } = action.params;
        this.occurrences.set(raffleId, `${seriesId} ${number}`);
        return;
      }
      case "recordBroadcast":
      case "recordObserver":
      case "recordFollower":
      case "skipRecipients":
        return;
      case "answerPreCheckout":
        this.answers.push(action.params);
        return;
      case "recordPayment":
        this.records.set(`payment/${action.params.paymentId}`, action.params.status);
        return;
      case "recordRaffle":
        this.records.set(`raffle/${action.params.raffleId}`, action.params.status);
        return;
      case "tellAdmin":
      case "recordOwnerMove":
      case "acknowledgeFinding":
        this.treasury.push(action);
        return;
      case "archiveDraw":
        this.archived.push(action.params);
        return;
      case "recordClaim":
        this.#endClaim(action.params);
        return;
      case "recordPlayer":
        this.records.set(
          `user/${action.params.playerId}`,
          action.params.isBlocked ? "blocked" : "active",
        );
        return;
      case "recordWithdrawal":
        this.records.set(`withdrawal/${action.params.withdrawalId}`, action.params.status);
        return;
      case "keepDestination":
        this.destinations.set(action.params.withdrawalId, action.params);
        return;
      case "closeWithdrawal":
        this.#closeWithdrawal(action.params);
        return;
      case "recordRefund":
        this.records.set(`refund/${action.params.refundId}`, action.params.status);
        return;
      case "recordDispute":
        this.records.set(`dispute/${action.params.disputeId}`, "open");
        return;
      case "recordAnswer":
        this.records.set(`dispute/${action.params.disputeId}`, "answered");
        return;
      case "forgetPlayer":
        this.records.delete(`user/${action.params.playerId}`);
        return;
      case "recordSuspicion":
        this.records.set(`suspicion/${action.params.suspicionId}`, action.params.status);
        this.#suspicions.set(action.params.suspicionId, action.params);
        return;
      case "recordDeed":
      case "recordForeignPayer":
      case "tellDispute":
        return;
      default:
        throw new Error(`Unknown action ${JSON.stringify(action satisfies never)}`);
    }
  }

  #recordTemplate(recorded: RecordTemplate): void {
    const { templateId } = recorded;
    const terms = "terms" in recorded
      ? recorded.terms ?? this.templates.get(templateId)?.terms
      : undefined;
    if (terms === undefined) this.templates.delete(templateId);
    else if ("name" in recorded) {
      this.templates.set(templateId, { templateId, name: recorded.name, terms });
    }
  }

  #voidTicket({ raffleId, paymentId }: Pick<VoidTicket, "raffleId" | "paymentId">): void {
    const index = this.tickets.findIndex((ticket) => ticket.paymentId === paymentId);
    const [voided] = index < 0 ? [] : this.tickets.splice(index, 1);
    if (voided === undefined) throw new Error(`There is no ticket of "${paymentId}" to void`);
    for (const ticket of this.tickets) {
      if (ticket.raffleId === raffleId && ticket.number > voided.number) ticket.number--;
    }
  }

  #invoke(address: string, { id, src, input }: { id: string; src: string; input: never }): void {
    if (src === "sendPage") {
      const { raffleId, number, notice }: SendPage["input"] = input;
      this.mass.push({ notice, playerIds: this.#pages.get(`${raffleId} ${number}`) ?? [] });
      this.#queue.push({ from: "telegram", address, event: done(id, {}) });
      return;
    }
    if (!transactional.has(src)) {
      this.effects.push({ address, id, src, input });
      return;
    }
    this.#calls.push({ address, id, src, input });
  }

  #answer(src: string, input: never): unknown {
    if (src === "openClaims") return this.#openClaims(input);
    if (src === "holdGuarantee") return this.#holdGuarantee(input);
    if (src === "takeFromBalance") return { isTaken: this.#move(input) };
    if (src === "readRubles") {
      const { playerId } = input as TransactionalSources["readRubles"]["input"];
      return { balance: { minor: String(this.available(playerId, "RUB")), currency: "RUB" } };
    }
    if (src === "openWithdrawal") return this.#openWithdrawal(input);
    if (src === "takeCharges") return this.#takeCharges(input);
    if (src === "claimTransaction") return this.#claimTransaction(input);
    if (src === "turnPage") return this.#turnPage(input);
    if (src === "readTemplate") {
      const { templateId } = input as { templateId: TemplateId };
      const template = this.templates.get(templateId) ?? null;
      const needed = BigInt(template?.terms.guaranteedPrize?.minor ?? "0");
      const free = this.balance(TREASURY_CAPITAL) - this.#heldOn(TREASURY_CAPITAL);
      return {
        template,
        isCovered: needed === 0n || needed <= free,
        hasRubles: this.hasRubles,
        atMs: this.nowMs,
      };
    }
    if (src === "listTicketsOf") return this.#listTicketsOf(input);
    const { raffleId, afterNumber = 0, limit = 0 } = input as {
      raffleId: RaffleId;
      afterNumber?: number;
      limit?: number;
    };
    const tickets = this.tickets.filter((ticket) => ticket.raffleId === raffleId);
    if (src === "countPlayers") {
      const players = new Set(tickets.map(({ playerId }) => playerId)).size;
      return {
        tickets: tickets.length,
        players,
        suspects: this.#suspectsIn(raffleId, tickets),
        atMs: this.nowMs,
      };
    }
    return {
      tickets: tickets.filter(({ number }) => number > afterNumber).slice(0, limit)
        .map(({ number, playerId, paymentId }) => ({ number, playerId, paymentId })),
    };
  }

  #listTicketsOf(
    { raffleId, playerId, after, limit, untilMs = Infinity }:
      TransactionalSources["listTicketsOf"]["input"],
  ): TransactionalSources["listTicketsOf"]["output"] {
    const paymentIds = this.tickets
      .filter((ticket) =>
        ticket.raffleId === raffleId && ticket.playerId === playerId && ticket.atMs <= untilMs
      )
      .map(({ paymentId }) => paymentId).filter((paymentId) => paymentId > after).toSorted();
    return { paymentIds: paymentIds.slice(0, limit), isLast: paymentIds.length <= limit };
  }

  /** How many of them have a sign that waits, about this raffle or about none. */
  #suspectsIn(raffle: RaffleId, tickets: readonly StoredTicket[]): number {
    const waiting = [...this.#suspicions.values()]
      .filter(({ status, raffleId }) => status === "open" && (raffleId ?? raffle) === raffle)
      .map(({ playerId }) => playerId);
    return new Set(waiting.filter((each) => tickets.some(({ playerId }) => playerId === each)))
      .size;
  }

  #openWithdrawal(
    { withdrawalId, playerId, choice, amount }: TransactionalSources["openWithdrawal"]["input"],
  ): TransactionalSources["openWithdrawal"]["output"] {
    const no = (reason: WithdrawalRefusal) => ({ isOpen: false as const, reason });
    const own = [...this.withdrawals.values()].filter((other) => other.playerId === playerId);
    if (own.some(({ isOpen }) => isOpen)) return no("busy");
    const minor = BigInt(amount.minor);
    if (this.available(playerId, amount.currency) < minor) return no("insufficientFunds");
    const isHeld = choice.kind !== "refund";
    this.withdrawals.set(withdrawalId, {
      playerId,
      minor,
      currency: amount.currency,
      isOpen: true,
      isHeld,
      transactionId: null,
      leftAtMs: null,
    });
    const lastDay = own.filter(({ leftAtMs, currency }) =>
      currency === amount.currency && (leftAtMs ?? 0) > this.nowMs - LIMIT_WINDOW_MS
    )
      .reduce((sum, other) => sum + other.minor, minor);
    return { isOpen: true, lastDay: { ...amount, minor: String(lastDay) } };
  }

  #takeCharges(
    { withdrawalId, playerId, amount }: TransactionalSources["takeCharges"]["input"],
  ): TransactionalSources["takeCharges"]["output"] {
    const payments = this.tickets.filter((ticket) =>
      ticket.playerId === playerId && !this.spent.has(ticket.paymentId) &&
      this.records.get(`raffle/${ticket.raffleId}`) === "settled" &&
      this.records.get(`payment/${ticket.paymentId}`) === "ticketed"
    );
    const charges = payments.flatMap(({ paymentId, raffleId }) => {
      const { chargeId, price } = this.read(`payment/${paymentId}`).context;
      return chargeId === null ? [] : [{ paymentId, raffleId, chargeId, amount: price }];
    });
    const { picked, sumMinor } = pickCharges(charges, BigInt(amount.minor));
    if (sumMinor !== BigInt(amount.minor)) return { isTaken: false, reason: "chargesChanged" };
    if (this.available(playerId) < sumMinor) return { isTaken: false, reason: "insufficientFunds" };
    for (const charge of picked) {
      this.spent.add(charge.paymentId);
      this.#move({
        key: `charge/${charge.chargeId}/due`,
        from: `user/${playerId}/available`,
        to: `payment/${charge.paymentId}/refund_due`,
        amount: charge.amount,
        type: "refund",
        externalId: charge.chargeId,
      });
    }
    this.records.set(`withdrawal/${withdrawalId}`, "returning");
    return { isTaken: true, charges: picked };
  }

  #claimTransaction(
    { withdrawalId, candidates }: TransactionalSources["claimTransaction"]["input"],
  ): TransactionalSources["claimTransaction"]["output"] {
    const withdrawal = this.withdrawals.get(withdrawalId);
    if (withdrawal === undefined) throw new Error(`There is no withdrawal "${withdrawalId}"`);
    const claimed = new Set([...this.withdrawals.values()].map((other) => other.transactionId));
    const free = candidates.find(({ transactionId }) => !claimed.has(transactionId));
    withdrawal.transactionId ??= free?.transactionId ?? null;
    return { transactionId: withdrawal.transactionId };
  }

  #closeWithdrawal(
    { withdrawalId, status, hold }: TransactionalActions["closeWithdrawal"],
  ): void {
    const withdrawal = this.withdrawals.get(withdrawalId);
    if (withdrawal?.isOpen !== true) throw new Error(`"${withdrawalId}" is not open`);
    if (withdrawal.isHeld !== (hold !== "none")) {
      throw new Error(`"${withdrawalId}" holds otherwise`);
    }
    const leftAtMs = status === "done" ? this.nowMs : null;
    Object.assign(withdrawal, { isOpen: false, isHeld: false, leftAtMs });
    this.records.set(`withdrawal/${withdrawalId}`, status);
    if (hold !== "post") return;
    this.#move({
      key: `withdrawal/${withdrawalId}/sent`,
      from: `user/${withdrawal.playerId}/available`,
      to: withdrawal.currency === "RUB" ? YOOKASSA_GATEWAY : "provider/telegram/available",
      amount: { minor: String(withdrawal.minor), currency: withdrawal.currency },
      type: "withdrawal",
    });
  }

  /** What a player can spend: his balance less what is held. */
  available(playerId: PlayerId, currency: Currency = "XTR"): bigint {
    const account = `user/${playerId}/available`;
    return this.balance(account, currency) - this.#heldOn(account, currency);
  }

  #heldOn(account: string, currency: Currency = "XTR"): bigint {
    if (account === TREASURY_CAPITAL && currency === "XTR") {
      return [...this.guarantees.values()].reduce((sum, { minor }) => sum + minor, 0n);
    }
    return [...this.withdrawals.values()]
      .filter((each) =>
        each.isHeld && each.currency === currency &&
        account === `user/${each.playerId}/available`
      )
      .reduce((sum, { minor }) => sum + minor, 0n);
  }

  /** Nothing is 21 days old here: the capital alone decides. */
  #holdGuarantee(
    { raffleId, guarantee, prize, atMs }: HoldGuarantee["input"],
  ): HoldGuarantee["output"] {
    const held = BigInt(guarantee.held?.minor ?? "0");
    const free = this.balance(TREASURY_CAPITAL) - this.#heldOn(TREASURY_CAPITAL) + held;
    const minor = BigInt(prize?.minor ?? "0");
    if (prize !== null && minor > held && minor > free) {
      return { isHeld: false, needed: prize, covered: { ...prize, minor: String(free) }, atMs };
    }
    for (const end of endOfHold({ raffleId, guarantee, posted: null })) this.#endHold(end);
    const holds = guarantee.holds + (prize === null ? 0 : 1);
    if (prize !== null) this.guarantees.set(guaranteeHold(raffleId, holds), { raffleId, minor });
    return { isHeld: true, guarantee: { holds, held: prize }, prize, atMs };
  }

  #openClaims({ claims }: TransactionalSources["openClaims"]["input"]): { atMs: number } {
    for (const { draw, place, number, state } of claims) {
      const claim = `${draw}/${place}/${number}`;
      if (this.claims.has(claim)) throw new Error(`Claim ${claim} was opened before`);
      this.claims.set(claim, state);
    }
    return { atMs: this.nowMs };
  }

  #endClaim({ draw, place, number, state }: TransactionalActions["recordClaim"]): void {
    const claim = `${draw}/${place}/${number}`;
    if (this.claims.get(claim) !== "waiting") throw new Error(`Claim ${claim} does not wait`);
    this.claims.set(claim, state);
  }

  #endHold({ key, hold, posted }: HoldEnd): void {
    const held = this.guarantees.get(hold);
    if (held === undefined) throw new Error(`Nothing is held under "${hold}"`);
    this.guarantees.delete(hold);
    if (posted === null) return;
    if (BigInt(posted.minor) > held.minor) throw new Error(`"${hold}" holds less than is posted`);
    const to = rafflePot(held.raffleId);
    const transfer = { key, from: TREASURY_CAPITAL, to, amount: posted, type: "entry" } as const;
    if (!this.#move(transfer)) throw new Error(`Refused by the ledger: ${key}`);
  }

  /** Participants only, a hundred a page; nobody follows a series here. */
  #turnPage(
    { raffleId, number, after, told, isForFollowers }: TurnPage["input"],
  ): TurnPage["output"] {
    const page = `${raffleId} ${number}`;
    const sent = this.#pages.get(page)?.length ?? 0;
    const tickets = this.tickets.filter((ticket) => ticket.raffleId === raffleId);
    const players = [...new Set(tickets.map(({ playerId }) => playerId))].toSorted();
    const left = after.group === "none" || isForFollowers
      ? []
      : players.filter((each) => each > after.playerId && !told.includes(each));
    const taken = left.slice(0, 100);
    this.#pages.set(page, taken);
    return {
      taken: taken.length,
      cursor: { group: "participants", playerId: taken.at(-1) ?? after.playerId },
      recipients: after.group === "winners" ? left.length : null,
      counts: { sent, blocked: 0, uncertain: 0, failed: 0 },
      atMs: this.nowMs,
    };
  }

  /** Moves money once per key; false when there is not enough. */
  #move(transfer: TransferParams): boolean {
    if (this.transfers.has(transfer.key)) return true;
    const minor = BigInt(transfer.amount.minor);
    if (minor <= 0n) throw new Error(`A transfer of nothing: ${transfer.key}`);
    const { currency } = transfer.amount;
    const left = this.balance(transfer.from, currency) - minor;
    const held = this.#heldOn(transfer.from, currency);
    if (left < held && !mayBeNegative(transfer.from)) return false;
    this.transfers.set(transfer.key, transfer);
    this.#balances.set(`${transfer.from} ${currency}`, left);
    // Nothing is 21 days old here.
    const to = transfer.to === TELEGRAM_CHARGE ? TELEGRAM_SETTLING : transfer.to;
    this.#balances.set(`${to} ${currency}`, this.balance(to, currency) + minor);
    return true;
  }

  #setTimer(
    address: string,
    { id, event, delay }: { id: string; event: Event; delay?: number },
  ): void {
    if (typeof delay !== "number") return;
    this.#cancelTimer(address, id);
    this.#timers.push({ address, id, event, dueMs: this.nowMs + delay });
  }

  #cancelTimer(address: string, id: string): void {
    const index = this.#timers.findIndex((timer) => timer.address === address && timer.id === id);
    if (index >= 0) this.#timers.splice(index, 1);
  }

  #takeEffect(src: string, address?: string): PendingEffect {
    const index = this.effects.findIndex((effect) =>
      effect.src === src && (address === undefined || effect.address === address)
    );
    const [effect] = index < 0 ? [] : this.effects.splice(index, 1);
    if (effect === undefined) throw new Error(`Nobody waits for "${src}"`);
    return effect;
  }

  #dropEffect(address: string, id: string): void {
    for (const asked of [this.effects, this.#calls]) {
      const index = asked.findIndex((each) => each.address === address && each.id === id);
      if (index >= 0) asked.splice(index, 1);
    }
  }
}

/** Whether some transition of the present states takes the event; guards are asked. */
export function isAccepted(machine: unknown, snapshot: unknown, event: Event): boolean {
  return (machine as AnyMachine).getTransitionData(snapshot, event).length > 0;
}

/** The answer of invoked work. */
export function done(id: string, output: unknown): Event {
  return { type: `xstate.done.actor.${id}`, output, actorId: id } as Event;
}

/** The failure of invoked work. */
export function failed(id: string): Event {
  return { type: `xstate.error.actor.${id}`, error: { message: "down" }, actorId: id } as Event;
}

/** Terms for tests: two players, three tickets, one each, ten Stars. */
export function testTerms(changes: Partial<RaffleTerms> = {}): RaffleTerms {
  return {
    title: "Friday",
    price: { minor: "10", currency: "XTR" },
    minPlayers: 2,
    maxTickets: 3,
    ticketsPerPlayer: 1,
    durationMs: 3_600_000,
    drawAt: "deadline",
    closingWindowMs: 60_000,
    sealPauseMs: 30_000,
    commissionBps: 1_500,
    sharesBps: [10_000],
    reserves: 2,
    ...changes,
  };
}

function machineOf(address: string): (typeof machines)[Kind] {
  const kind = address.slice(0, address.indexOf("/"));
  if (!(kind in machines)) throw new Error(`There is no kind "${kind}"`);
  return machines[kind as Kind];
}

/** What is kept of a snapshot, JSON-safe. */
export function stored(snapshot: AnyMachineSnapshot): Stored {
  const { value, context, status, children } = snapshot;
  return { value, context, status, children: Object.keys(children) };
}

/** A snapshot as its machine continues from; what was invoked stands for itself by its id. */
export function restore(machine: unknown, { children, ...kept }: Stored): AnyMachineSnapshot {
  const snapshot = (machine as AnyMachine).resolveState({ ...kept, children: {} });
  return Object.assign(snapshot, {
    children: Object.fromEntries(children.map((id) => [id, { id }])),
  });
}

/** What is kept of a snapshot. */
export interface Stored {
  value: unknown;
  context: unknown;
  status: string;
  children: string[];
}

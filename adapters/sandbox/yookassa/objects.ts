/**
 * What YooKassa keeps: payments, refunds, payouts, personal data; each as the API shows it, and beside
 * it what the API never shows.
 */
import type { SQLInputValue } from "node:sqlite";
import type { Store } from "../store.ts";
import type {
  Metadata,
  PaymentObject,
  PayoutObject,
  PersonalDataObject,
  RefundObject,
} from "../yookassa_types.ts";
import { YooKassaError } from "./yookassa_error.ts";

/** Beside a payment. */
export interface HiddenPayment {
  readonly capture: boolean;
  /** The only method, when the shop has chosen it. */
  readonly method: string | null;
  readonly locale: "ru_RU" | "en_US" | null;
  /** Where the payer goes afterwards; the payment itself shows it only while it is pending. */
  readonly returnUrl: string;
  /** When it expires unless it was paid. */
  readonly confirmUntilMs: number;
  /** The card whose bank waits for 3-D Secure. */
  readonly cardFor3ds: string | null;
}

/** Beside a refund. */
export interface HiddenRefund {
  /** It will come to nothing, for this reason; null: it will succeed. */
  readonly reason: string | null;
}

/** Beside a payout. */
export interface HiddenPayout extends HiddenRefund {
  /** The card, wallet or phone by which the limits count. */
  readonly receiver: string;
  /** The money has left the balance and comes back when it is cancelled. */
  readonly isReserved: boolean;
}

/** Beside personal data. */
export interface HiddenPersonalData {
  readonly last_name: string;
  readonly first_name: string;
  readonly middle_name?: string;
}

interface Kinds {
  readonly payment: { readonly object: PaymentObject; readonly hidden: HiddenPayment };
  readonly refund: { readonly object: RefundObject; readonly hidden: HiddenRefund };
  readonly payout: { readonly object: PayoutObject; readonly hidden: HiddenPayout };
  readonly personal_data: {
    readonly object: PersonalDataObject;
    readonly hidden: HiddenPersonalData;
  };
}
/** A kind of object. */
export type ObjectKind = keyof Kinds;
/** An object with what is beside it. */
export type Stored<K extends ObjectKind> = Kinds[K];
/** Any object has these. */
export type AnyObject = { readonly id: string; readonly metadata?: Metadata };

/** A condition on objects as SQL over `object`, with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Keeps the objects. */
export interface Objects {
  add<K extends ObjectKind>(kind: K, stored: Stored<K>): void;
  /** Undefined when there is none of this kind. */
  find<K extends ObjectKind>(kind: K, id: string): Stored<K> | undefined;
  /** Writes a changed object over the old one. */
  save<K extends ObjectKind>(stored: Stored<K>): void;
  /** An object of any kind, as the API shows it. */
  show(id: string): AnyObject | undefined;
  /** Those that meet all conditions, newest first. @param options.from The id to begin with. */
  list<K extends ObjectKind>(
    kind: K,
    options: {
      readonly conditions: readonly Condition[];
      readonly limit: number;
      readonly from?: string;
    },
  ): Stored<K>[];
  /** All of a kind, oldest first. */
  all<K extends ObjectKind>(kind: K): Stored<K>["object"][];
}

interface ObjectRow {
  readonly object: string;
  readonly hidden: string;
}

/**
 * Insists on an object.
 *
 * @throws {YooKassaError} 404.
 */
export function requireObject<K extends ObjectKind>(
  objects: Objects,
  kind: K,
  id: string,
): Stored<K> {
  const stored = objects.find(kind, id);
  if (stored !== undefined) return stored;
  throw new YooKassaError(
    404,
    `Incorrect ${kind}_id. It doesn't exist or access denied`,
    `${kind}_id`,
  );
}

/** Opens them. */
export function createObjects(store: Store): Objects {
  const read = <K extends ObjectKind>({ object, hidden }: ObjectRow): Stored<K> =>
    ({ object: JSON.parse(object), hidden: JSON.parse(hidden) }) as Stored<K>;

  return {
    add(kind, { object, hidden }) {
      store.run(
        "insert into yookassa_objects (id, kind, object, hidden) values (?, ?, ?, ?)",
        object.id,
        kind,
        JSON.stringify(object),
        JSON.stringify(hidden),
      );
    },
    find(kind, id) {
      const row = store.one<ObjectRow>(
        "select object, hidden from yookassa_objects where id = ? and kind = ?",
        id,
        kind,
      );
      return row === undefined ? undefined : read(row);
    },
    save({ object, hidden }) {
      store.run(
        "update yookassa_objects set object = ?, hidden = ? where id = ?",
        JSON.stringify(object),
        JSON.stringify(hidden),
        object.id,
      );
    },
    show(id) {
      const row = store.one<{ object: string }>(
        "select object from yookassa_objects where id = ?",
        id,
      );
      return row === undefined ? undefined : JSON.parse(row.object);
    },
    list(kind, { conditions, limit, from }) {
      const where = ["kind = ?", ...conditions.map(({ sql }) => sql)];
      const values: SQLInputValue[] = [kind, ...conditions.flatMap(({ values }) => values)];
      if (from !== undefined) {
        where.push("seq <= (select seq from yookassa_objects where id = ?)");
        values.push(from);
      }
      return store.all<ObjectRow>(
        `select object, hidden from yookassa_objects where ${where.join(" and ")}
         order by seq desc limit ?`,
        ...values,
        limit,
      ).map((row) => read(row));
    },
    all: (kind) =>
      store.all<{ object: string }>(
        "select object from yookassa_objects where kind = ? order by seq",
        kind,
      ).map(({ object }) => JSON.parse(object)),
  };
}

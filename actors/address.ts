/**
 * Addresses of actors: `kind/id`, and for the child machines of an actor `kind/id/child…`.
 *
 * An actor and its child machines are one tree; the tree's root is the first two segments.
 */

const ROOT = /^[A-Za-z][\w-]{0,63}\/[^/\s\p{Cc}]{1,190}$/u;

/**
 * @throws {TypeError} When `address` is not `kind/id` (or the address of a child below one).
 */
export function assertAddress(address: string): void {
  if (isAddress(address)) return;
  throw new TypeError(
    `Cannot use ${JSON.stringify(address)} as an address: expected "kind/id", ` +
      `the kind of letters, digits, "_" and "-", the id without spaces, 190 characters at most`,
  );
}

export function isAddress(value: unknown): value is string {
  return typeof value === "string" && value.length <= 1_000 && value.isWellFormed() &&
    ROOT.test(rootOf(value));
}

/** The root of the tree that `address` is in: its first two segments. */
export function rootOf(address: string): string {
  const kindEnd = address.indexOf("/");
  const idEnd = address.indexOf("/", kindEnd + 1);
  return kindEnd === -1 || idEnd === -1 ? address : address.slice(0, idEnd);
}

/** The kind that an address names. */
export function kindOf(address: string): string {
  return address.slice(0, Math.max(0, address.indexOf("/")));
}

/** The address of the child machine `childId` of the actor at `parent`. */
export function childAddress(parent: string, childId: string): string {
  return `${parent}/${encodeURIComponent(childId)}`;
}

/** The address of the actor whose child this is; undefined for a root. */
export function parentOf(address: string): string | undefined {
  return address === rootOf(address) ? undefined : address.slice(0, address.lastIndexOf("/"));
}

/** The last part of an address: the id that an actor has in its parent, or a root in its kind. */
export function idOf(address: string): string {
  const last = address.slice(address.lastIndexOf("/") + 1);
  return address === rootOf(address) ? last : decodeURIComponent(last);
}

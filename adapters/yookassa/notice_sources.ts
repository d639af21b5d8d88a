/**
 * From where YooKassa sends its notices, and from where a request came. Headers that name another sender
 * are believed only from our own proxies, since anybody can write them.
 *
 * Source: yookassa.ru/developers/using-api/webhooks (addresses), July 2026.
 */
import { BlockList, isIP } from "node:net";

/** YooKassa's published addresses. */
export const YOOKASSA_ADDRESSES: readonly string[] = [
  "185.71.76.0/27",
  "185.71.77.0/27",
  "77.75.153.0/25",
  "77.75.156.11",
  "77.75.156.35",
  "77.75.154.128/25",
  "2a02:5180::/32",
];

/** This machine, where the sandbox runs. */
export const LOOPBACK_ADDRESSES: readonly string[] = ["127.0.0.0/8", "::1"];

/** Where a request came from. */
export interface RequestSource {
  /** The other end of the connection; undefined when there is none, as in tests. */
  readonly remoteAddress: string | undefined;
  /** `X-Forwarded-For` as it came. */
  readonly forwardedFor: string | null;
}

/** Whether a request came from YooKassa. */
export type IsNoticeSource = (source: RequestSource) => boolean;

/**
 * Makes the check.
 *
 * @param addresses IPv4 and IPv6 addresses and networks (`185.71.76.0/27`) of YooKassa's.
 * @param proxies Those of our own reverse proxies. Behind one the last address it did not add itself
 *   counts; without any, `X-Forwarded-For` is not looked at.
 * @throws {TypeError} When one of them is no address.
 */
export function createNoticeSources(
  { addresses, proxies = [] }: {
    readonly addresses: readonly string[];
    readonly proxies?: readonly string[];
  },
): IsNoticeSource {
  const senders = listOf(addresses);
  const own = listOf(proxies);
  return ({ remoteAddress, forwardedFor }) => {
    const chain = [...(forwardedFor ?? "").split(",").map((part) => part.trim()), remoteAddress];
    let address = plainAddress(chain.pop());
    while (address !== undefined && has(own, address) && chain.length > 0) {
      address = plainAddress(chain.pop());
    }
    return address !== undefined && has(senders, address);
  };
}

/** Whether a text is an address or a network, as the list takes it. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    if (!isAddressOrNetwork(text)) throw new TypeError(`Not an IP address or network: "${text}"`);
    const [address = "", prefix] = text.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function has(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

/** An address without brackets, port and zone; an IPv4 one in IPv6 clothes as IPv4. */
function plainAddress(text: string | undefined): string | undefined {
  const bare = (text ?? "").replace(/^\[([^\]]+)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1").replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(mapped) === 0 ? undefined : mapped;
}

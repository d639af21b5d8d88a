/**
 * The sandbox's own RSA-4096 key. Made once, when it is first needed (that takes seconds), kept in
 * the books, never RANDOM.ORG's. Signatures are deterministic (PKCS1 v1.5), so the books hold what
 * was signed and not the signature.
 *
 * Source: api.random.org/signatures: RSASSA-PKCS1-v1_5 with SHA-512 over the compact JSON.
 */
import type { World } from "../world.ts";

/** Signs and verifies. */
export interface SigningKey {
  /** Base64 over the UTF-8 bytes of `text`. */
  sign(text: string): Promise<string>;
  verify(text: string, signature: string): Promise<boolean>;
  /** SubjectPublicKeyInfo. */
  publicPem(): Promise<string>;
}

interface Pair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly spki: Uint8Array;
}

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" };
const SETTING = "randomorg/key";

/**
 * Gives access to the key; it is made or read at the first use.
 *
 * @param store Where the key is kept.
 * @param privateKeyPem PKCS#8, takes the place of a made one (tests).
 */
export function createSigningKey({ store }: World, privateKeyPem?: string): SigningKey {
  let pair: Promise<Pair> | undefined;

  async function load(): Promise<Pair> {
    const kept = privateKeyPem === undefined
      ? store.setting(SETTING)
      : privateKeyPem.replace(/-----[^-]+-----|\s/g, "");
    const pkcs8 = kept === undefined ? await makeKey() : fromBase64(kept);
    if (kept === undefined) store.setSetting(SETTING, toBase64(pkcs8));
    return await importPair(pkcs8);
  }

  /** A failure is not kept: the next call tries again. */
  const ready = (): Promise<Pair> =>
    pair ??= load().catch((error: unknown) => {
      pair = undefined;
      throw error;
    });
  return {
    async sign(text) {
      const { privateKey } = await ready();
      const bytes = await crypto.subtle.sign(
        ALGORITHM.name,
        privateKey,
        new TextEncoder().encode(text),
      );
      return toBase64(new Uint8Array(bytes));
    },
    async verify(text, signature) {
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
      const { publicKey } = await ready();
      return await crypto.subtle.verify(
        ALGORITHM.name,
        publicKey,
        fromBase64(signature),
        new TextEncoder().encode(text),
      );
    },
    async publicPem() {
      const lines = toBase64((await ready()).spki).replace(/.{1,64}/g, "$&\n");
      return `-----BEGIN PUBLIC KEY-----\n${lines}-----END PUBLIC KEY-----\n`;
    },
  };
}

async function makeKey(): Promise<Uint8Array<ArrayBuffer>> {
  const { privateKey } = await crypto.subtle.generateKey(
    { ...ALGORITHM, modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
}

async function importPair(pkcs8: Uint8Array<ArrayBuffer>): Promise<Pair> {
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, true, ["sign"]);
  const { n, e } = await crypto.subtle.exportKey("jwk", privateKey);
  if (n === undefined || e === undefined) throw new Error("The signing key is no RSA key");
  const publicKey = await crypto.subtle.importKey("jwk", { kty: "RSA", n, e }, ALGORITHM, true, [
    "verify",
  ]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  return { privateKey, publicKey, spki };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

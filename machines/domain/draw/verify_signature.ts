/**
 * RANDOM.ORG's signature over the raw text of `random`: RSASSA-PKCS1-v1_5 with SHA-512. WebCrypto only,
 * so that the browser and the server run the same lines.
 * Source: api.random.org/signatures/manual; tried on real answers of 2014 to 2021.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** What came of a signature. */
export type SignatureVerdict =
  | { readonly ok: true; readonly keyFingerprint: string }
  | {
    readonly ok: false;
    readonly reason: "noKeys" | "keyUnreadable" | "signatureMalformed" | "signatureInvalid";
  };

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" } as const;

/**
 * Checks a signature against each key in turn.
 *
 * @param randomText the raw text of `random` exactly as it was sent
 * @param signature base64, canonical (no whitespace)
 * @param keys public keys, SPKI in PEM
 * @returns the SHA-256 of the key that fits, or why none does. Never throws.
 */
export async function verifySignature(
  { randomText, signature, keys }: {
    randomText: string;
    signature: string;
    keys: readonly string[];
  },
): Promise<SignatureVerdict> {
  if (keys.length === 0) return { ok: false, reason: "noKeys" };
  const signed = decodeBase64(signature);
  if (signed === undefined || signed.length === 0) {
    return { ok: false, reason: "signatureMalformed" };
  }
  const text = new TextEncoder().encode(randomText);
  for (const pem of keys) {
    const spki = decodePem(pem);
    const key = spki && await importKey(spki);
    if (!key) return { ok: false, reason: "keyUnreadable" };
    if (await crypto.subtle.verify(algorithm.name, key, signed, text)) {
      return { ok: true, keyFingerprint: bytesToHex(sha256(spki)) };
    }
  }
  return { ok: false, reason: "signatureInvalid" };
}

/** SHA-256 of a public key's SPKI bytes, hexadecimal; undefined when the PEM is not readable. */
export function keyFingerprint(pem: string): string | undefined {
  const spki = decodePem(pem);
  return spki && bytesToHex(sha256(spki));
}

function decodePem(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const match = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/
    .exec(pem);
  return match?.[1] === undefined ? undefined : decodeBase64(match[1].replaceAll(/\s/g, ""));
}

/** Undefined unless the text is the one base64 spelling of its bytes. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    const binary = atob(text);
    if (btoa(binary) !== text) return undefined;
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    // `atob` refuses what is not base64; the caller says so in its own words.
    return undefined;
  }
}

async function importKey(spki: Uint8Array<ArrayBuffer>): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  } catch {
    // Not an RSA key; the caller says so in its own words.
    return undefined;
  }
}

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keyFingerprint, verifySignature } from "../../machines/domain/draw/verify_signature.ts";
import { pinnedKeys, RANDOM_ORG_KEYS } from "./keys.ts";

const read = (name: string) => readFileSync(new URL(`./testdata/${name}`, import.meta.url), "utf8");
const names = ["v79924", "v213", "v1190", "v1770", "v1603", "v6116", "v6139", "v6156", "v16675"];

describe("pinned keys", () => {
  it("are those of their fingerprints", () => {
    for (const { pem, fingerprint } of RANDOM_ORG_KEYS) {
      expect(keyFingerprint(pem)).toBe(fingerprint);
    }
  });

  it.each(names)("fit the real signed answer %s, but none of its edits", async (name) => {
    const randomText = read(`${name}.random.json`);
    const signature = read(`${name}.signature.base64`);
    const check = (text: string) =>
      verifySignature({ randomText: text, signature, keys: pinnedKeys });
    expect(await check(randomText))
      .toEqual({ ok: true, keyFingerprint: RANDOM_ORG_KEYS[0]?.fingerprint });
    const edits = [
      randomText.replace(/"serialNumber":(\d)/, (_all, digit) => `"serialNumber":${9 - digit}`),
      randomText.replace(/("completionTime":"[^"]*"),("serialNumber":\d+)/, "$2,$1"),
      `${randomText}\n`,
      ` ${randomText}`,
      `\ufeff${randomText}`,
      JSON.stringify(JSON.parse(randomText), null, 1),
    ];
    for (const edited of edits) {
      expect(edited).not.toBe(randomText);
      expect(await check(edited)).toEqual({ ok: false, reason: "signatureInvalid" });
    }
  });

  it("do not fit the answer that the documentation misprints", async () => {
    const verdict = await verifySignature({
      randomText: read("v6139-as-printed-INVALID.random.json"),
      signature: read("v6139.signature.base64"),
      keys: pinnedKeys,
    });
    expect(verdict).toEqual({ ok: false, reason: "signatureInvalid" });
  });
});

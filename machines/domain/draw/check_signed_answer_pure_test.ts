import { beforeAll, describe, expect, it } from "vitest";
import { checkSignedAnswer, CLOCK_SKEW_MS } from "./check_signed_answer.ts";
import {
  createTestSigner,
  SEALED_AT_MS,
  signedTestAnswer,
  testRandomText,
  testRequest,
  testSealInput,
  type TestSigner,
} from "./testing/signed_draw.ts";

const request = testRequest(testSealInput());
let signer: TestSigner;
let other: TestSigner;

beforeAll(async () => {
  [signer, other] = await Promise.all([createTestSigner(), createTestSigner()]);
});

/** RANDOM.ORG's spelling of a moment. */
function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}

describe("checkSignedAnswer()", () => {
  it("accepts the answer to the request and gives its numbers in drawn order", async () => {
    const answer = await signedTestAnswer(signer, request);
    const verdict = await checkSignedAnswer({
      ...answer,
      request,
      keys: [other.publicKey, signer.publicKey],
    });
    expect(verdict).toEqual({
      ok: true,
      numbers: JSON.parse(answer.randomText).data,
      serialNumber: 77,
      completedAtMs: Date.UTC(2026, 0, 2, 3, 4, 6),
      keyFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  const ticketData = { ticketId: "fedcba9876543210", previousTicketId: null, nextTicketId: null };
  it.each<{ changes: Record<string, unknown>; reason: string }>([
    { changes: { method: "generateSignedIntegerSequences" }, reason: "method" },
    { changes: { hashedApiKey: `${"A".repeat(86)}==` }, reason: "hashedApiKey" },
    { changes: { n: 11 }, reason: "n" },
    { changes: { min: 0 }, reason: "min" },
    { changes: { max: 13 }, reason: "max" },
    { changes: { replacement: true }, reason: "replacement" },
    { changes: { base: 16 }, reason: "base" },
    {
      changes: { pregeneratedRandomization: { date: "2026-01-01" } },
      reason: "pregeneratedRandomization",
    },
    {
      changes: { pregeneratedRandomization: { id: "chosen" } },
      reason: "pregeneratedRandomization",
    },
    { changes: { userData: `${request.userData} ` }, reason: "userData" },
    { changes: { userData: null }, reason: "userData" },
    { changes: { userData: { text: request.userData } }, reason: "userData" },
    { changes: { ticketData }, reason: "ticketId" },
    { changes: { ticketData: null }, reason: "ticketId" },
    { changes: { numbers: numbers.slice(1) }, reason: "data" },
    { changes: { numbers: [...numbers, 13] }, reason: "data" },
    { changes: { numbers: [1, ...numbers.slice(0, -1)] }, reason: "data" },
    { changes: { numbers: [0, ...numbers.slice(1)] }, reason: "data" },
    { changes: { numbers: [13, ...numbers.slice(1)] }, reason: "data" },
    { changes: { numbers: ["1", ...numbers.slice(1)] }, reason: "data" },
    { changes: { numbers: [1.5, ...numbers.slice(1)] }, reason: "data" },
    {
      changes: { completionTime: stamp(SEALED_AT_MS - CLOCK_SKEW_MS - 1_000) },
      reason: "completionTime",
    },
    { changes: { completionTime: "2026-01-02T03:04:06Z" }, reason: "completionTime" },
    { changes: { completionTime: "2026-13-02 03:04:06Z" }, reason: "completionTime" },
    { changes: { serialNumber: "77" }, reason: "answerMalformed" },
    { changes: { data: "1,2,3" }, reason: "answerMalformed" },
  ])("refuses a genuine answer with $changes", async ({ changes, reason }) => {
    const answer = await signedTestAnswer(signer, request, changes);
    const verdict = await checkSignedAnswer({ ...answer, request, keys: [signer.publicKey] });
    expect(verdict).toMatchObject({ ok: false, reason });
  });

  it("refuses an answer that lacks what release 4 always signs", async () => {
    const { pregeneratedRandomization: _, ...random } = JSON.parse(testRandomText(request));
    const randomText = JSON.stringify(random);
    const signature = await signer.sign(randomText);
    expect(await checkSignedAnswer({ randomText, signature, request, keys: [signer.publicKey] }))
      .toMatchObject({ ok: false, reason: "answerMalformed" });
  });

  it("allows RANDOM.ORG's clock to be a little behind", async () => {
    const completionTime = stamp(SEALED_AT_MS - CLOCK_SKEW_MS + 1_000);
    const answer = await signedTestAnswer(signer, request, { completionTime });
    expect(await checkSignedAnswer({ ...answer, request, keys: [signer.publicKey] }))
      .toMatchObject({ ok: true });
  });

  it.each<{
    what: string;
    edit: (answer: { randomText: string; signature: string }) => object;
    reason: string;
  }>([
    {
      what: "a changed digit",
      edit: ({ randomText }) => ({ randomText: randomText.replace(":77", ":78") }),
      reason: "signatureInvalid",
    },
    {
      what: "a newline at the end",
      edit: ({ randomText }) => ({ randomText: `${randomText}\n` }),
      reason: "signatureInvalid",
    },
    {
      what: "two keys swapped",
      edit: ({ randomText }) => ({
        randomText: randomText.replace(/("n":\d+),("min":\d+)/, "$2,$1"),
      }),
      reason: "signatureInvalid",
    },
    { what: "no signature", edit: () => ({ signature: "" }), reason: "signatureMalformed" },
    {
      what: "a signature with a line break",
      edit: ({ signature }) => ({ signature: `${signature.slice(0, 64)}\n${signature.slice(64)}` }),
      reason: "signatureMalformed",
    },
    {
      what: "a signature with other unused bits",
      // 256 bytes end in one padded group: its last digit carries four bits that nobody reads.
      edit: ({ signature }) => ({ signature: signature.replace(/.==$/, "B==") }),
      reason: "signatureMalformed",
    },
    {
      what: "a short signature",
      edit: ({ signature }) => ({ signature: signature.slice(4) }),
      reason: "signatureInvalid",
    },
  ])("refuses $what", async ({ edit, reason }) => {
    const answer = await signedTestAnswer(signer, request);
    const edited = { ...answer, ...edit(answer), request, keys: [signer.publicKey] };
    expect(await checkSignedAnswer(edited)).toMatchObject({ ok: false, reason });
  });

  it("refuses an answer under a key that is not trusted, and says when there is none", async () => {
    const answer = await signedTestAnswer(signer, request);
    expect(await checkSignedAnswer({ ...answer, request, keys: [other.publicKey] }))
      .toMatchObject({ reason: "signatureInvalid" });
    expect(await checkSignedAnswer({ ...answer, request, keys: [] }))
      .toMatchObject({ reason: "noKeys" });
    for (const key of ["", "nonsense", signer.publicKey.replace("MII", "MIJ")]) {
      expect(await checkSignedAnswer({ ...answer, request, keys: [key] }))
        .toMatchObject({ reason: "keyUnreadable" });
    }
  });

  it.each(["", "null", "[]", "1", "{", '"text"'])(
    "refuses the signed text %j",
    async (randomText) => {
      const signature = await signer.sign(randomText);
      expect(await checkSignedAnswer({ randomText, signature, request, keys: [signer.publicKey] }))
        .toMatchObject({ ok: false, reason: "answerMalformed" });
    },
  );
});

/**
 * `verify`: checks a proof file, or one signed answer, without a network and without trusting us. Only
 * RANDOM.ORG's pinned key counts, and a key that the reader brings himself.
 */
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import { parseProof } from "../../machines/domain/draw/draw_proof.ts";
import {
  checkTicketDocument,
  isTicketDocument,
} from "../../machines/domain/draw/ticket_document.ts";
import { keyFingerprint, verifySignature } from "../../machines/domain/draw/verify_signature.ts";
import { pinnedKeys as builtInKeys } from "../randomorg/keys.ts";
import { keyOwner, tellProof, tellTicketDocument } from "./tell_proof.ts";
import { readVerifyArguments, VERIFY_USAGE, type VerifyRequest } from "./verify_arguments.ts";

/** What the command needs of the outside. */
export interface VerifyIo {
  /** Writes a line of the account. */
  out(line: string): void;
  /** Writes a line about a failure. */
  err(line: string): void;
  /** Reads a whole file as UTF-8, every byte kept; rejects when it cannot. */
  readTextFile(path: string): Promise<string>;
}

/** Longest `random` that is read, characters: 10,000 numbers take 120,000. */
const MAX_RANDOM_LENGTH = 4 * 1024 * 1024;

/** Longest key or signature file, characters. */
const MAX_SMALL_LENGTH = 64 * 1024;

/** A reason to end with 1. */
class VerifyFailure extends Error {
  override readonly name = "VerifyFailure";
}

/**
 * Runs the command.
 *
 * @param args the words after `verify`
 * @param pinnedKeys keys trusted without being given, SPKI in PEM; RANDOM.ORG's own unless a test says otherwise
 * @returns the exit code: 0 it holds, 1 it does not (the reason is on `err`), 2 wrong usage. Never throws.
 */
export async function verifyCommand(
  args: readonly string[],
  io: VerifyIo,
  { pinnedKeys = builtInKeys }: { pinnedKeys?: readonly string[] } = {},
): Promise<0 | 1 | 2> {
  if (args.includes("--help")) {
    io.out(VERIFY_USAGE);
    return 0;
  }
  const request = readVerifyArguments(args);
  if ("usageFault" in request) {
    io.err(request.usageFault);
    io.err(VERIFY_USAGE);
    return 2;
  }
  try {
    const lines = await verify(request, { io, pinnedKeys });
    for (const line of lines) io.out(printable(line));
    return 0;
  } catch (error) {
    io.err(printable(error instanceof Error ? error.message : String(error)));
    return 1;
  }
}

interface VerifyTools {
  readonly io: VerifyIo;
  readonly pinnedKeys: readonly string[];
}

async function verify(request: VerifyRequest, tools: VerifyTools): Promise<string[]> {
  const givenKeys = await readKeys(request, tools);
  return request.kind === "proof"
    ? await verifyProofFile(request.file, { ...tools, givenKeys })
    : await verifyAnswerFiles(request, { ...tools, givenKeys });
}

async function verifyProofFile(
  file: string,
  { io, pinnedKeys, givenKeys }: VerifyTools & { givenKeys: readonly string[] },
): Promise<string[]> {
  const text = await read(io, file);
  if (isTicketDocument(text)) return tellTickets(text);
  const parsed = parseProof(text);
  if (!parsed.ok) fail(`"${file}" is not a proof file: ${parsed.reason}: ${parsed.detail}`);
  const report = await checkProof(parsed.proof, { pinnedKeys, givenKeys });
  if (report.ok) return tellProof(report);
  if (report.reason === "sandboxKeyNotGiven") {
    fail(
      "This is a sandbox proof: a stand-in signed it, not RANDOM.ORG, so it proves nothing to the " +
        "public. It is checked only with the sandbox's public key: --key PEM",
    );
  }
  fail(`The proof does not hold: ${report.reason}: ${report.detail}`);
}

/** A player's own proof: it needs no key, because nothing is drawn in it. */
function tellTickets(text: string): string[] {
  const report = checkTicketDocument(text);
  if (!report.ok) fail(`The ticket proof does not hold: ${report.reason}: ${report.detail}`);
  return tellTicketDocument(report);
}

async function verifyAnswerFiles(
  { randomFile, signatureFile }: VerifyRequest & { kind: "answer" },
  { io, pinnedKeys, givenKeys }: VerifyTools & { givenKeys: readonly string[] },
): Promise<string[]> {
  const randomText = await read(io, randomFile, MAX_RANDOM_LENGTH);
  // Line breaks belong to how base64 is stored; those of the signed text belong to the text.
  const signature = (await read(io, signatureFile, MAX_SMALL_LENGTH)).replaceAll(/\s/g, "");
  const keys = [...pinnedKeys, ...givenKeys];
  const verdict = await verifySignature({ randomText, signature, keys });
  if (!verdict.ok) fail(answerFaults[verdict.reason]);
  const isPinned = pinnedKeys.some((key) => keyFingerprint(key) === verdict.keyFingerprint);
  const owner = keyOwner(isPinned ? "pinned" : "given");
  return [
    `Signature  valid, key ${verdict.keyFingerprint} (${owner})`,
    ...tellRandom(randomText),
    "The signed answer holds.",
  ];
}

const answerFaults = {
  noKeys: "The signed answer cannot be checked: noKeys: no public key to check with",
  keyUnreadable: "The signed answer cannot be checked: keyUnreadable: a key is not an RSA key",
  signatureMalformed: "The signed answer does not hold: signatureMalformed: it is not base64",
  signatureInvalid:
    "The signed answer does not hold: signatureInvalid: the signature does not fit the text",
} as const;

/** What was signed, as far as it is JSON with the usual fields. */
function tellRandom(randomText: string): string[] {
  let random: unknown;
  try {
    random = JSON.parse(randomText);
  } catch {
    return ["Text       not JSON"];
  }
  if (random === null || typeof random !== "object") return [];
  return ["method", "data", "completionTime", "serialNumber", "userData"].flatMap((name) => {
    const value: unknown = Object.entries(random).find(([key]) => key === name)?.[1];
    return value === undefined ? [] : [`${name.padEnd(15)} ${JSON.stringify(value)}`];
  });
}

async function readKeys({ keyFile }: VerifyRequest, { io }: VerifyTools): Promise<string[]> {
  if (keyFile === undefined) return [];
  const pem = await read(io, keyFile, MAX_SMALL_LENGTH);
  if (keyFingerprint(pem) === undefined) {
    fail(`"${keyFile}" is not a public key in PEM ("-----BEGIN PUBLIC KEY-----")`);
  }
  return [pem];
}

async function read(io: VerifyIo, file: string, maxLength = Infinity): Promise<string> {
  let text: string;
  try {
    text = await io.readTextFile(file);
  } catch (error) {
    fail(`Cannot read "${file}": ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.length > maxLength) {
    fail(`"${file}" is too large: ${text.length} characters, at most ${maxLength} are read`);
  }
  return text;
}

/** What a file says may reach the terminal only as one line of ordinary characters. */
function printable(text: string): string {
  const line = text.replaceAll(/\s+/g, (gap) => gap.length > 1 && /^ +$/.test(gap) ? gap : " ")
    .replaceAll(/\p{C}/gu, "?");
  return line.length > 1_000 ? `${line.slice(0, 1_000)}…` : line;
}

function fail(message: string): never {
  throw new VerifyFailure(message);
}

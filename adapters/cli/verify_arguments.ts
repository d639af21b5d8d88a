/** The words after `verify`, read. */

/** What is to be verified. */
export type VerifyRequest =
  | { readonly kind: "proof"; readonly file: string; readonly keyFile: string | undefined }
  | {
    readonly kind: "answer";
    readonly randomFile: string;
    readonly signatureFile: string;
    readonly keyFile: string | undefined;
  };

/** How the command is used. */
export const VERIFY_USAGE = `Check a draw, offline.

  deno task verify FILE [--key PEM]
      a proof file: the list, the seal, the signature, the winners, the prizes;
      or the proof of a player's own tickets: that they are in the sealed list

  deno task verify --random FILE --signature FILE [--key PEM]
      one signed answer of RANDOM.ORG: the raw JSON of "random", and its signature in base64

  --key PEM   a file with a public key (SPKI) that you trust besides RANDOM.ORG's own,
              which is built in. A sandbox proof can be checked only with the sandbox's key.

Ends with 0 when it holds, with 1 and the reason when it does not, with 2 on wrong usage.`;

const OPTIONS = ["key", "random", "signature"] as const;
type Option = typeof OPTIONS[number];

/**
 * Reads the arguments.
 *
 * @returns what to verify, or what is wrong with the usage
 */
export function readVerifyArguments(
  args: readonly string[],
): VerifyRequest | { usageFault: string } {
  const options = new Map<Option, string>();
  const files: string[] = [];
  const words = [...args];
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (!word.startsWith("--")) {
      files.push(word);
      continue;
    }
    const [name = "", ...joined] = word.slice(2).split("=");
    const option = OPTIONS.find((known) => known === name);
    if (option === undefined) return { usageFault: `Unknown option ${word}` };
    if (options.has(option)) return { usageFault: `Option --${option} is given twice` };
    const value = joined.length > 0 ? joined.join("=") : words.shift();
    if (!value || value.startsWith("--")) return { usageFault: `Option --${option} needs a file` };
    options.set(option, value);
  }
  return chooseKind({ files, options });
}

function chooseKind(
  { files, options }: { files: readonly string[]; options: ReadonlyMap<Option, string> },
): VerifyRequest | { usageFault: string } {
  const keyFile = options.get("key");
  const [randomFile, signatureFile] = [options.get("random"), options.get("signature")];
  const [file] = files;
  if (randomFile !== undefined || signatureFile !== undefined) {
    if (files.length > 0) return { usageFault: "Give a proof file or a signed answer, not both" };
    if (randomFile === undefined) return { usageFault: "Option --random is missing" };
    if (signatureFile === undefined) return { usageFault: "Option --signature is missing" };
    return { kind: "answer", randomFile, signatureFile, keyFile };
  }
  if (!file) return { usageFault: "No proof file given" };
  if (files.length > 1) return { usageFault: "Give one proof file" };
  return { kind: "proof", file, keyFile };
}

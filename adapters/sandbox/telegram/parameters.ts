/**
 * The parameters of a call, however they came: query string, JSON, form or multipart. Each method
 * says which ones it knows; a name it does not know is refused, where Telegram would pass over it in
 * silence, because a misspelt parameter is a fault we want to find.
 *
 * Source: Bot API, "Making requests".
 */
import { badRequest } from "./telegram_error.ts";

/** How a parameter is read. */
export type ParameterKind = "string" | "integer" | "boolean" | "json" | "file";

/** Name → kind, for one method. */
export type ParameterRules = Readonly<Record<string, ParameterKind>>;

/** Read parameters. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A file that came with the call. */
export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the parameters from query string and body.
 *
 * @returns What was sent, not yet checked.
 * @throws {TelegramError} When the body cannot be read.
 */
export async function readRequest(request: Request): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = Object.fromEntries(new URL(request.url).searchParams);
  if (request.method !== "POST") return out;
  const type = (request.headers.get("content-type") ?? "").toLowerCase();
  if (type.startsWith("application/json")) {
    const text = await request.text();
    if (text === "") return out;
    const body = parseJson(text, "can't parse JSON object");
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
      throw badRequest("can't parse JSON object: an object is expected");
    }
    return { ...out, ...body };
  }
  if (type.startsWith("multipart/form-data")) return { ...out, ...await readMultipart(request) };
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return { ...out, ...Object.fromEntries(new URLSearchParams(await request.text())) };
  }
  return out;
}

async function readMultipart(request: Request): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of await request.formData()) {
    out[name] = typeof value === "string"
      ? value
      : { name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) };
  }
  return out;
}

/**
 * Checks names and kinds.
 *
 * @param raw What was sent.
 * @param rules What the method knows. Files that a `file` parameter names by `attach://` may come too.
 * @returns Parameters of the right kinds; nulls are left out.
 * @throws {TelegramError} When a name is unknown or a value of another kind.
 */
export function checkParameters(
  raw: Readonly<Record<string, unknown>>,
  rules: ParameterRules,
): Parameters {
  const out: Record<string, unknown> = {};
  const attached = new Set(
    Object.values(raw).filter((value) => typeof value === "string" && value.startsWith("attach://"))
      .map((value) => String(value).slice("attach://".length)),
  );
  for (const [name, value] of Object.entries(raw)) {
    if (value === null || value === undefined) continue;
    const kind = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (kind !== undefined) out[name] = readValue({ name, value, kind, raw });
    else if (!attached.has(name)) throw badRequest(`unknown parameter "${name}"`);
  }
  return out;
}

function readValue(
  { name, value, kind, raw }: {
    name: string;
    value: unknown;
    kind: ParameterKind;
    raw: Readonly<Record<string, unknown>>;
  },
): unknown {
  switch (kind) {
    case "string":
      if (typeof value === "string") return value;
      if (typeof value === "number") return String(value);
      throw badRequest(`parameter "${name}" must be a string`);
    case "integer": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isSafeInteger(number)) {
        throw badRequest(`parameter "${name}" must be an integer`);
      }
      return number;
    }
    case "boolean":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "True" || value === "1") return true;
      if (value === "false" || value === "False" || value === "0") return false;
      throw badRequest(`parameter "${name}" must be a boolean`);
    case "json":
      if (typeof value !== "string") return value;
      return parseJson(value, `can't parse ${name.replaceAll("_", " ")} JSON object`);
    case "file":
      if (typeof value === "string" && value.startsWith("attach://")) {
        return raw[value.slice("attach://".length)];
      }
      return value;
    default:
      return kind satisfies never;
  }
}

/** True for a file read by {@link readRequest}. */
export function isUploadedFile(value: unknown): value is UploadedFile {
  return typeof value === "object" && value !== null && "bytes" in value &&
    value.bytes instanceof Uint8Array;
}

function parseJson(text: string, words: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The reason does not matter to the caller: Telegram answers the same for all of them.
    throw badRequest(words);
  }
}

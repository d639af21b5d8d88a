/**
 * Reads what a request carries by a schema, and names the field that is wrong as YooKassa does. What is
 * not in the schema is refused too: a field that is misspelled must not pass as one left out.
 */
import { Schema } from "effect";
import { invalidRequest } from "./yookassa_error.ts";

/**
 * Makes a reader.
 *
 * @returns A function that gives the decoded value.
 * @throws {YooKassaError} (the returned function) 400, with the path of the first wrong field.
 */
export function createReader<S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
): (value: unknown) => S["Type"] {
  const { validate } = Schema.toStandardSchemaV1(schema, {
    parseOptions: { onExcessProperty: "error" },
  })["~standard"];
  return (value) => {
    const result = validate(value);
    if (result instanceof Promise) throw new TypeError("A request's schema must not wait");
    if (result.issues === undefined) return result.value;
    const [issue] = result.issues;
    const path = (issue?.path ?? []).map((part) =>
      String(typeof part === "object" ? part.key : part)
    );
    throw invalidRequest(issue?.message ?? "Incorrect request", path.join(".") || undefined);
  };
}

/**
 * The query string as an object. `metadata[order]=7` becomes `{ "metadata[order]": "7" }`.
 *
 * @throws {YooKassaError} 400 when a parameter comes twice.
 */
export function readQuery(query: URLSearchParams): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(out, name)) throw invalidRequest("The parameter is repeated", name);
    out[name] = value;
  }
  return out;
}

/** JSON that every reader takes for the same: no key twice, no number in an odd spelling. */

/** What reading came to. */
export type StrictJson =
  | { readonly ok: true; readonly json: unknown }
  | {
    readonly ok: false;
    readonly reason: "notJson" | "ambiguousJson";
    readonly detail: string;
  };

/** Reads a text. Never throws. */
export function parseStrict(text: string): StrictJson {
  try {
    const json: unknown = JSON.parse(text);
    return JSON.stringify(json) === withoutWhitespace(text) ? { ok: true, json } : {
      ok: false,
      reason: "ambiguousJson",
      detail: "A key is repeated, or a value is spelled in an odd way",
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: "notJson", detail };
  }
}

/** A JSON text less the whitespace between its tokens. */
function withoutWhitespace(text: string): string {
  return text.replaceAll(
    /"[^"\\]*(?:\\.[^"\\]*)*"|[ \t\n\r]+/g,
    (token) => token[0] === '"' ? token : "",
  );
}

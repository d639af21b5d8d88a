/**
 * The raw text of one member of a JSON text. RANDOM.ORG signs the bytes of `random` as it sends them;
 * parsing and writing them again could change them (number spelling, escapes), so they are cut out.
 */

/**
 * Cuts out the value at a path of object members.
 *
 * @param text valid JSON
 * @param path member names from the outermost object inwards
 * @returns the value's text, without surrounding whitespace; undefined when there is no such member
 * @throws {SyntaxError} When a member of the path stands there twice, or the text is not JSON.
 */
export function sliceJsonMember(text: string, path: readonly string[]): string | undefined {
  let start: number | undefined = skipSpace(text, 0);
  for (const name of path) {
    start = findMember(text, start, name);
    if (start === undefined) return undefined;
  }
  return text.slice(start, endOfValue(text, start));
}

/** Where the value of an object's member begins. */
function findMember(text: string, objectStart: number, name: string): number | undefined {
  if (text[objectStart] !== "{") return undefined;
  let found: number | undefined;
  let at = skipSpace(text, objectStart + 1);
  while (text[at] !== "}") {
    const keyEnd = endOfString(text, at);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== ":") throw new SyntaxError(`Colon expected at ${colon}`);
    const value = skipSpace(text, colon + 1);
    if (key === name) {
      if (found !== undefined) throw new SyntaxError(`Member "${name}" stands there twice`);
      found = value;
    }
    at = skipSpace(text, endOfValue(text, value));
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "}") throw new SyntaxError(`Comma or brace expected at ${at}`);
  }
  return found;
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== "{" && first !== "[") return endOfScalar(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
  }
  throw new SyntaxError(`Value at ${start} has no end`);
}

function endOfString(text: string, start: number): number {
  if (text[start] !== '"') throw new SyntaxError(`String expected at ${start}`);
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  throw new SyntaxError(`String at ${start} has no end`);
}

function endOfScalar(text: string, start: number): number {
  let at = start;
  while (at < text.length && !",}] \t\n\r".includes(text.charAt(at))) at++;
  if (at === start) throw new SyntaxError(`Value expected at ${start}`);
  return at;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (" \t\n\r".includes(text[at] ?? "x")) at++;
  return at;
}

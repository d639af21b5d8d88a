/**
 * A payer on YooKassa's payment page, over HTTP as a browser without scripts does it: he opens the link,
 * fills in the form of one way to pay, answers his bank, and is sent back to the shop or reads why not.
 * It knows the page's forms and nothing behind them.
 */

/** The way to pay, by the name of its form, and what he types; the rest of the form stays as it is. */
export interface PageOrder {
  readonly method: "bank_card" | "sbp" | "yoo_money";
  readonly typed?: Readonly<Record<string, string>>;
}

/** When it was declined: YooKassa's name for the reason, and what the page says of it. */
export type PageEnd =
  | { readonly isPaid: true }
  | { readonly isPaid: false; readonly reason: string; readonly words: string };

/** The form, the question of the bank, and one to spare. */
const MAX_STEPS = 3;

/** What one types of a card; the test cards take any future date and any code. */
export function cardOf(number: string): PageOrder {
  const year = new Date().getUTCFullYear() + 2;
  return { method: "bank_card", typed: { number, date: `12/${year}`, code: "123" } };
}

/**
 * Pays.
 * @param link As the bot gave it.
 * @throws {Error} When the page cannot be paid on, or does not take what was typed.
 */
export async function payOnPage(
  link: string,
  { method, typed = {} }: PageOrder,
  { fetch = globalThis.fetch }: { readonly fetch?: typeof globalThis.fetch } = {},
): Promise<PageEnd> {
  // He presses "English", whatever he speaks: so its words can be told.
  const page = `${link}&lang=en`;
  let html = await read(await fetch(page, { headers: { ...NAVIGATION, ...FROM_ELSEWHERE } }));
  let fields = fill(formOf(html, method), { ...typed });
  for (let step = 1; step <= MAX_STEPS; step++) {
    const answer = await submit(page, { fields, fetch });
    const goesTo = answer.headers.get("location");
    if (answer.status === 303 && goesTo !== null) {
      await answer.body?.cancel();
      const next = new URL(goesTo, page);
      // Whoever has paid is led away from the page, wherever the shop has its own.
      if (next.href !== page) return { isPaid: true };
      html = await read(await fetch(next, { headers: { ...NAVIGATION, ...FROM_ITSELF } }));
    } else {
      html = await read(answer);
    }
    const problem = /<p class="error"[^>]*>([^<]*)</.exec(html)?.[1];
    if (problem !== undefined) throw new Error(`The payment page says: ${problem}`);
    const declined = declinedIn(html);
    if (declined !== undefined) return { isPaid: false, ...declined };
    fields = fill(formOf(html, "3ds"), {});
  }
  throw new Error("The payment page comes to no end");
}

/** What browsers say of a page that somebody looks at. */
const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
/** He came from the bot's message; or from the page itself. */
const FROM_ELSEWHERE = { "sec-fetch-site": "cross-site" };
const FROM_ITSELF = { "sec-fetch-site": "same-origin" };

async function submit(
  page: string,
  { fields, fetch }: { fields: URLSearchParams; fetch: typeof globalThis.fetch },
): Promise<Response> {
  return await fetch(page, {
    method: "POST",
    headers: {
      ...NAVIGATION,
      ...FROM_ITSELF,
      origin: new URL(page).origin,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: fields.toString(),
    redirect: "manual",
  });
}

async function read(answer: Response): Promise<string> {
  const html = await answer.text();
  if (answer.status !== 200) throw new Error(`The payment page answers ${answer.status}`);
  return html;
}

function declinedIn(html: string): { reason: string; words: string } | undefined {
  const [, end] = /class="end canceled"([\s\S]*)/.exec(html) ?? [];
  const [, words = "", reason = ""] = /<p>([^<]*)<code[^>]*>([^<]*)</.exec(end ?? "") ?? [];
  return reason === "" ? undefined : { reason, words: words.trim() };
}

/** The form of one way to pay. */
function formOf(html: string, method: string): string {
  const forms = html.match(/<form [\s\S]*?<\/form>/g) ?? [];
  const found = forms.find((form) => form.includes(`name="method" value="${method}"`));
  if (found !== undefined) return found;
  throw new Error(`There is no form for "${method}" on the payment page`);
}

/** What the form sends when its first button is pressed. */
function fill(form: string, typed: Readonly<Record<string, string>>): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [tag] of form.matchAll(/<(?:input|button|select)\b[^>]*>/g)) {
    const name = attribute(tag, "name");
    if (name === undefined || fields.has(name)) continue;
    const given = tag.startsWith("<select") ? firstOption(form, tag) : attribute(tag, "value");
    fields.set(name, typed[name] ?? given ?? "");
  }
  const unknown = Object.keys(typed).find((name) => !fields.has(name));
  if (unknown === undefined) return fields;
  throw new Error(`The payment page has no field "${unknown}"`);
}

function firstOption(form: string, select: string): string | undefined {
  const options = form.slice(form.indexOf(select) + select.length);
  return attribute(/<option\b[^>]*>/.exec(options)?.[0] ?? "", "value");
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
}

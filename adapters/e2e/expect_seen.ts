/** Assertions on what is seen, with words that say what was there instead. */
import type { Locator } from "playwright-core";

/** @throws {Error} When the text of an element never comes to fit. */
export async function expectText(
  element: Locator,
  wanted: RegExp,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<void> {
  const endsAtMs = performance.now() + timeoutMs;
  for (;;) {
    const text = (await element.innerText()).replace(/\s+/g, " ");
    if (wanted.test(text)) return;
    if (performance.now() > endsAtMs) throw new Error(`Wanted ${wanted}, seen: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @throws {Error} When something does not come to hold. */
export async function expectSoon(
  holds: () => Promise<boolean>,
  words: string,
  { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {},
): Promise<void> {
  const endsAtMs = performance.now() + timeoutMs;
  while (!await holds()) {
    if (performance.now() > endsAtMs) throw new Error(words);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @throws {Error} When something that must hold does not. */
export function expect(holds: boolean, words: string): asserts holds {
  if (!holds) throw new Error(words);
}

/** Where a payer is led back to. */

/**
 * A shop within Telegram brings its payers back by a link to Telegram; the sandbox's own is its page.
 *
 * @param returnUrl As the shop has named it.
 */
export function returnAddress(returnUrl: string): string {
  return /^(t|telegram)\.me$/.test(new URL(returnUrl).hostname) ? "/" : returnUrl;
}

/** How long Stars that were received cannot be spent. Source: telegram.org/tos/bot-developers 6.2.4. */
export const SETTLEMENT_MS = 21 * 86_400_000;

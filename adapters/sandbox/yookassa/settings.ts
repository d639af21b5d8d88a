/** What is set in YooKassa's cabinet or agreed with it; kept in the books. */
import type { Store } from "../store.ts";
import type { YooKassaSettings } from "../yookassa_types.ts";

const KEY = "yookassa/settings";
/** As YooKassa's contracts usually have it: 3.5 % and, since January 2026, 22 % VAT on that. */
const DEFAULTS: YooKassaSettings = {
  noticeUrl: null,
  noticeDelays: {},
  deliverTwice: false,
  isTest: false,
  needsReceipts: false,
  feeBps: 350,
  vatBps: 2_200,
  refundDelayMs: 0,
  payoutDelayMs: 1_000,
};

/** Reads and changes the settings. */
export interface Settings {
  read(): YooKassaSettings;
  /** What is not named stays. */
  change(change: Partial<YooKassaSettings>): YooKassaSettings;
}

/** Opens them. */
export function createSettings(store: Store): Settings {
  const read = (): YooKassaSettings => ({
    ...DEFAULTS,
    ...JSON.parse(store.setting(KEY) ?? "{}"),
  });
  return {
    read,
    change(change) {
      store.setSetting(KEY, JSON.stringify({ ...read(), ...change }));
      return read();
    },
  };
}

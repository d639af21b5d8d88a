/** The client before the sandbox's YooKassa, in one process: what a test plays payments and payouts with. */
import { onTestFinished } from "vitest";
import { createPayers, type Payers } from "../../sandbox/payers.ts";
import { createPeople, type People } from "../../sandbox/people.ts";
import { createSandbox, type SandboxOptions } from "../../sandbox/sandbox.ts";
import { SANDBOX_GATEWAY, SANDBOX_SHOP } from "../../sandbox/yookassa/accounts.ts";
import { createYooKassa, type YooKassaOptions } from "../yookassa.ts";
import type { YooKassa } from "../yookassa_port.ts";

/** Everything a test needs. */
export interface SandboxedYooKassa {
  readonly yooKassa: YooKassa;
  /** Another client of the same shop. */
  clientWith(differences: Partial<YooKassaOptions>): YooKassa;
  /** Payers, banks and the cabinet. */
  readonly payers: Payers;
  /** Orders faults. */
  readonly people: People;
  /** Resolves when no notice is in flight. */
  idle(): Promise<void>;
}

/** Opens a sandbox that ends with the test. Refunds and payouts are final at once. */
export async function createSandboxedYooKassa(
  options: SandboxOptions = {},
): Promise<SandboxedYooKassa> {
  const sandbox = createSandbox({ seed: "yookassa client", ...options });
  onTestFinished(() => sandbox.close());
  const clientWith = (differences: Partial<YooKassaOptions>): YooKassa =>
    createYooKassa({
      baseUrl: "http://sandbox/yookassa/v3",
      shop: SANDBOX_SHOP,
      gateway: SANDBOX_GATEWAY,
      returnUrl: "https://shop.example/back",
      fetch: (input, init) => sandbox.fetch(new Request(input, init)),
      ...differences,
    });
  const payers = createPayers("http://sandbox", { fetch: sandbox.fetch });
  await payers.set({ payoutDelayMs: 0 });
  return {
    yooKassa: clientWith({}),
    clientWith,
    payers,
    people: createPeople("http://sandbox", { fetch: sandbox.fetch }),
    idle: () => sandbox.idle(),
  };
}

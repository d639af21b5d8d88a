/**
 * The test kit for authors of machines, for any test runner: a runtime with time that moves when it
 * is told to, and stories that are played once as they are and again with every fault.
 *
 * ```ts ignore
 * import { everywhere } from "./actors/testing/mod.ts";
 *
 * await everywhere([order], [
 *   { create: "order/1" },
 *   { send: { type: "pay" }, to: "order/1" },
 *   { pass: 60_000 },
 * ]);
 * ```
 *
 * @module
 */
export type { EffectCall } from "./effect_calls.ts";
export { everywhere, type EverywhereOptions, type EverywhereReport } from "./everywhere.ts";
export { FakeClock } from "./fake_clock.ts";
export { startTestRuntime, TestRuntime, type TestRuntimeOptions } from "./kit.ts";
export { findDeviations } from "./deviations.ts";
export type { Check, Story, StoryEvent, StoryStep } from "./story.ts";

/** Makes the one that looks for signs, or tells the one that there is what is configured now. */
import type { Runtime } from "../../actors/runtime.ts";
import { CHECKS, type ChecksEvent, type ChecksInput } from "../../machines/domain/suspicion.ts";
import type { Config } from "../config/read_config.ts";

export async function startChecks(
  runtime: Pick<Runtime, "send">,
  { checks }: Pick<Config, "checks">,
  atMs: number,
): Promise<void> {
  const create: ChecksInput = { limits: checks, atMs };
  const event: ChecksEvent = { type: "checks.configured", ...create };
  await runtime.send(CHECKS, event, { create });
}

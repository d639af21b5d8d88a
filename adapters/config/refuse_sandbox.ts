/**
 * With a real token nothing of the sandbox can be reached. A Bot API server of one's own may listen on
 * this machine, just as the sandbox does, so `TELEGRAM_API_URL` alone does not tell them apart: whoever
 * listens there is asked, without the token, whether he is the sandbox.
 */
import { RetryableError } from "../../actors/errors.ts";
import { type Config, ConfigError } from "./read_config.ts";

const TIMEOUT_MS = 5_000;

/**
 * @param fetch Reaches it.
 * @throws {ConfigError} When a real token would be used at a sandbox.
 * @throws {RetryableError} When nobody has answered: then it is not known.
 */
export async function refuseSandbox(
  { mode, telegram: { apiUrl } }: Pick<Config, "mode" | "telegram">,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  if (mode !== "live" || apiUrl === undefined) return;
  if (!await isSandbox(apiUrl, fetch)) return;
  throw new ConfigError([
    "TELEGRAM_API_URL must not be a sandbox beside a real TELEGRAM_BOT_TOKEN",
  ]);
}

async function isSandbox(apiUrl: string, fetch: typeof globalThis.fetch): Promise<boolean> {
  let body: string;
  try {
    const response = await fetch(`${apiUrl.replace(/\/+$/, "")}/sandbox`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = await response.text();
  } catch (error: unknown) {
    throw new RetryableError("Nobody answers", { cause: error });
  }
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === "object" && said !== null && "sandbox" in said;
  } catch {
    // What is no JSON is not the sandbox's answer.
    return false;
  }
}

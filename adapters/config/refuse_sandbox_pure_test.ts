/** With a real token nothing of the sandbox can be reached. */
import { describe, expect, it } from "vitest";
import { RetryableError } from "../../actors/errors.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { testKeyPem } from "../sandbox/sandbox_for_tests.ts";
import { ConfigError, readConfig, SANDBOX_TOKEN } from "./read_config.ts";
import { refuseSandbox } from "./refuse_sandbox.ts";

const TOKEN = "123456789:AAF-real_looking_token_of_35_chars_0";
const RANDOM_ORG_API_KEY = "6b1e65b9-4186-45c2-8981-b77a9842c4f0";

function configOf(apiUrl: string, token = TOKEN) {
  return readConfig({
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_URL: apiUrl,
    ...(token === TOKEN ? { RANDOM_ORG_API_KEY } : {}),
  });
}

/** Whoever listens answers so. */
function answering(answer: () => Response | Promise<Response>) {
  const asked: string[] = [];
  const fetch = ((url: string) => {
    asked.push(url);
    return Promise.resolve().then(answer);
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

const notFound = () =>
  Response.json({ ok: false, error_code: 404, description: "Not Found" }, { status: 404 });

describe("refuseSandbox()", () => {
  it.each(["http://127.0.0.1:8081", "http://localhost:8081/", "http://sandbox.internal:80"])(
    "refuses the sandbox at %s, and does not show it the token",
    async (apiUrl) => {
      const sandbox = createSandbox({ privateKeyPem: await testKeyPem() });
      const { asked, fetch } = answering(() =>
        sandbox.fetch(new Request("http://127.0.0.1/sandbox"))
      );
      await expect(refuseSandbox(configOf(apiUrl), fetch)).rejects.toThrow(
        new ConfigError([
          "TELEGRAM_API_URL must not be a sandbox beside a real TELEGRAM_BOT_TOKEN",
        ]),
      );
      expect(asked).toEqual([`${apiUrl.replace(/\/$/, "")}/sandbox`]);
      await sandbox.close();
    },
  );

  it.each<[string, () => Response]>([
    ["a Bot API server", notFound],
    ["a proxy's page", () => new Response("<html>")],
    ["an answer of one word", () => Response.json("sandbox")],
  ])("takes %s on this machine", async (_, answer) => {
    const { asked, fetch } = answering(answer);
    await refuseSandbox(configOf("http://127.0.0.1:8081"), fetch);
    expect(asked).toEqual(["http://127.0.0.1:8081/sandbox"]);
  });

  it("does not take silence for a no", async () => {
    const { fetch } = answering(() => Promise.reject(new TypeError("connection refused")));
    await expect(refuseSandbox(configOf("http://127.0.0.1:8081"), fetch))
      .rejects.toThrow(RetryableError);
  });

  it("asks nobody in sandbox mode, and not Telegram itself", async () => {
    const { asked, fetch } = answering(notFound);
    await refuseSandbox(configOf("http://127.0.0.1:8081", SANDBOX_TOKEN), fetch);
    await refuseSandbox(readConfig({ TELEGRAM_BOT_TOKEN: TOKEN, RANDOM_ORG_API_KEY }), fetch);
    expect(asked).toEqual([]);
  });
});

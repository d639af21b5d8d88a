import { describe, expect, it } from "vitest";
import { RetryableError } from "../../actors/errors.ts";
import { setUpBot, setUpWebhook } from "./set_up_bot.ts";
import { createFakeTelegram } from "./testing/fake_telegram.ts";

describe("setUpBot()", () => {
  it("learns the bot's name and sets its commands in both languages", async () => {
    const { api, callsOf } = createFakeTelegram();
    expect(await setUpBot(api)).toEqual({ username: "TestBot" });
    const [ru, en] = callsOf("setMyCommands");
    expect(ru?.payload.language_code).toBe("ru");
    expect(en?.payload.language_code).toBeUndefined();
    for (const { command, description } of en?.payload.commands ?? []) {
      expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(256);
    }
    expect(callsOf("setWebhook")).toEqual([]);
  });

  it("lists /topup and /email only where rubles are taken, and have receipts", async () => {
    const names = async (options?: Parameters<typeof setUpBot>[1]) => {
      const { api, callsOf } = createFakeTelegram();
      await setUpBot(api, options);
      return callsOf("setMyCommands")[0]?.payload.commands
        .map(({ command }: { command: string }) => command);
    };
    const topUp = { least: "100", most: "9900" };
    const own = async (options?: Parameters<typeof setUpBot>[1]) =>
      (await names(options)).filter((name: string) => name === "topup" || name === "email");
    expect(await own()).toEqual([]);
    expect(await own({ rubles: { topUp, hasReceipts: false } })).toEqual(["topup"]);
    expect(await own({ rubles: { topUp, hasReceipts: true } })).toEqual(["topup", "email"]);
  });

  it("sets the webhook with its secret and the kinds of updates that have rows", async () => {
    const { api, callsOf } = createFakeTelegram();
    await setUpWebhook(api, {
      url: "https://example.org/telegram/webhook",
      secret: "s".repeat(20),
    });
    expect(callsOf("setWebhook")[0]?.payload).toEqual({
      url: "https://example.org/telegram/webhook",
      secret_token: "s".repeat(20),
      allowed_updates: ["message", "callback_query", "pre_checkout_query", "my_chat_member"],
    });
  });

  it("says that Telegram cannot be reached", async () => {
    const { api, answer } = createFakeTelegram();
    answer("getMe", { network: "no route" });
    await expect(setUpBot(api)).rejects.toThrow(RetryableError);
  });
});

import { describe, expect, it } from "vitest";
import { SANDBOX_GATEWAY, SANDBOX_SHOP } from "../sandbox/yookassa/accounts.ts";
import { LOOPBACK_ADDRESSES, YOOKASSA_ADDRESSES } from "../yookassa/notice_sources.ts";
import { ConfigError, readConfig, SANDBOX_TOKEN } from "./read_config.ts";
import { allowedValues, variableNames } from "./variables.ts";

const live = {
  TELEGRAM_BOT_TOKEN: "123456789:AAF-real_looking_token_of_35_chars_0",
  RANDOM_ORG_API_KEY: "6b1e65b9-4186-45c2-8981-b77a9842c4f0",
};

const yooKassa = {
  YOOKASSA_SHOP_ID: "506751",
  YOOKASSA_SECRET_KEY: "live_a-real-secret-of-the-shop",
  YOOKASSA_PAYOUT_GATEWAY_ID: "507012",
  YOOKASSA_PAYOUT_SECRET_KEY: "live_a-real-secret-of-the-gateway",
  YOOKASSA_RETURN_URL: "https://t.me/zhreb_bot",
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error: unknown) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("readConfig()", () => {
  it("runs against the sandbox when nothing is set", () => {
    expect(readConfig({})).toEqual({
      mode: "sandbox",
      host: "127.0.0.1",
      port: 8080,
      dataDir: ".data",
      telegram: { token: SANDBOX_TOKEN },
      adminIds: [1, 2],
      operatorIds: [],
      viewerIds: [],
      supportContact: "",
      isBroadcastPaid: false,
      randomOrg: {},
      yooKassa: {
        shop: SANDBOX_SHOP,
        gateway: SANDBOX_GATEWAY,
        checksRecipient: false,
        noticeAddresses: LOOPBACK_ADDRESSES,
      },
      trustedProxies: [],
      eventLogDays: 90,
      logLevel: "info",
      commissionBps: 1500,
      entriesPerDay: 50,
      withdrawalLimit: 1000,
      timeZone: "UTC",
      withdrawalLimitRub: "500000",
      reserveAlarm: 3_000,
      topUp: { least: "5000", most: "1500000" },
      checks: {
        newHours: 24,
        newUserId: 0,
        entriesPerMinute: 10,
        entriesPerHour: 30,
        burstPlayers: 20,
        burstSeconds: 10,
        sharedDestination: 2,
        foreignInvoices: 3,
      },
      exclusionDays: 30,
    });
  });

  it.each([
    [{ TOPUP_MIN: "200", TOPUP_MAX: "100" }, ["TOPUP_MIN must be TOPUP_MAX or less"]],
    [{ TOPUP_MAX: "49" }, ["TOPUP_MIN must be TOPUP_MAX or less"]],
    [{ TOPUP_MIN: "100", TOPUP_MAX: "100" }, []],
  ])("keeps the bounds of a top-up in their order: %j", (environment, problems) => {
    expect(problemsOf(environment as Record<string, string>)).toEqual(problems);
  });

  it("has admins by itself beside the sandbox only", () => {
    expect(readConfig(live).adminIds).toEqual([]);
    expect(readConfig({ ADMIN_IDS: "7" }).adminIds).toEqual([7]);
  });

  it("counts an empty value as absent, as in the example file", () => {
    expect(readConfig({ TELEGRAM_BOT_TOKEN: "", PORT: " " })).toEqual(readConfig({}));
  });

  it.each([
    ["@zhreb_news", "", { chat: "@zhreb_news", language: "en" }],
    ["-1001234567890", "ru", { chat: "-1001234567890", language: "ru" }],
  ])("announces in %s", (ANNOUNCE_CHAT, ANNOUNCE_LANGUAGE, announce) => {
    expect(readConfig({ ANNOUNCE_CHAT, ANNOUNCE_LANGUAGE })).toMatchObject({ announce });
  });

  it.each([["1", true], ["0", false], ["", false]])(
    "pays for mass notices only when told to: %j",
    (PAID_BROADCAST, isBroadcastPaid) => {
      expect(readConfig({ PAID_BROADCAST })).toMatchObject({ isBroadcastPaid });
    },
  );

  it("asks the given relays of drand, and else leaves it to the public ones", () => {
    const urls = ["https://relay.example.org", "https://other.example.org/drand"];
    expect(readConfig({ ...live, DRAND_URLS: urls.join(", ") }).drandUrls).toEqual(urls);
    expect(readConfig(live)).not.toHaveProperty("drandUrls");
    const local = "http://127.0.0.1:9000/drand";
    expect(readConfig({ DRAND_URLS: local }).drandUrls).toEqual([local]);
  });

  it("reads everything", () => {
    expect(readConfig({
      ...live,
      PORT: "0",
      HOST: "::1",
      DATABASE_URL: "postgres://u:p@db:5432/zhreb",
      TELEGRAM_API_URL: "http://127.0.0.1:8081",
      TELEGRAM_WEBHOOK_URL: "https://example.org/telegram/webhook",
      TELEGRAM_WEBHOOK_SECRET: "0123456789abcdef",
      ADMIN_IDS: "42, 77",
      OPERATOR_IDS: "5",
      VIEWER_IDS: "6,7",
      SUPPORT_CONTACT: "@help",
      EVENT_LOG_DAYS: "365",
      INSPECT_ORIGIN: "https://inspect.example.org",
      LOG_LEVEL: "debug",
      COMMISSION_BPS: "0",
      ENTRIES_PER_DAY: "3",
      WITHDRAWAL_LIMIT: "0",
      TIME_ZONE: "europe/moscow",
      TOPUP_MIN: "1",
      TOPUP_MAX: "350000",
    })).toMatchObject({
      mode: "live",
      host: "::1",
      inspectOrigin: "https://inspect.example.org",
      port: 0,
      databaseUrl: "postgres://u:p@db:5432/zhreb",
      telegram: {
        apiUrl: "http://127.0.0.1:8081",
        webhook: { url: "https://example.org/telegram/webhook", secret: "0123456789abcdef" },
      },
      adminIds: [42, 77],
      operatorIds: [5],
      viewerIds: [6, 7],
      randomOrg: { apiKey: live.RANDOM_ORG_API_KEY },
      eventLogDays: 365,
      commissionBps: 0,
      entriesPerDay: 3,
      withdrawalLimit: 0,
      timeZone: "Europe/Moscow",
      topUp: { least: "100", most: "35000000" },
    });
  });

  it("knows the sandbox's own tokens", () => {
    const config = readConfig({ TELEGRAM_BOT_TOKEN: SANDBOX_TOKEN, SANDBOX_URL: "http://[::1]:9" });
    expect(config.mode).toBe("sandbox");
    expect(config.sandboxUrl).toBe("http://[::1]:9");
  });

  it("sets the clock ahead in sandbox mode", () => {
    expect(readConfig({ SANDBOX_CLOCK_AHEAD_MS: "1900800000" }).clockAheadMs).toBe(1_900_800_000);
  });

  it.each([
    ["PORT", "80a"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "1e3"],
    ["PORT", "1.5"],
    ["HOST", "two words"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["TELEGRAM_BOT_TOKEN", "123:short"],
    ["TELEGRAM_BOT_TOKEN", "sandbox"],
    ["TELEGRAM_API_URL", "ftp://x"],
    ["TELEGRAM_API_URL", "api.telegram.org"],
    ["TELEGRAM_WEBHOOK_URL", "ftp://example.org/hook"],
    ["TELEGRAM_WEBHOOK_SECRET", "short"],
    ["TELEGRAM_WEBHOOK_SECRET", "0123456789abcdef!"],
    ["ADMIN_IDS", "42;77"],
    ["ADMIN_IDS", "@olga"],
    ["ADMIN_IDS", "-5"],
    ["TOPUP_MIN", "0"],
    ["TOPUP_MAX", "350001"],
    ["TOPUP_MAX", "99.50"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["OPERATOR_IDS", "all"],
    ["VIEWER_IDS", "1;2"],
    ["SUPPORT_CONTACT", "a\nb"],
    ["TIME_ZONE", "Berlin"],
    ["TIME_ZONE", "Europe/Nowhere"],
    ["TIME_ZONE", "+03:00"],
    ["RANDOM_ORG_API_KEY", "not-a-key"],
    ["RANDOM_ORG_URL", "random"],
    ["DRAND_URLS", "https://relay.example.org, relay"],
    ["DRAND_URLS", "ftp://relay.example.org"],
    ["DRAND_URLS", Array.from({ length: 9 }, (_, n) => `https://relay${n}.example.org`).join()],
    ["YOOKASSA_SHOP_ID", "shop-1"],
    ["YOOKASSA_SECRET_KEY", "with a space in it"],
    ["YOOKASSA_PAYOUT_GATEWAY_ID", "-507012"],
    ["YOOKASSA_PAYOUT_SECRET_KEY", "short"],
    ["YOOKASSA_RETURN_URL", "t.me/zhreb_bot"],
    ["YOOKASSA_RECEIPT_VAT_CODE", "13"],
    ["YOOKASSA_RECEIPT_SUBJECT", "services"],
    ["YOOKASSA_RECEIPT_MODE", "later"],
    ["YOOKASSA_RECEIPT_MEASURE", "pieces"],
    ["YOOKASSA_TAX_SYSTEM_CODE", "7"],
    ["YOOKASSA_NOTICE_ADDRESSES", "185.71.76.0/33"],
    ["TRUSTED_PROXIES", "proxy.example.org"],
    ["SANDBOX_URL", "localhost"],
    ["SANDBOX_CLOCK_AHEAD_MS", "-86400000"],
    ["SANDBOX_CLOCK_AHEAD_MS", "8640000001"],
    ["EVENT_LOG_DAYS", "29"],
    ["INSPECT_ORIGIN", "inspect.example.net"],
    ["PUBLIC_URL", "zhreb.example.net"],
    ["PUBLIC_URL", "https://zhreb.example.net/"],
    ["YOOKASSA_CHECK_RECIPIENT", "yes"],
    ["WITHDRAWAL_LIMIT_RUB", "-1"],
    ["WITHDRAWAL_LIMIT_RUB", "50.5"],
    ["INSPECT_ORIGIN", "https://inspect.example.net/inspect"],
    ["INSPECT_ORIGIN", "https://inspect.example.net:99999"],
    ["LOG_LEVEL", "loud"],
    ["COMMISSION_BPS", "5001"],
    ["COMMISSION_BPS", "15%"],
    ["ENTRIES_PER_DAY", "0"],
    ["WITHDRAWAL_LIMIT", "1 000"],
  ])("refuses %s=%s, naming what is allowed and never the value", (name, value) => {
    const problems = problemsOf({
      ...(name === "TELEGRAM_BOT_TOKEN" ? { RANDOM_ORG_API_KEY: live.RANDOM_ORG_API_KEY } : {}),
      // What else must be there.
      ...(name in yooKassa ? yooKassa : {}),
      ...(/RECEIPT|TAX/.test(name) ? { YOOKASSA_RECEIPT_VAT_CODE: "1" } : {}),
      [name]: value,
      ...(name === "TELEGRAM_WEBHOOK_URL" ? { TELEGRAM_WEBHOOK_SECRET: "0123456789abcdef" } : {}),
    });
    const allowed = allowedValues[name as keyof typeof allowedValues];
    expect(problems).toEqual([`${name} must be ${allowed}`]);
    if (value.length > 5) expect(problems.join()).not.toContain(value);
  });

  it("knows its own address, whether receivers are checked, and the limit of rubles", () => {
    expect(readConfig({
      ...live,
      ...yooKassa,
      PUBLIC_URL: "https://zhreb.example.org",
      YOOKASSA_CHECK_RECIPIENT: "1",
      WITHDRAWAL_LIMIT_RUB: "70",
    })).toMatchObject({
      publicUrl: "https://zhreb.example.org",
      yooKassa: { checksRecipient: true },
      withdrawalLimitRub: "7000",
    });
    for (const PUBLIC_URL of ["http://zhreb.example.org", "https://127.0.0.1"]) {
      expect(problemsOf({ ...live, PUBLIC_URL })).toEqual([
        "PUBLIC_URL must be a public https URL beside a real TELEGRAM_BOT_TOKEN",
      ]);
    }
    expect(readConfig({ PUBLIC_URL: "http://127.0.0.1:8080" }).publicUrl).toBeDefined();
  });

  it("takes rubles with real services only when YooKassa is configured", () => {
    expect(readConfig(live).yooKassa).toBeUndefined();
    expect(readConfig({ ...live, ...yooKassa }).yooKassa).toEqual({
      shop: { id: "506751", secretKey: yooKassa.YOOKASSA_SECRET_KEY },
      gateway: { id: "507012", secretKey: yooKassa.YOOKASSA_PAYOUT_SECRET_KEY },
      returnUrl: "https://t.me/zhreb_bot",
      checksRecipient: false,
      noticeAddresses: YOOKASSA_ADDRESSES,
    });
  });

  it("never sends a real secret to the sandbox", () => {
    expect(JSON.stringify(readConfig(yooKassa))).not.toContain("live_");
    expect(readConfig(yooKassa).yooKassa).toMatchObject({
      shop: SANDBOX_SHOP,
      gateway: SANDBOX_GATEWAY,
      returnUrl: "https://t.me/zhreb_bot",
    });
  });

  it("reads the rest of YooKassa's settings", () => {
    const receipts = { YOOKASSA_RECEIPT_VAT_CODE: "11" };
    expect(readConfig(receipts).yooKassa?.receipt)
      .toEqual({ vatCode: 11, paymentSubject: "service", paymentMode: "full_payment" });
    expect(
      readConfig({
        ...receipts,
        YOOKASSA_RECEIPT_SUBJECT: "payment",
        YOOKASSA_RECEIPT_MODE: "advance",
        YOOKASSA_RECEIPT_MEASURE: "another",
        YOOKASSA_TAX_SYSTEM_CODE: "2",
        YOOKASSA_NOTICE_ADDRESSES: "10.0.0.1, 10.1.0.0/16,::1",
        TRUSTED_PROXIES: "10.0.0.1",
      }),
    ).toMatchObject({
      yooKassa: {
        receipt: {
          vatCode: 11,
          paymentSubject: "payment",
          paymentMode: "advance",
          measure: "another",
          taxSystemCode: 2,
        },
        noticeAddresses: ["10.0.0.1", "10.1.0.0/16", "::1"],
      },
      trustedProxies: ["10.0.0.1"],
    });
  });

  it.each([
    ["YOOKASSA_SHOP_ID", "YOOKASSA_SECRET_KEY"],
    ["YOOKASSA_SECRET_KEY", "YOOKASSA_SHOP_ID"],
    ["YOOKASSA_PAYOUT_GATEWAY_ID", "YOOKASSA_SHOP_ID"],
    ["YOOKASSA_PAYOUT_SECRET_KEY", "YOOKASSA_SHOP_ID"],
    ["YOOKASSA_RETURN_URL", "YOOKASSA_SHOP_ID"],
  ])("refuses YooKassa without %s", (missing, beside) => {
    const { [missing as keyof typeof yooKassa]: _, ...rest } = yooKassa;
    expect(problemsOf({ ...live, ...rest })).toEqual([`${missing} must be set beside ${beside}`]);
  });

  it.each(["YOOKASSA_SECRET_KEY", "YOOKASSA_PAYOUT_SECRET_KEY"])(
    "refuses a test shop's %s beside a real token",
    (name) => {
      expect(problemsOf({ ...live, ...yooKassa, [name]: "test_secret-of-a-test-shop" }))
        .toEqual([`${name} must not be a test key beside a real TELEGRAM_BOT_TOKEN`]);
    },
  );

  it("refuses details of receipts that are not switched on", () => {
    expect(problemsOf({ YOOKASSA_RECEIPT_MODE: "advance" }))
      .toEqual(["YOOKASSA_RECEIPT_VAT_CODE must be set beside YOOKASSA_RECEIPT_MODE"]);
  });

  it("reports all wrong values at once", () => {
    expect(problemsOf({ PORT: "x", LOG_LEVEL: "y", ADMIN_IDS: "z" })).toHaveLength(3);
  });

  it.each([
    {
      name: "a real token without a RANDOM.ORG key",
      environment: { TELEGRAM_BOT_TOKEN: live.TELEGRAM_BOT_TOKEN },
      problem: "RANDOM_ORG_API_KEY must be set beside a real TELEGRAM_BOT_TOKEN",
    },
    {
      name: "a sandbox beside a real token",
      environment: { ...live, SANDBOX_URL: "http://127.0.0.1:9000" },
      problem: "SANDBOX_URL must not be set beside a real TELEGRAM_BOT_TOKEN",
    },
    {
      name: "a clock that is ahead beside a real token",
      environment: { ...live, SANDBOX_CLOCK_AHEAD_MS: "1900800000" },
      problem: "SANDBOX_CLOCK_AHEAD_MS must not be set beside a real TELEGRAM_BOT_TOKEN",
    },
    {
      name: "a local RANDOM.ORG beside a real token",
      environment: { ...live, RANDOM_ORG_URL: "http://127.0.0.1:9000/randomorg" },
      problem: "RANDOM_ORG_URL must be a public https URL beside a real TELEGRAM_BOT_TOKEN",
    },
    ...["http://example.org/hook", "https://example.org:8080/hook"].map((url) => ({
      name: `a webhook at ${url} beside a real token`,
      environment: {
        ...live,
        TELEGRAM_WEBHOOK_URL: url,
        TELEGRAM_WEBHOOK_SECRET: "0123456789abcdef",
      },
      problem: "TELEGRAM_WEBHOOK_URL must be an https URL on port 443, 80, 88 or 8443",
    })),
    {
      name: "a webhook over http to another machine, which the sandbox would refuse later",
      environment: {
        TELEGRAM_WEBHOOK_URL: "http://example.org/telegram/webhook",
        TELEGRAM_WEBHOOK_SECRET: "0123456789abcdef",
      },
      problem: "TELEGRAM_WEBHOOK_URL must be an https URL, or an http one on this machine",
    },
    {
      name: "a webhook without a secret",
      environment: { TELEGRAM_WEBHOOK_URL: "https://example.org/hook" },
      problem: "TELEGRAM_WEBHOOK_SECRET must be set beside TELEGRAM_WEBHOOK_URL",
    },
  ])("refuses $name", ({ environment, problem }) => {
    expect(problemsOf(environment)).toEqual([problem]);
  });
});

describe(".env.example", () => {
  const example = Deno.readTextFileSync(new URL("../../.env.example", import.meta.url));
  const lines = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)];

  it("lists exactly the variables of the schema", () => {
    expect(lines.map(([, name]) => name)).toEqual(variableNames);
  });

  it("is a configuration that starts, and shows the defaults", () => {
    const environment = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
    expect(readConfig(environment)).toEqual(readConfig({}));
  });
});

/** Starts that must fail: one clear line, exit code 1, and no secret in it. */
import { expect, it } from "vitest";
import { freePort, openTestSandbox } from "./testing/platform_world.ts";
import { makeTestFolder, runProduct, startProduct } from "./testing/product_process.ts";

const SECRET = "s3cret-passw0rd";

function expectOneLine({ code, stderr }: { code: number; stderr: string }, words: RegExp): void {
  expect(code).toBe(1);
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain(SECRET);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain("Deprecation");
}

it("a database that cannot be reached is said in one line", async () => {
  const { url } = await openTestSandbox();
  const ended = await runProduct({
    SANDBOX_URL: url,
    DATA_DIR: await makeTestFolder(),
    DATABASE_URL: `postgres://zhreb:${SECRET}@127.0.0.1:${freePort()}/zhreb`,
  });
  expectOneLine(ended, /^Cannot open the database at DATABASE_URL/);
  expect(ended.stderr.trim().split("\n")).toHaveLength(1);
});

it.each([
  { PORT: `${SECRET}` },
  { DATABASE_URL: `mysql://root:${SECRET}@127.0.0.1/zhreb` },
  // The driver repeated a URL that it could not read, password included.
  { DATABASE_URL: `postgres://zhreb:${SECRET}#1@127.0.0.1:5432/zhreb` },
  { DATABASE_URL: `postgres://zhreb:${SECRET}@127.0.0.1:99999/zhreb` },
  { TELEGRAM_BOT_TOKEN: `123:${SECRET}` },
  // A real token without RANDOM.ORG's key would run a raffle that cannot be drawn.
  { TELEGRAM_BOT_TOKEN: `12345678:AA${SECRET}_real_looking_token_0` },
  { ADMIN_IDS: `42;${SECRET}` },
])("a wrong setting is named without its value: %j", async (environment) => {
  const ended = await runProduct({
    DATA_DIR: await makeTestFolder(),
    ...environment as Record<string, string>,
  });
  const [name = ""] = Object.keys(environment);
  expectOneLine(ended, new RegExp(`^Cannot start with this configuration:\n- .*${name}`));
});

// It started, and played raffles with Stars that nobody has.
it("a real token at a sandbox's address is refused", async () => {
  const { url, people } = await openTestSandbox();
  const ended = await runProduct({
    DATA_DIR: await makeTestFolder(),
    TELEGRAM_BOT_TOKEN: `12345678:AA${SECRET}_real_looking_token_0`,
    RANDOM_ORG_API_KEY: "6b1e65b9-4186-45c2-8981-b77a9842c4f0",
    TELEGRAM_API_URL: url,
  });
  expectOneLine(
    ended,
    /^Cannot start with this configuration:\n- TELEGRAM_API_URL must not be a sandbox/,
  );
  expect(await people.calls()).toEqual([]);
});

it(
  "a second start on the same folder is refused with what to set",
  { timeout: 60_000 },
  async () => {
    const { url } = await openTestSandbox();
    const environment = { SANDBOX_URL: url, DATA_DIR: await makeTestFolder() };
    await startProduct(environment);
    const ended = await runProduct(environment);
    expectOneLine(ended, /another process has it open.*DATA_DIR.*DATABASE_URL/s);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  },
);

it("a port that is taken is said in one line", { timeout: 60_000 }, async () => {
  const { url } = await openTestSandbox();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const ended = await runProduct({
      SANDBOX_URL: url,
      DATA_DIR: await makeTestFolder(),
      PORT: String(listener.addr.port),
    });
    expectOneLine(ended, /port is taken.*PORT/);
  } finally {
    listener.close();
  }
});

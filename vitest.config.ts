import { defineConfig } from "vitest/config";

const shared = {
  pool: "forks",
  isolate: false,
  testTimeout: 60_000,
  // Whole products are killed and cut on a busy machine: in CI a second try is shown as a retry.
  retry: Deno.env.get("CI") === "true" ? 1 : 0,
} as const;

/**
 * Two projects, one suite: everything on the embedded Postgres, and again on a server. Files that
 * end in `_server_test.ts` need several sessions and run on the server alone; `_pure_test.ts` touch
 * no database and run once.
 */
export default defineConfig({
  test: {
    // Tests wait for disks and clocks: on two cores all take 437 s with four workers, 587 s with two.
    maxWorkers: 4,
    // What is slower is listed beside its file; a database of its own takes a test that long.
    slowTestThreshold: 3_000,
    projects: [
      {
        test: {
          ...shared,
          name: "embedded",
          env: { ZHREB_TEST_DATABASE: "embedded" },
          include: ["**/*_test.ts"],
          exclude: ["**/node_modules/**", "**/*_server_test.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "server",
          env: { ZHREB_TEST_DATABASE: "server" },
          include: ["{actors,db,adapters}/**/*_test.ts"],
          exclude: ["**/node_modules/**", "**/*_pure_test.ts"],
        },
      },
    ],
  },
});

import { describe, expect, it } from "vitest";
import { type AppOptions, createApp } from "./create_app.ts";

function app(differences: Partial<AppOptions> = {}) {
  return createApp({
    isDatabaseReady: () => Promise.resolve(true),
    isRuntimeReady: () => true,
    proof: (id) => Promise.resolve(id === "rfl_one" ? '{"raffle":"rfl_one"}\n' : undefined),
    log: () => {},
    readyTimeoutMs: 5,
    ...differences,
  });
}

describe("web server", () => {
  it("is alive whatever the database does", async () => {
    const failing = app({ isDatabaseReady: () => Promise.reject(new Error("down")) });
    const response = await failing.request("/healthz");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
  });

  it.each([
    { name: "all is well", differences: {}, status: 200 },
    {
      name: "the runtime has not started",
      differences: { isRuntimeReady: () => false },
      status: 503,
    },
    {
      name: "the database is gone",
      differences: { isDatabaseReady: () => Promise.reject(new Error("password=hunter2")) },
      status: 503,
    },
    {
      name: "the database says no",
      differences: { isDatabaseReady: () => Promise.resolve(false) },
      status: 503,
    },
    {
      name: "the database does not answer",
      differences: { isDatabaseReady: () => new Promise<boolean>(() => {}) },
      status: 503,
    },
  ])("answers $status to /readyz when $name", async ({ differences, status }) => {
    const response = await app(differences).request("/readyz");
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain("hunter2");
  });

  it("gives a proof exactly as it is stored", async () => {
    const response = await app().request("/raffles/rfl_one/proof.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.text()).toBe('{"raffle":"rfl_one"}\n');
  });

  it.each([
    "/raffles/rfl_two/proof.json",
    "/raffles/..%2Fetc/proof.json",
    "/raffles/rfl_one'--/proof.json",
    "/raffles/rfl_one",
    "/nowhere",
    "/",
  ])("answers 404 in JSON to %s", async (path) => {
    const response = await app().request(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: "not found" });
  });

  it("tells the outside nothing of an error", async () => {
    const logged: string[] = [];
    const broken = app({
      proof: () => Promise.reject(new Error("relation raffles does not exist")),
      log: (_level, message, fields) => void logged.push(message, String(fields?.["error"])),
    });
    const response = await broken.request("/raffles/rfl_one/proof.json");
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: "internal error" });
    expect(logged).toContain("relation raffles does not exist");
  });
});

import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Operator, UsageError } from "../../actors/operator/operator.ts";
import { connectOperator, serveOperator } from "./operator_socket.ts";

async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "zhreb-test-" });
  onTestFinished(() => Deno.remove(folder, { recursive: true }));
  return folder;
}

/** Serves a made-up operator that answers with what it was asked. */
async function serve(
  operator: Partial<Operator>,
): Promise<{ folder: string; stop(): Promise<void> }> {
  const folder = await makeFolder();
  const stop = await serveOperator(operator as Operator, folder);
  let isStopped = false;
  const stopOnce = async (): Promise<void> => {
    if (!isStopped) await stop();
    isStopped = true;
  };
  onTestFinished(stopOnce);
  return { folder, stop: stopOnce };
}

async function connect(folder: string): Promise<Operator> {
  const connected = await connectOperator(folder);
  if (connected === undefined) throw new Error("Nobody answers");
  onTestFinished(() => connected.close());
  return connected.operator;
}

const echo = {
  show: (address: string, query?: unknown) => Promise.resolve({ address, query }),
  list: () => Promise.reject(new UsageError("limit is 0")),
  drop: () => Promise.reject(new Error("the database is away")),
  redrive: () => Promise.resolve({ status: "already" }),
} as unknown as Partial<Operator>;

describe("the operator's socket", () => {
  it("carries questions, answers and errors", async () => {
    const { folder } = await serve({
      ...echo,
      stuck: () => Promise.resolve(undefined) as never,
    });
    const operator = await connect(folder);
    expect(await operator.show("order/1", { history: { limit: 2 } }))
      .toEqual({ address: "order/1", query: { history: { limit: 2 } } });
    expect(await operator.redrive(1)).toEqual({ status: "already" });
    expect(await operator.stuck()).toBeUndefined();
    await expect(operator.list()).rejects.toThrow(UsageError);
    await expect(operator.list()).rejects.toThrow("limit is 0");
    const failing = operator.drop(1);
    await expect(failing).rejects.toThrow("the database is away");
    await expect(failing).rejects.not.toBeInstanceOf(UsageError);
  });

  it("answers nothing but the operator's methods", async () => {
    const { folder } = await serve(echo);
    const client = Deno.createHttpClient({
      proxy: { transport: "unix", path: join(folder, "actors.sock") },
    });
    onTestFinished(() => client.close());
    for (const body of ['{"method":"toString","params":[]}', '{"method":5}', "nonsense"]) {
      const response = await fetch("http://localhost/", { method: "POST", body, client });
      expect(response.ok).toBe(false);
      await response.body?.cancel();
    }
  });

  it("can be opened by this user alone, and goes with its process", async () => {
    const { folder, stop } = await serve(echo);
    const path = join(folder, "actors.sock");
    expect(((await Deno.stat(path)).mode ?? 0) & 0o777).toBe(0o600);
    await stop();
    await expect(Deno.stat(path)).rejects.toThrow(Deno.errors.NotFound);
    expect(await connectOperator(folder)).toBeUndefined();
  });

  it("ends also when somebody has stopped in the middle of a question", async () => {
    const folder = await makeFolder();
    const stop = await serveOperator(echo as Operator, folder, { graceMs: 20 });
    const connection = await Deno.connect({ transport: "unix", path: join(folder, "actors.sock") });
    onTestFinished(() => connection.close());
    const half = "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    await connection.write(new TextEncoder().encode(half));
    // The server asks for the rest: the question is being read.
    await connection.read(new Uint8Array(64));
    await stop();
    expect(await connectOperator(folder)).toBeUndefined();
  });

  it("replaces what a killed process has left, and finds nobody behind it before", async () => {
    const folder = await makeFolder();
    const path = join(folder, "actors.sock");
    // Closed under another name than it was opened with, a listener leaves its file.
    const listener = Deno.listen({ transport: "unix", path: `${path}.old` });
    await Deno.rename(`${path}.old`, path);
    listener.close();
    expect((await Deno.stat(path)).isSocket).toBe(true);
    expect(await connectOperator(folder)).toBeUndefined();
    const stop = await serveOperator(echo as Operator, folder);
    onTestFinished(stop);
    expect(await (await connect(folder)).redrive(1)).toEqual({ status: "already" });
  });

  it("says that a path is too long before it tries, and looks for nobody there", async () => {
    const folder = `/tmp/${"x".repeat(120)}`;
    await expect(serveOperator(echo as Operator, folder))
      .rejects.toThrow("a socket's path may have 107 bytes");
    expect(await connectOperator(folder)).toBeUndefined();
  });
});

/** The examples of `docs/runtime.md` are programs that run as they stand there. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const guide = await Deno.readTextFile(join(ROOT, "docs/runtime.md"));
const examples = [...guide.matchAll(/```ts\n\/\/ (\S+\.ts)\n(.*?)```/gs)].map(([, name, text]) => ({
  name: name as string,
  text: text as string,
}));

describe("the examples of the guide", () => {
  let folder: string;

  beforeAll(async () => {
    // As deep as the guide itself, for the sake of the imports.
    folder = await Deno.makeTempDir({ dir: ROOT, prefix: ".guide-" });
    for (const { name, text } of examples) await Deno.writeTextFile(join(folder, name), text);
    const all = examples.map(({ name }) => `await import("./${name}");`).join("\n");
    await Deno.writeTextFile(join(folder, "all.ts"), all);
  });
  afterAll(() => Deno.remove(folder, { recursive: true }));

  it("have names, each of them", () => {
    expect(examples.length).toBeGreaterThan(3);
    expect(guide.match(/```ts/g)).toHaveLength(examples.length);
  });

  it.each([
    ["are well typed", ["check", ...examples.map(({ name }) => name)]],
    ["run, one after another", ["run", "--no-check", "--no-prompt", "-A", "all.ts"]],
  ])("%s", async (_, args) => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    expect(success ? "" : new TextDecoder().decode(stderr)).toBe("");
  });
});

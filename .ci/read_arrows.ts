/** Reads the imports of all our files, as Deno itself understands them. */
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Arrow } from "./check_arrows.ts";

/** What `deno info --json` says of a module, as far as it is read here. */
interface ModuleInfo {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string; readonly error?: string };
    readonly type?: { readonly specifier?: string; readonly error?: string };
  }[];
}

const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".data", "coverage"]);
/** Workers are loaded by their address: an import by another name. */
const BY_ADDRESS = /new URL\(\s*"([^"]+\.ts)",\s*import\.meta\.url,?\s*\)/g;
/** A path out of the repository, to what stands beside it. */
const OUTSIDE = /["'`]((?:\.\.\/)+shared\/[^"'`]*)/g;

/**
 * All imports under `root`: of values and of types, static and dynamic, and what is loaded by its
 * address.
 * @throws {Error} When a file cannot be read as TypeScript.
 */
export async function readArrows(root: string): Promise<Arrow[]> {
  const files = listFiles(root, "");
  const modules = await readModules(root, files);
  const imported = files.flatMap((file) => {
    const module = modules.get(pathToFileURL(join(root, file)).href);
    if (module === undefined || module.error !== undefined) {
      throw new Error(`Cannot read the imports of ${file}: ${module?.error ?? "it is missing"}`);
    }
    return (module.dependencies ?? []).map(({ specifier, code, type }) => ({
      from: file,
      to: nameOf(root, specifier, (code ?? type)?.specifier),
      isType: code === undefined,
    }));
  });
  return [...imported, ...files.flatMap((file) => readByAddress(root, file))];
}

function listFiles(root: string, folder: string): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return SKIPPED_FOLDERS.has(entry.name) ? [] : listFiles(root, path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

/** One graph over all files: a file made for the purpose imports each of them. */
async function readModules(root: string, files: string[]): Promise<Map<string, ModuleInfo>> {
  const entry = await Deno.makeTempFile({ prefix: "zhreb-arrows-", suffix: ".ts" });
  try {
    const lines = files.map((file) => `import "${pathToFileURL(join(root, file)).href}";\n`);
    await Deno.writeTextFile(entry, lines.join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-lock", "--config", join(root, "deno.json"), entry],
      cwd: root,
    }).output();
    if (!success) throw new Error(`deno info failed: ${new TextDecoder().decode(stderr)}`);
    const { modules } = JSON.parse(new TextDecoder().decode(stdout));
    return new Map((modules as ModuleInfo[]).map((module) => [module.specifier, module]));
  } finally {
    await Deno.remove(entry);
  }
}

function nameOf(root: string, specifier: string, resolved: string | undefined): string {
  return resolved?.startsWith("file:") ? relative(root, fileURLToPath(resolved)) : specifier;
}

function readByAddress(root: string, file: string): Arrow[] {
  const text = Deno.readTextFileSync(join(root, file));
  const paths = [...text.matchAll(BY_ADDRESS), ...text.matchAll(OUTSIDE)];
  return paths.map(([, path = ""]) => ({
    from: file,
    to: path.includes("shared/") ? path : join(file, "..", path),
    isType: false,
  }));
}

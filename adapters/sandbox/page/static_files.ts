/** Files of a page beside it: a closed list, anything else is not served. */
import type { Context } from "hono";
import { DoorError } from "../doors/door_request.ts";

/**
 * Makes the handler of a route that ends in `:file`.
 *
 * @param folder Where they lie, with a slash at its end.
 * @param types File → its type.
 */
export function staticFiles(
  folder: URL,
  types: Readonly<Record<string, string>>,
): (c: Context) => Promise<Response> {
  return async (c) => {
    const file = c.req.param("file") ?? "";
    const type = Object.hasOwn(types, file) ? types[file] : undefined;
    if (type === undefined) throw new DoorError(404, "There is no such file");
    const text = await Deno.readTextFile(new URL(file, folder));
    return c.body(text, 200, { "content-type": `${type}; charset=utf-8` });
  };
}

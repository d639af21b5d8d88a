/** Asking the sandbox's doors: what the clients of people and of payers share. */
import ky, { HTTPError } from "ky";

/** A door said no: that cannot be done (no such button, too few Stars, …). */
export class DoorRefusedError extends Error {
  override readonly name = "DoorRefusedError";
  readonly status: number;
  readonly reason: string;
  /** @param status HTTP status. @param reason The door's words. */
  constructor(status: number, reason: string) {
    super(`Sandbox door refused (${status}): ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** How the sandbox is reached. */
export interface DoorClientOptions {
  /** Stands in for the network, e.g. `sandbox.fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Query parameters; undefined ones are left out. */
export type DoorQuery = Readonly<Record<string, string | number | undefined>>;

/** Asks a door. @throws {DoorRefusedError} When it refuses. */
export type AskDoor = <T>(
  method: "get" | "post" | "delete",
  path: string,
  body?: unknown,
  query?: DoorQuery,
) => Promise<T>;

/** @param prefix Address of the doors: `http://127.0.0.1:8081/sandbox`. */
export function createAskDoor(prefix: string, { fetch }: DoorClientOptions): AskDoor {
  const http = ky.create({
    prefix,
    retry: 0,
    timeout: false,
    ...(fetch === undefined ? {} : { fetch: (input, init) => fetch(new Request(input, init)) }),
  });
  return async <T>(
    method: "get" | "post" | "delete",
    path: string,
    body?: unknown,
    query: DoorQuery = {},
  ): Promise<T> => {
    const searchParams = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) searchParams.set(name, String(value));
    }
    try {
      return await http(path, {
        method,
        searchParams,
        ...(body === undefined ? {} : { json: body }),
      }).json<T>();
    } catch (error: unknown) {
      if (!(error instanceof HTTPError)) throw error;
      throw new DoorRefusedError(error.response.status, refusalText(error.data));
    }
  };
}

function refusalText(data: unknown): string {
  if (typeof data !== "object" || data === null) return String(data);
  if ("error" in data) return String(data.error);
  // What broke within the sandbox is told in Telegram's form.
  return "description" in data ? String(data.description) : JSON.stringify(data);
}

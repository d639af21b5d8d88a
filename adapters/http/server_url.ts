/** Where a server is reached. */
import { isLoopback } from "../inspector/access.ts";

/** Where a server listens, as a browser takes it: an IPv6 address stands in brackets. */
export function serverUrl({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The same for whoever is on its machine: a server that listens everywhere has no address of its own. */
export function localServerUrl({ host, port }: { host: string; port: number }): string {
  return serverUrl({ host: isLoopback(host) ? host : "127.0.0.1", port });
}

/** Where a server listens, as a browser takes it: an IPv6 address stands in brackets. */
export function serverUrl({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

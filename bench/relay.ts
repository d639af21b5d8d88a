/** A way to the server on which the bytes are counted. */

export interface Relay {
  /** Leads to the same database. */
  readonly url: string;
  /** Bytes to the server and from it. */
  counts(): { bytesSent: number; bytesReceived: number };
  close(): void;
}

const POSTGRES_PORT = 5432;

export function openRelay(serverUrl: string): Relay {
  const server = new URL(serverUrl);
  const counts = { bytesSent: 0, bytesReceived: 0 };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const counter = (name: keyof typeof counts) =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, controller) => {
        counts[name] += bytes.length;
        controller.enqueue(bytes);
      },
    });
  const accept = async (): Promise<void> => {
    for await (const near of listener) {
      const far = await Deno.connect({
        hostname: server.hostname,
        port: Number(server.port || POSTGRES_PORT),
      });
      near.setNoDelay(true);
      far.setNoDelay(true);
      // An end of either side ends the other; what was counted by then stays counted.
      near.readable.pipeThrough(counter("bytesSent")).pipeTo(far.writable).catch(() => {});
      far.readable.pipeThrough(counter("bytesReceived")).pipeTo(near.writable).catch(() => {});
    }
  };
  void accept();
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String((listener.addr as Deno.NetAddr).port);
  return { url: url.href, counts: () => ({ ...counts }), close: () => listener.close() };
}

/**
 * The least HTTP that can send POSTs one after another over one connection: on a machine of two cores
 * `fetch` would take from the runtime what is to be measured.
 */
export interface HttpConnection {
  /** Waits for the answers of those before it. @returns The answer's status. */
  post(path: string, body: string): Promise<number>;
  close(): void;
}

const HEAD_END = "\r\n\r\n";

export async function connectHttp(
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<HttpConnection> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  socket.setNoDelay(true);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16_384);
  let last: Promise<unknown> = Promise.resolve();

  async function exchange(path: string, body: string): Promise<number> {
    // All is ASCII: characters are bytes.
    const request = encoder.encode(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines}content-type: application/json\r\n` +
        `content-length: ${body.length}${HEAD_END}${body}`,
    );
    for (let sent = 0; sent < request.length;) sent += await socket.write(request.subarray(sent));
    let answer = "";
    for (;;) {
      const size = await socket.read(buffer);
      if (size === null) throw new Error("The node closed the connection");
      answer += decoder.decode(buffer.subarray(0, size));
      const headEnd = answer.indexOf(HEAD_END);
      if (headEnd === -1) continue;
      const length = /^content-length: (\d+)/im.exec(answer)?.[1];
      if (length === undefined) throw new Error("The node's answer has no length");
      if (answer.length >= headEnd + HEAD_END.length + Number(length)) break;
    }
    return Number(answer.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
  }

  return {
    post: (path, body) => {
      const turn = last.then(() => exchange(path, body));
      last = turn.catch(() => {});
      return turn;
    },
    close: () => socket.close(),
  };
}

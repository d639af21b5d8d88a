/** The two ways in which a stream reaches its clients: they come to us, or we go to one. */
import type { Log } from "../supervisor/log_port.ts";
import type { StepStream, StreamClient } from "./step_stream.ts";

/** The standard's 1013, "try again later", among the codes that an application may use. */
const TRY_AGAIN_LATER = 4013;
/** As the package's own inspector does. */
const RECONNECT_MS = 5_000;

/** Lets a WebSocket that was opened to us follow the stream until it closes. */
export function follow(stream: StepStream, socket: WebSocket): void {
  const remove = once(() => stream.add(clientOf(socket)));
  socket.addEventListener("open", () => remove.start());
  socket.addEventListener("close", () => remove.end());
  // A close follows every error.
  socket.addEventListener("error", () => {});
}

/**
 * Connects to a server of the protocol, as `createWebSocketInspector` does, for as long as it is
 * wanted and whenever it can be reached.
 * @returns Ends it.
 */
export function connectOut(
  stream: StepStream,
  { url, log }: { url: string; log: Log },
): () => void {
  let isEnded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  const connect = (): void => {
    const opened = socket = new WebSocket(url);
    const remove = once(() => stream.add(clientOf(opened)));
    opened.addEventListener("open", () => {
      log("info", "Steps go to the inspector", { server: new URL(url).host });
      remove.start();
    });
    opened.addEventListener("error", () => {});
    opened.addEventListener("close", () => {
      remove.end();
      if (!isEnded) timer = setTimeout(connect, RECONNECT_MS);
    });
  };
  connect();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    socket?.close();
  };
}

function clientOf(socket: WebSocket): StreamClient {
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    waitingBytes: () => socket.bufferedAmount,
    close: (reason) => socket.close(TRY_AGAIN_LATER, reason),
  };
}

/** Starts at most once, ends what was started. */
function once(start: () => () => void): { start(): void; end(): void } {
  let end: (() => void) | undefined;
  return {
    start: () => void (end ??= start()),
    end: () => end?.(),
  };
}

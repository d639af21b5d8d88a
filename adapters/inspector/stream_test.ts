/** The promise to clients of the Stately inspector's protocol, held with its own receiver. */
import { createWebSocketReceiver, type StatelyInspectionEvent } from "@statelyai/inspect";
import { expect, it, onTestFinished } from "vitest";
import { connectOut } from "./sockets.ts";
import { createSanitizer } from "./sanitize.ts";
import { StepStream } from "./step_stream.ts";
import { openInspectedWorld } from "./testing/inspected_world.ts";

/** What the package's own receiver gets, and a wait for it. */
function receive(server: string) {
  const events: StatelyInspectionEvent[] = [];
  const waiting = new Set<() => void>();
  createWebSocketReceiver({ server }).subscribe((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  return {
    events,
    until: (isThere: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (!isThere()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

type Receiver = ReturnType<typeof receive>;

const snapshots = ({ events }: Receiver) =>
  events.flatMap((event) => event.type === "@xstate.snapshot" ? [event] : []);

it("the package's own receiver gets every step of every actor", async () => {
  const world = await openInspectedWorld();
  const receiver = receive(world.streamUrl);
  await isFollowed(world, receiver);
  await world.play();
  // Steps of before it followed are not sent; what comes last comes after all others.
  const last = world.steps.at(-1)?.address;
  const stepsOfLast = world.steps.filter(({ address }) => address === last).length;
  await receiver.until(() =>
    snapshots(receiver).filter(({ sessionId }) => sessionId === last).length >= stepsOfLast
  );

  const ofOrder = snapshots(receiver).filter(({ sessionId }) => sessionId === "order/1");
  const steps = world.steps.filter(({ address }) => address === "order/1");
  expect(ofOrder.map(({ snapshot }) => (snapshot as { value?: unknown }).value))
    .toEqual(steps.map(({ view }) => view.value));
  expect(ofOrder.map(({ event }) => event.type)).toEqual(steps.map(({ event }) => event.type));

  const actors = receiver.events.flatMap((event) => event.type === "@xstate.actor" ? [event] : []);
  const named = Object.fromEntries(actors.map((actor) => [actor.sessionId, actor]));
  expect(named["order/1/p"]).toMatchObject({ parentId: "order/1", rootId: "order/1" });
  const definition = JSON.parse(named["order/1"]?.definition ?? "{}");
  expect(definition).toMatchObject({ id: "order", initial: "open" });
  expect(Object.keys(definition.states)).toEqual(["open", "closed", "packing", "packed"]);
  expect(JSON.parse(named["order/1/p"]?.definition ?? "{}")).toMatchObject({ id: "packer" });

  const took = receiver.events.find((event) =>
    event.type === "@xstate.event" && event.event.type === "take"
  );
  expect(took).toMatchObject({ sessionId: "stock/1", sourceId: "order/1", _version: "0.7.2" });
  expect(JSON.stringify(receiver.events)).not.toContain("hunter2");
});

it("a receiver that comes late gets the actors that it needs first", async () => {
  const world = await openInspectedWorld();
  await world.play();
  const receiver = receive(world.streamUrl);
  await isFollowed(world, receiver);
  await world.runtime.send(
    "stock/1",
    { type: "take", count: 1, by: "order/1" } as { type: string },
  );
  const ofStock = () => receiver.events.filter(({ sessionId }) => sessionId === "stock/1");
  await receiver.until(() => ofStock().length === 3);
  expect(ofStock().map(({ type }) => type))
    .toEqual(["@xstate.actor", "@xstate.event", "@xstate.snapshot"]);
});

it("goes out to a server of the protocol, as the package's inspector does", async () => {
  const world = await openInspectedWorld();
  const received = Promise.withResolvers<Record<string, unknown>[]>();
  const followed = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const events: Record<string, unknown>[] = [];
    socket.addEventListener("message", ({ data }) => {
      events.push(JSON.parse(data));
      if (events.length === 3) received.resolve(events);
    });
    return response;
  });
  const stream = new StepStream({
    onStep: (listener) => {
      followed.resolve();
      return world.runtime.onStep(listener);
    },
    actors: new Map(),
    sanitize: () => createSanitizer(),
  });
  const url = `ws://127.0.0.1:${server.addr.port}`;
  const disconnect = connectOut(stream, { url, log: () => {} });
  onTestFinished(async () => {
    disconnect();
    stream.close();
    await server.shutdown();
  });
  await followed.promise;
  await world.runtime.create("stock/1", { left: 1 });
  expect((await received.promise).map(({ type }) => type))
    .toEqual(["@xstate.actor", "@xstate.event", "@xstate.snapshot"]);
});

it("gives nothing to a client without the token", async () => {
  const world = await openInspectedWorld();
  const socket = new WebSocket(world.streamUrl.replace(/token=.*/, "token=wrong"));
  const opened = await new Promise((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  });
  expect(opened).toBe(false);
});

/** Steps are not kept for who comes later, so one is made until the receiver has one. */
async function isFollowed(
  { runtime }: Awaited<ReturnType<typeof openInspectedWorld>>,
  receiver: Receiver,
): Promise<void> {
  for (let number = 1; receiver.events.length === 0; number++) {
    await runtime.create(`stock/probe${number}`, { left: 0 });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

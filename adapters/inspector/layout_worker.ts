/** A thread of its own for a layout, which may take longer than the runtime's heartbeat can wait. */
import { layoutChart, type Picture } from "./layout_chart.ts";
import type { MachineChart } from "./machine_chart.ts";

interface Thread {
  postMessage(picture: Picture): void;
  addEventListener(type: "message", listener: (event: MessageEvent<MachineChart>) => void): void;
}

const thread = globalThis as unknown as Thread;
thread.addEventListener("message", async ({ data }) => {
  thread.postMessage(await layoutChart(data));
});

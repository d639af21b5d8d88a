/** The pictures of machines, each laid out once, in a thread of its own. */
import type { ActorDefinition } from "../../actors/define_actor.ts";
import type { Picture } from "./layout_chart.ts";
import { chartOf, type MachineChart } from "./machine_chart.ts";

/** Gives the picture of a machine of a kind; undefined when there is no such machine. */
export type Pictures = (kind: string, machineId: string) => Promise<Picture> | undefined;

/** @param actors By their kinds. */
export function createPictures(actors: ReadonlyMap<string, ActorDefinition>): Pictures {
  const pictures = new Map<string, Promise<Picture>>();
  return (kind, machineId) => {
    const machine = actors.get(kind)?.machines.get(machineId);
    if (machine === undefined) return undefined;
    const key = `${kind}/${machineId}`;
    const picture = pictures.get(key) ?? layoutInThread(chartOf(machine));
    pictures.set(key, picture);
    // What failed is tried again when it is asked for again.
    picture.catch(() => pictures.delete(key));
    return picture;
  };
}

/** @throws {Error} What the layout throws. */
async function layoutInThread(chart: MachineChart): Promise<Picture> {
  const worker = new Worker(new URL("./layout_worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Picture>((resolve, reject) => {
      worker.addEventListener("message", ({ data }) => resolve(data));
      worker.addEventListener("error", (event) => {
        // Otherwise it would end the process.
        event.preventDefault();
        reject(new Error(`Cannot lay out machine "${chart.machine}": ${event.message}`));
      });
      worker.postMessage(chart);
    });
  } finally {
    worker.terminate();
  }
}

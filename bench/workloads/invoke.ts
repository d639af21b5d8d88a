/** Rounds of event, effect, and its result stored: two commits and a promise each. */
import { type Bed, expectAccepted, withRuntime } from "../bed.ts";
import { keepBusy } from "../figures.ts";
import type { Measurement } from "../line.ts";
import { expectNoEffects, SENDERS } from "./counter.ts";

export function measureInvoke(bed: Bed): Measurement {
  // Each sender has workers of its own, so that none is asked while it works.
  const share = Math.floor(bed.actors / SENDERS);
  return {
    measure: async (seconds) => {
      await bed.tidy();
      const figures = await withRuntime(bed.database, (runtime) => {
        const waiting = new Map<string, () => void>();
        runtime.onEmit((address) => waiting.get(address)?.());
        let sent = 0;
        return keepBusy({
          seconds,
          senders: SENDERS,
          work: async (sender) => {
            const address = `worker/${sender * share + sent++ % share}`;
            const worked = new Promise<void>((resolve) => waiting.set(address, resolve));
            await expectAccepted(runtime.send(address, { type: "work", n: 21 } as never));
            await worked;
            waiting.delete(address);
          },
        });
      });
      await expectNoEffects(bed);
      return figures;
    },
  };
}

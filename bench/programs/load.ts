/** Senders in a process of their own: keyed events over HTTP, to one node or to several in turn. */
import { ADD, SENDERS } from "../workloads/counter.ts";
import { freshKey } from "../bed.ts";
import { type Figures, keepBusy, keepPace, randomBelow } from "../figures.ts";
import { connectHttp, type HttpConnection } from "./http_connection.ts";
import { answerQuestions } from "./open_program.ts";
import { SECRET, SECRET_HEADER } from "./secret.ts";

export interface LoadQuestion {
  readonly ports: readonly number[];
  readonly seconds: number;
  /** Of the kind "counter", picked by chance. */
  readonly actors: number;
  /** Events at a steady pace; without it each sender waits for its answer. */
  readonly perSecond?: number;
}

/** A node that has just started has to warm up, too. */
const WARM_UP_SECONDS = 2;

await answerQuestions(async ({ ports, seconds, actors, perSecond }: LoadQuestion) => {
  const connections = await Promise.all(
    Array.from(
      { length: SENDERS },
      (_, sender) =>
        connectHttp(ports[sender % ports.length] as number, { [SECRET_HEADER]: SECRET }),
    ),
  );
  const post = async (connection: HttpConnection): Promise<void> => {
    const body = JSON.stringify({ event: ADD, key: freshKey() });
    const status = await connection.post(`/actors/counter/${randomBelow(actors)}`, body);
    if (status !== 200) throw new Error(`An event was answered ${status}`);
  };
  const load = { seconds, warmUpSeconds: WARM_UP_SECONDS };
  const figures: Figures = perSecond === undefined
    ? await keepBusy({
      ...load,
      senders: SENDERS,
      work: (sender) => post(connections[sender] as HttpConnection),
    })
    : await keepPace({
      ...load,
      perSecond,
      work: (number) => post(connections[number % SENDERS] as HttpConnection),
    });
  for (const connection of connections) connection.close();
  return figures;
});

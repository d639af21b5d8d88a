/** All lines of the bench, in the order in which they are measured. */
import type { Line } from "./line.ts";
import { measureAsk, measureCounter, measureNaive } from "./workloads/counter.ts";
import { measureHotRaffle } from "./workloads/hot_raffle.ts";
import { measureInvoke } from "./workloads/invoke.ts";
import { measureMillion } from "./workloads/million.ts";
import { measureHttp, measureTwoNodes } from "./workloads/outside.ts";
import { measureTimers } from "./workloads/timers.ts";

const PENDING_TIMERS = 1_000_000;
/** PGlite in memory of one process takes its time to fill. */
const PENDING_TIMERS_EMBEDDED = 50_000;

export const lines: readonly Line[] = [
  {
    name: "naive",
    words: "a transaction per event, 8 connections",
    beside: "throughput",
    targets: [],
    isEmbedded: false,
    open: async (site) => measureNaive(await site.small()),
  },
  {
    name: "counter",
    words: "keyed events with an effect row each, 5,000 actors",
    beside: "throughput",
    targets: [{ figure: "ratio", atLeast: 3 }],
    isEmbedded: true,
    open: async (site) => measureCounter(await site.small(), "counter"),
  },
  {
    name: "counterTimer",
    words: "the same, and a timer wound up at each event",
    beside: "throughput",
    targets: [{ figure: "ratio", atLeast: 2 }],
    isEmbedded: true,
    open: async (site) => measureCounter(await site.small(), "counterTimer"),
  },
  {
    name: "http",
    words: "counter through a door, from another process",
    beside: "throughput",
    targets: [{ figure: "ratio", atLeast: 1.5 }],
    isEmbedded: false,
    open: async (site) => await measureHttp(await site.small()),
  },
  {
    name: "http1000",
    words: "the same at a steady 1,000/s",
    beside: "nothing",
    targets: [{ figure: "p99Ms", atMost: 50 }],
    isEmbedded: false,
    open: async (site) => await measureHttp(await site.small(), { perSecond: 1_000 }),
  },
  {
    name: "hotRaffle",
    words: "payments for one raffle: ticket, ledger, notices",
    beside: "throughput",
    targets: [{ figure: "ratio", atLeast: 1.2 }],
    isEmbedded: true,
    open: async (site) => await measureHotRaffle(await site.small()),
  },
  {
    name: "invoke",
    words: "event → effect → result stored",
    beside: "throughput",
    targets: [{ figure: "ratio", atLeast: 1 }, { figure: "p50Ms", atMost: 10 }],
    isEmbedded: true,
    open: async (site) => measureInvoke(await site.small()),
  },
  {
    name: "askLatency",
    words: "one sender, one actor; ratio of p50 to one pgbench client",
    beside: "latency",
    targets: [{ figure: "ratio", atMost: 1 }],
    isEmbedded: true,
    open: async (site) => measureAsk(await site.small()),
  },
  {
    name: "twoNodesSpread",
    words: "two processes, load from outside; ratio to one process",
    beside: "nothing",
    targets: [{ figure: "ratio", atLeast: 0.9 }],
    isEmbedded: false,
    open: async (site) => {
      const bed = await site.small();
      return await measureTwoNodes(bed, bed.actors);
    },
  },
  {
    name: "twoNodesHot",
    words: "the same for one hot actor",
    beside: "nothing",
    targets: [{ figure: "ratio", atLeast: 0.8 }, { figure: "p99Ms", atMost: 50 }],
    isEmbedded: false,
    open: async (site) => await measureTwoNodes(await site.small(), 1),
  },
  {
    name: "timers",
    words: "10,000 due in one second, 1,000,000 pending; lateness",
    beside: "nothing",
    targets: [{ figure: "p99Ms", atMost: 100 }],
    isEmbedded: true,
    open: async (site) =>
      site.isEmbedded
        ? await measureTimers(await site.small(), { due: 1_000, pending: PENDING_TIMERS_EMBEDDED })
        : await measureTimers(await site.large(), { due: 10_000, pending: PENDING_TIMERS }),
  },
  {
    name: "million",
    words: "counter over 1,000,000 actors; ratio to 5,000",
    beside: "nothing",
    targets: [
      { figure: "ratioWarm", atLeast: 0.8 },
      { figure: "ratioCold", atLeast: 0.5 },
      { figure: "memoryMb", atMost: 50 },
    ],
    isEmbedded: false,
    open: async (site) => await measureMillion(site),
  },
];

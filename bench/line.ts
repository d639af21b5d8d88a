/** One line of the bench: what is measured, beside what, and what is wanted of it. */
import type { Bed } from "./bed.ts";
import type { Figures } from "./figures.ts";

export interface Line {
  readonly name: string;
  /** For people: what is counted. */
  readonly words: string;
  /** What pgbench measures right before and right after it. */
  readonly beside: "throughput" | "latency" | "nothing";
  readonly targets: readonly Target[];
  /** Whether it can be measured on the embedded database. */
  readonly isEmbedded: boolean;
  /** Readies what all rounds share. */
  open(site: Site): Promise<Measurement>;
}

export interface Measurement {
  /** Readies one round; not timed, and before pgbench's turn. */
  prepare?(seconds: number): Promise<void>;
  measure(seconds: number): Promise<Figures>;
  close?(): Promise<void>;
}

/** A bound for one figure of a line. */
export interface Target {
  readonly figure: "ratio" | "p50Ms" | "p99Ms" | (string & Record<never, never>);
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Where lines are measured: beds are made when the first line asks for them. */
export interface Site {
  readonly isEmbedded: boolean;
  /** 5,000 actors of each kind. */
  small(): Promise<Bed>;
  /** 1,000,000 counters. */
  large(): Promise<Bed>;
  /** Throws what is in the server's memory out of it, as far as that can be asked for. */
  chill(): Promise<void>;
}

import { expected } from "../errors";
import { quantile } from "../statistics/quantile";
import { othersShare, ownTime, type ProcessorTime, processorTime } from "./processors";

/** How many single calls to time. */
export interface Repetitions {
  /** Largest number of calls. */
  readonly calls: number;
  /** Seconds after which no further call begins, once there are three. Default: no limit. */
  readonly seconds?: number;
  /**
   * The share of the processors that other programs may take meanwhile. If they take more, the calls are made
   * again, and the least disturbed ones are kept. Default 1: no limit.
   */
  readonly others?: number;
  /** Largest number of times that the calls are made. Default 5. */
  readonly attempts?: number;
}

/** Times of single calls. */
export interface Times {
  /** By the clock. */
  readonly seconds: readonly number[];
  /** Of all threads of this process together. */
  readonly cpu: readonly number[];
  /** The share of the processors that other programs took meanwhile. */
  readonly others: number;
}

/** Median time by the clock, and its quartiles. */
export interface Quartiles {
  /** Median time of a call, in seconds. */
  readonly seconds: number;
  /** A quarter of the calls took at most this many seconds. */
  readonly lowerQuartile: number;
  /** Three quarters of the calls took at most this many seconds. */
  readonly upperQuartile: number;
}

export const quartiles = ({ seconds }: Times): Quartiles => ({
  seconds: quantile(seconds, 0.5),
  lowerQuartile: quantile(seconds, 0.25),
  upperQuartile: quantile(seconds, 0.75),
});

/** The most calls that `repeated` may ask for. */
export const mostCalls = ({ calls, others = 1, attempts = 5 }: Repetitions): number =>
  others < 1 ? calls * attempts : calls;

/** What the times are read from, in milliseconds. */
export interface Clocks {
  /** By the clock. */
  readonly now: () => number;
  /** Of all threads of this process together. */
  readonly own: () => number;
  readonly processors: () => ProcessorTime;
}

const machine: Clocks = { now: () => performance.now(), own: ownTime, processors: processorTime };

/**
 * Collects the times between ticks, from tick number `from` (counted from 1) on, until there are enough.
 * @returns `tick`, to be called before and after every call, which returns whether that was the last; and
 * `times`.
 */
export function repeated(repetitions: Repetitions, from: number, clocks: Clocks = machine) {
  const { calls, seconds: most = Number.POSITIVE_INFINITY, others: limit = 1, attempts = 5 } = repetitions;
  if (!(Number.isInteger(calls) && calls >= 1)) throw expected("1 call or more", `${calls}`);
  let ticks = 0;
  let attempt = 0;
  let seconds: number[] = [];
  let cpu: number[] = [];
  let last = { at: 0, own: 0 };
  let start = { at: 0, processors: clocks.processors() };
  let best: Times | undefined;

  const begin = () => {
    seconds = [];
    cpu = [];
    // Read before the clock: it takes a moment.
    const processors = clocks.processors();
    last = { at: clocks.now(), own: clocks.own() };
    start = { at: last.at, processors };
  };
  return {
    times: (): Times => best ?? { seconds, cpu, others: 0 },
    tick(): boolean {
      const now = { at: clocks.now(), own: clocks.own() };
      if (++ticks <= from) {
        if (ticks === from) begin();
        return false;
      }
      seconds.push((now.at - last.at) / 1000);
      cpu.push((now.own - last.own) / 1000);
      last = now;
      const isEnough = seconds.length >= calls || (seconds.length >= 3 && (now.at - start.at) / 1000 > most);
      if (!isEnough) return false;
      const others = othersShare(start.processors, clocks.processors());
      if (!best || others < best.others) best = { seconds, cpu, others };
      begin();
      return others <= limit || ++attempt >= attempts;
    },
  };
}

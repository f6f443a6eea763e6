import { duration } from "../../text";
import type { Failure } from "../executor/output";

/** The longest that a notebook and each of its cells may run, in seconds; without a limit where missing. */
export interface TimeLimits {
  readonly notebook?: number;
  readonly cell?: number;
}

/** The failure of cell number `cell`, from 1, in which a limit was reached. */
export function tooLong(limited: keyof TimeLimits, limits: TimeLimits, cell: number): Failure {
  const seconds = limits[limited] ?? 0;
  const time = seconds < 1 ? `${seconds} s` : duration(seconds);
  const evalue =
    limited === "cell"
      ? `Cell ${cell} ran for longer than ${time}; --cell-timeout sets another limit.`
      : `The notebook ran for longer than ${time}; --timeout sets another limit.`;
  return { type: "error", ename: "TimeoutError", evalue, traceback: [`TimeoutError: ${evalue}`] };
}

/** The most milliseconds of a timer: one that is set to more fires at once. */
const longestTimer = 2 ** 31 - 1;

/** Calls `act` after so many seconds, be it months; returns what prevents that. */
export function after(seconds: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number) => {
    const now = Math.min(left, longestTimer);
    timer = setTimeout(() => (left > now ? wait(left - now) : act()), now);
  };
  wait(1000 * seconds);
  return () => clearTimeout(timer);
}

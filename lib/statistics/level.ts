import { expected } from "../errors";

/** @throws when an interval's level isn't between 0 and 1. */
export function assertLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw expected("a level between 0 and 1, such as 0.95", `${level}`);
}

/** How sure an interval is. */
export interface IntervalLevel {
  /** How often such intervals contain the true value. Default 0.95. */
  readonly level?: number;
}

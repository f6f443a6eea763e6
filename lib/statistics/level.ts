import { expected } from "../errors";

/** @throws when an interval's level isn't between 0 and 1. */
export function assertLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw expected("a level between 0 and 1, such as 0.95", `${level}`);
}

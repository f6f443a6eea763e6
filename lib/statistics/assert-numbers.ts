import { expected } from "../errors";

/** Refuses NaN, which has no place in an order. @throws at the first. */
export function assertNumbers(values: ArrayLike<number>, what = "values that are numbers"): void {
  for (let k = 0; k < values.length; k++) {
    if (Number.isNaN(values[k])) throw expected(what, `NaN at place ${k}`);
  }
}

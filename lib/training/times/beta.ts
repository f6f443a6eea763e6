import { assertKnown, expected } from "../../errors";
import type { TimeDensity } from "./time-density";

/**
 * Times of the Beta(a, b) distribution, of mean a/(a + b): skewed towards the data, t = 1, where a > b, and
 * towards the base where a < b; towards both ends where both are below 1.
 * @throws unless a and b are above 0.
 *
 * @example
 * const timeDensity = betaTimes({ a: 1, b: 2 }); // mean 1/3: more times near the base
 * const model = await train({ data, coupling, interpolant, network, timeDensity, steps: 10, seed: 0 });
 */
export function betaTimes(options: { readonly a: number; readonly b: number }): TimeDensity {
  assertKnown(options, { a: true, b: true }, "betaTimes");
  const { a, b } = options;
  for (const [name, value] of Object.entries({ a, b })) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw expected(`${name} above 0 for the Beta distribution of times`, `${value}`);
    }
  }
  return Object.freeze({
    name: `Beta(${a}, ${b})`,
    density: (t: number) => t ** (a - 1) * (1 - t) ** (b - 1),
  });
}

import { assertKnown, expected } from "../../errors";
import type { TimeDensity } from "./time-density";

/** Where the density would become infinite at t = ½. */
const most = 2 / (Math.PI - 2);

/**
 * The heavy-tailed "mode" density of Esser et al. (2024): t = 1 − u − s (cos²(πu/2) − 1 + u) for uniform u
 * and scale s. It is symmetric about ½: uniform for s = 0, more in the middle for s above 0, more at the ends
 * below; nowhere zero, unlike `logitNormalTimes`.
 * @throws unless the scale is from −1 to below 2/(π − 2) ≈ 1.75.
 */
export function modeTimes(options: { readonly scale: number }): TimeDensity {
  assertKnown(options, { scale: true }, "modeTimes");
  const { scale } = options;
  if (!(scale >= -1 && scale < most))
    throw expected(`a scale from −1 to below ${most.toFixed(3)}`, `${scale}`);
  const time = (u: number) => 1 - u - scale * (Math.cos((Math.PI * u) / 2) ** 2 - 1 + u);
  return Object.freeze({
    name: `mode(${scale})`,
    density(t: number) {
      let [low, high] = [0, 1];
      // time(u) falls from 1 to 0.
      for (let i = 0; i < 50; i++) {
        const middle = (low + high) / 2;
        if (time(middle) > t) low = middle;
        else high = middle;
      }
      return 1 / (1 + scale * (1 - (Math.PI / 2) * Math.sin(Math.PI * low)));
    },
  });
}

import { type DirectCoupling, type NdArray, type Rng, type Samples, zeros } from "../../lib";

/** A coupling of one's own: x0 is the point x1 turned by `angle` radians about the origin, plus σζ. */
export function rotated({
  angle,
  sigma,
}: {
  readonly angle: number;
  readonly sigma: number;
}): DirectCoupling {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return Object.freeze({
    name: "rotated",
    condition: Object.freeze({}),
    draw({ x }: Samples, rng: Rng) {
      const x0: NdArray = zeros(x.shape, x);
      for (let i = 0; i < x.data.length; i += 2) {
        const [u, v] = [x.data[i], x.data[i + 1]];
        x0.data[i] = cos * u - sin * v + sigma * rng.normal();
        x0.data[i + 1] = sin * u + cos * v + sigma * rng.normal();
      }
      return Object.freeze({ x0, x1: x, xi: Object.freeze({}) });
    },
  });
}

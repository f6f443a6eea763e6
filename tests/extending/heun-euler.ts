import { type AdaptiveMethod, type AdaptiveOptions, adaptiveMethod, type EmbeddedTableau } from "../../lib";

const tableau: EmbeddedTableau = {
  name: "Heun-Euler",
  order: 2,
  c: [0, 1],
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  error: [-1 / 2, 1 / 2],
  dense: [
    [1, -1 / 2],
    [0, 1 / 2],
  ],
};

/** An adaptive solver of one's own: Heun's method, whose error is estimated by Euler's within it. */
export function heunEuler(options: AdaptiveOptions = {}): AdaptiveMethod {
  return adaptiveMethod(tableau, options);
}

import fc from "fast-check";
import { ndarray } from "../../lib/array";
import { gaussianMixture, type MixtureComponent, type MixtureCoupling } from "../../lib/couplings";
import { exactFlow, type Field } from "../../lib/fields";
import {
  brownian,
  type Interpolant,
  linear,
  oneSided as merged,
  parabola,
  polynomial,
  sinSquared,
  trigonometric,
  variancePreserving,
} from "../../lib/interpolants";
import { rng } from "../../lib/random";

const interpolants: readonly Interpolant[] = [
  linear(),
  trigonometric(),
  linear({ gamma: brownian() }),
  trigonometric({ gamma: brownian({ scale: 0.5 }) }),
  polynomial({ power: 2, gamma: brownian({ scale: 0.7 }) }),
  variancePreserving({ gamma: sinSquared() }),
  merged(linear({ gamma: parabola() })),
];

/** x0 = m + σζ whatever x1, which has three modes of two labels. */
export function oneSided(seed: number): {
  readonly coupling: MixtureCoupling;
  readonly mean: readonly number[];
  readonly sigma: readonly (readonly number[])[];
} {
  const source = rng(seed);
  const mean = Array.from(source.normals([2]).data);
  const sigma = [
    [0.6 + source.uniform(), source.normal()],
    [source.normal() / 4, -0.6 - source.uniform()],
  ];
  const components = [0, 1, 2].map((k): MixtureComponent => {
    const [a, b, c] = source.normals([3]).data;
    return {
      weight: 0.2 + source.uniform(),
      mean0: mean,
      mean1: Array.from(source.normals([2]).data, (x) => 2 * x),
      cov00: covarianceOf(sigma),
      cov11: [
        [0.3 + a * a, a * b],
        [a * b, 0.3 + b * b + c * c],
      ],
      label: k % 2,
    };
  });
  return { coupling: gaussianMixture({ components }), mean, sigma };
}

/** Two components with x0 and x1 correlated: no conversion that needs a one-sided base holds. */
export function twoSided(seed: number): MixtureCoupling {
  const source = rng(seed);
  const components = [0, 1].map((): MixtureComponent => {
    const c = source.uniform() - 0.5;
    return {
      weight: 0.3 + source.uniform(),
      mean0: Array.from(source.normals([2]).data),
      mean1: Array.from(source.normals([2]).data, (x) => 2 * x),
      cov00: [
        [1, c],
        [c, 1],
      ],
      cov01: [
        [0.4, c / 2],
        [-c / 2, 0.2],
      ],
      cov11: [
        [0.8, -c],
        [-c, 1.2],
      ],
    };
  });
  return gaussianMixture({ components });
}

/** E[p x0 + q x1 | I_t]: the exact velocity, told that α̇ = p and β̇ = q. */
export function expectation(
  coupling: MixtureCoupling,
  interpolant: Interpolant,
  [p, q]: readonly [number, number],
): Field {
  const derivatives = { dAlpha: p, dBeta: q, dGamma: 0, gammaDGamma: 0 };
  return exactFlow({
    coupling,
    interpolant: { ...interpolant, at: (t) => ({ ...interpolant.at(t), ...derivatives }) },
  }).velocity;
}

export const places = fc.record({
  seed: fc.integer(),
  interpolant: fc.constantFrom(...interpolants),
  t: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  x: fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 })
    .map((values) => ndarray([2, 2], Float64Array.from(values))),
});

function covarianceOf(sigma: readonly (readonly number[])[]): number[][] {
  const dot = (i: number, j: number) => sigma[i][0] * sigma[j][0] + sigma[i][1] * sigma[j][1];
  return [
    [dot(0, 0), dot(0, 1)],
    [dot(0, 1), dot(1, 1)],
  ];
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray, sizeOf } from "../../lib/array";
import { dataDependent, type Matrix, type Sigma, solveSigma } from "../../lib/couplings";
import { rng } from "../../lib/random";

const draw = (sigma: Sigma, shape: readonly number[], seed = 1) => {
  const x = rng("x").normals(shape);
  return { ...dataDependent({ mean: () => x, sigma }).draw({ x }, rng(seed)), m: x };
};
const residual = ({ x0, m }: ReturnType<typeof draw>) => Array.from(x0.data, (value, e) => value - m.data[e]);
const expectClose = (actual: ArrayLike<number>, wanted: ArrayLike<number>) => {
  for (let e = 0; e < wanted.length; e++) expect(Math.abs(actual[e] - wanted[e])).toBeLessThan(2e-6);
};

describe("sigma of x0 = m + σζ", () => {
  it("broadcasts to x1's shape as in NumPy", () => {
    const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 });
    const cases = shape.chain((to) =>
      fc.record({
        to: fc.constant(to),
        ones: fc.array(fc.boolean(), { minLength: to.length, maxLength: to.length }),
        skip: fc.integer({ min: 0, max: to.length - 1 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ to, ones, skip }) => {
        const from = to.map((length, axis) => (ones[axis] ? 1 : length)).slice(skip);
        const sigma = ndarray(
          from,
          Float32Array.from({ length: sizeOf(from) }, (_, e) => e + 1),
        );
        const pairs = draw(sigma, to);
        const wanted = Array.from(pairs.zeta?.data ?? [], (value, element) => {
          // The coordinates of this element, then the offset of the same coordinates in sigma.
          let rest = element;
          const at = to.map(() => 0);
          for (let axis = to.length - 1; axis >= 0; axis--) {
            at[axis] = rest % to[axis];
            rest = Math.floor(rest / to[axis]);
          }
          const offset = from.reduce((sum, length, k) => sum * length + (length === 1 ? 0 : at[k + skip]), 0);
          return sigma.data[offset] * value;
        });
        expect(wanted).toHaveLength(sizeOf(to));
        const scale = sizeOf(from) + 1;
        expectClose(
          residual(pairs).map((value) => value / scale),
          wanted.map((value) => value / scale),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("multiplies ζ by a matrix: σζ has covariance σσᵀ", () => {
    const sigma = [
      [2, 0],
      [1, 0.5],
    ];
    const pairs = draw(sigma, [20000, 2]);
    const noise = residual(pairs);
    let [a, b, c] = [0, 0, 0];
    for (let i = 0; i < 20000; i++) {
      a += noise[2 * i] ** 2 / 20000;
      b += (noise[2 * i] * noise[2 * i + 1]) / 20000;
      c += noise[2 * i + 1] ** 2 / 20000;
    }
    // Standard errors of a covariance s_ij: √((s_ij² + s_ii s_jj) / n).
    expect(Math.abs(a - 4)).toBeLessThan(4 * Math.sqrt(32 / 20000));
    expect(Math.abs(b - 2)).toBeLessThan(4 * Math.sqrt(9 / 20000));
    expect(Math.abs(c - 1.25)).toBeLessThan(4 * Math.sqrt(3.125 / 20000));
  });

  it("may have a matrix for each sample, and be a function of the targets", () => {
    const x = ndarray([2, 2], [1, 2, 3, 4]);
    const labels = Int32Array.of(1, 0);
    const byClass: readonly Matrix[] = [
      [
        [0, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [3, 0],
      ],
    ];
    const coupling = dataDependent({
      mean: (targets) => targets.x,
      sigma: (targets) => Array.from(targets.labels ?? [], (label) => byClass[label]),
      classes: 2,
    });
    const { x0, zeta, sigma } = coupling.draw({ x, labels }, rng(1));
    const z = Array.from(zeta?.data ?? []);
    expectClose(x0.data, [1, 2 + 3 * z[0], 3 + z[3], 4]);
    expect(sigma).toEqual([byClass[1], byClass[0]]);
  });

  it("gives the score of the base itself at t = 0: −σ⁻ᵀζ is the gradient of its log density", () => {
    const covariance = [
      [4, 2],
      [2, 1.25],
    ];
    const pairs = draw(
      [
        [2, 0],
        [1, 0.5],
      ],
      [5, 2],
    );
    const found = solveSigma(pairs.sigma as Sigma, pairs.zeta as never).data;
    const noise = residual(pairs);
    const determinant = covariance[0][0] * covariance[1][1] - covariance[0][1] ** 2;
    for (let i = 0; i < 5; i++) {
      const [u, v] = [noise[2 * i], noise[2 * i + 1]];
      expect(found[2 * i]).toBeCloseTo((covariance[1][1] * u - covariance[0][1] * v) / determinant, 4);
      expect(found[2 * i + 1]).toBeCloseTo((covariance[0][0] * v - covariance[1][0] * u) / determinant, 4);
    }
    const scaled = draw(ndarray([2], [0.5, 4]), [3, 2]);
    const from = scaled.zeta?.data ?? [];
    expectClose(
      solveSigma(scaled.sigma as Sigma, scaled.zeta as never).data,
      Array.from(from, (value, e) => value / [0.5, 4][e % 2]),
    );
  });

  it("is refused where it does not fit, is not a deviation, or has no inverse and one is asked for", () => {
    expect(() => draw(ndarray([2], [1, 1]), [4, 3])).toThrow("broadcasts to x1's shape [4, 3]");
    expect(() => draw(ndarray([1, 4, 3], [...Array(12)].fill(1)), [4, 3])).toThrow(
      "received shape [1, 4, 3]",
    );
    expect(() =>
      draw(
        [
          [1, 0],
          [0, 1],
        ],
        [4, 3],
      ),
    ).toThrow("a sigma of 3 × 3");
    expect(() => draw([[[1]], [[1]]], [4, 1])).toThrow("4 matrices sigma, one per sample, but received 2");
    expect(() => draw(-1, [1, 1])).toThrow("sigma of 0 or more");
    expect(() => draw(Number.NaN, [1, 1])).toThrow("sigma of 0 or more");
    expect(() => draw(ndarray([1], [-1]), [1, 1])).toThrow("received -1");
    expect(() => draw([[1, 2]], [1, 2])).toThrow("a square matrix sigma of finite numbers");
    expect(() => draw([], [1, 2])).toThrow("empty list");
    const v = ndarray([1, 2], [1, 1]);
    expect(() => solveSigma(0, v)).toThrow("sigma above 0");
    expect(() =>
      solveSigma(
        [
          [1, 1],
          [1, 1],
        ],
        v,
      ),
    ).toThrow("a singular one");
    const late = dataDependent({ mean: ({ x }) => x, sigma: () => -2 });
    expect(() => late.draw({ x: v }, rng(1))).toThrow("received -2");
  });
});

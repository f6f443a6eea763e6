import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { rng } from "../../lib/random";
import { principalComponents } from "../../lib/statistics";

/** Points (3u + 1, v, 0.1w) turned by 30° in the first two coordinates, as "images" of 3 × 1 pixels. */
const turned = (n: number) => {
  const z = rng("turned").normals([n, 3]).data;
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const data = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const [u, v] = [3 * z[3 * i] + 1, z[3 * i + 1]];
    data.set([c * u - s * v, s * u + c * v, 0.1 * z[3 * i + 2]], 3 * i);
  }
  return ndarray([n, 3, 1], data);
};
const column = ({ shape: [n, k], data }: { shape: readonly number[]; data: ArrayLike<number> }, j: number) =>
  Array.from({ length: n }, (_, i) => data[i * k + j]);
const variance = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};

describe("principalComponents", () => {
  const x = turned(4000);

  it("finds the direction along which points vary most", () => {
    const code = principalComponents({ x, count: 2 });
    const axis = code.decode(ndarray([2, 2], Float64Array.of(0, 0, 1, 0))).data;
    expect(Math.atan2(axis[4] - axis[1], axis[3] - axis[0])).toBeCloseTo(Math.PI / 6, 1);
    expect(code.variances[0]).toBeGreaterThan(8.5);
    expect(code.variances[0]).toBeLessThan(9.5);
    const total = [0, 1, 2].reduce(
      (sum, k) => sum + variance(column({ shape: [4000, 3], data: x.data }, k)),
      0,
    );
    expect(code.explained).toBeCloseTo((code.variances[0] + code.variances[1]) / total, 8);
  });

  it("has codes of these variances, uncorrelated; of variance 1 where whitened", () => {
    for (const whiten of [false, true]) {
      const code = principalComponents({ x, count: 3, whiten });
      const z = code.encode(x);
      for (const k of [0, 1, 2]) {
        expect(variance(column(z, k))).toBeCloseTo(whiten ? 1 : code.variances[k], 8);
      }
      const [first, second] = [column(z, 0), column(z, 1)];
      const product = first.reduce((sum, value, i) => sum + value * second[i], 0);
      expect(Math.abs(product) / 4000).toBeLessThan(1e-8);
    }
  });

  it("restores samples: all of them with all components, the rest's variance lost with fewer", () => {
    const lost = (count: number, whiten: boolean) => {
      const code = principalComponents({ x, count, whiten });
      const again = code.decode(code.encode(x));
      expect(again.shape).toEqual(x.shape);
      return Array.from(again.data).reduce((sum, value, e) => sum + (value - x.data[e]) ** 2, 0) / 3999;
    };
    const { variances } = principalComponents({ x, count: 3 });
    expect(lost(3, true)).toBeLessThan(1e-20);
    expect(lost(2, true)).toBeCloseTo(variances[2], 8);
    expect(lost(1, false)).toBeCloseTo(variances[1] + variances[2], 8);
  });

  it("refuses what it can't find", () => {
    expect(() => principalComponents({ x, count: 4 })).toThrow(/from 1 to 3, but received 4/);
    expect(() => principalComponents({ x: turned(2), count: 2 })).toThrow(/from 1 to 1/);
    const flat = ndarray([3, 2], Float64Array.of(0, 0, 1, 0, 2, 0));
    expect(() => principalComponents({ x: flat, count: 2, whiten: true })).toThrow(/vary along/);
    const odd = ndarray([4, 2], Float64Array.of(0, 1, 2, 3, 4, Number.NaN, 6, 7));
    expect(() => principalComponents({ x: odd, count: 1 })).toThrow(
      "Expected samples of finite numbers to find the components of, but received NaN in sample 2.",
    );
    const code = principalComponents({ x: flat, count: 1 });
    expect(() => code.encode(x)).toThrow(/\[any, 2\]/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import {
  averagePool,
  bicubicDown,
  bicubicUp,
  colourisation,
  type DirectCoupling,
  deblurring,
  dequantisation,
  gaussianBlur,
  greyscale,
  independent,
  inpainting,
  jpegLike,
  lanczosDown,
  nearestUp,
  paired,
  restoration,
  superResolution,
  tiles,
} from "../../lib/couplings";
import { batchOf, rowsOf, type Samples, take } from "../../lib/data";
import { linear } from "../../lib/interpolants";
import { pathBound } from "../../lib/metrics/transport/path-bound";
import { rng } from "../../lib/random";

/** Images of independent values with mean 0.2 and standard deviation 0.3. */
function images(shape: readonly number[], seed = 0): Samples {
  const x = rng(seed).normals(shape);
  for (let e = 0; e < x.data.length; e++) x.data[e] = 0.2 + 0.3 * x.data[e];
  return { x, labels: Int32Array.from({ length: shape[0] }, (_, i) => i % 3) };
}
const bound = (coupling: DirectCoupling, targets: Samples) =>
  pathBound({ pairs: coupling.draw(targets, rng(1)), interpolant: linear() });
/** Of E|x1 − m|² + dσ², from a formula. */
function expectCost(coupling: DirectCoupling, targets: Samples, cost: number) {
  const { value, standardError } = bound(coupling, targets);
  expect(Math.abs(value - cost)).toBeLessThan(4 * standardError);
  expect(standardError).toBeLessThan(0.05 * cost);
}

const common = { sigma: 0.1, channels: 3, classes: 3 };
const couplings: { coupling: DirectCoupling; mean: (x: NdArray) => NdArray; name?: string }[] = [
  {
    coupling: superResolution({ ...common, factor: 4 }),
    mean: (x) => nearestUp({ factor: 4 })(averagePool({ factor: 4 })(x)),
  },
  {
    coupling: superResolution({ ...common, factor: 2, down: bicubicDown, up: bicubicUp }),
    mean: (x) => bicubicUp({ factor: 2 })(bicubicDown({ factor: 2 })(x)),
  },
  {
    coupling: superResolution({ ...common, factor: 2, down: (o) => lanczosDown({ ...o, lobes: 2 }) }),
    mean: (x) => nearestUp({ factor: 2 })(lanczosDown({ factor: 2, lobes: 2 })(x)),
    name: "super-resolution with Lanczos",
  },
  { coupling: deblurring({ ...common, width: 1.5 }), mean: gaussianBlur({ width: 1.5 }) },
  { coupling: dequantisation({ ...common, quality: 20 }), mean: jpegLike({ quality: 20 }) },
  {
    coupling: dequantisation({ ...common, quality: 20, ycbcr: false }),
    mean: jpegLike({ quality: 20, ycbcr: false }),
    name: "dequantisation of channels",
  },
  { coupling: colourisation({ sigma: 0.1, classes: 3 }), mean: greyscale() },
];

describe.each(couplings.map((each) => ({ ...each, name: each.name ?? each.coupling.name })))(
  "$name",
  ({ coupling, mean }) => {
    it("starts from the spoilt image plus σζ, and shows it and the labels", () => {
      const targets = images([3, 8, 16, 3]);
      const m = mean(targets.x);
      const { x0, x1, xi, zeta, sigma } = coupling.draw(targets, rng(5));
      expect(coupling.condition).toMatchObject({ labels: { classes: 3 }, image: { channels: 3 } });
      expect(x1).toBe(targets.x);
      expect(xi.image).toEqual(m);
      expect(xi.labels).toEqual(targets.labels);
      expect(sigma).toBe(0.1);
      expect(zeta).toEqual(rng(5).normals(x0.shape));
      x0.data.forEach((value, e) => {
        expect(value).toBeCloseTo(m.data[e] + 0.1 * (zeta?.data[e] ?? 0), 6);
      });
    });
  },
);

describe("transport costs (section 3.3)", () => {
  it("super-resolution costs E|x1 − U(D(x1))|² + dσ²; without coupling E|x1|² + d", () => {
    for (const factor of [2, 4]) {
      const targets = images([300, 8, 8, 1]);
      const [d, sigma, blocks] = [64, 0.15, factor ** 2];
      // Of independent values, each block's mean takes one part in factor² of the variance.
      const left = d * 0.3 ** 2 * (1 - 1 / blocks);
      expectCost(superResolution({ factor, channels: 1, sigma }), targets, left + d * sigma ** 2);
      expectCost(independent(), targets, d * (0.2 ** 2 + 0.3 ** 2 + 1));
    }
  });

  it("colourisation costs E|x1 − luma|² + dσ²", () => {
    const weights = [0.299, 0.587, 0.114];
    const squares = weights.reduce((sum, w) => sum + w ** 2, 0);
    // Per pixel Σ_c Var(x_c − Σ w x) = Σ_c (1 − 2 w_c + Σ w²) s².
    const perPixel = (3 - 2 + 3 * squares) * 0.3 ** 2;
    expectCost(colourisation({ sigma: 0.2 }), images([300, 4, 4, 3]), 16 * perPixel + 48 * 0.2 ** 2);
  });

  it("in-painting costs p of what independent noise costs, whatever p", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.integer(), (p, seed) => {
        const targets = images([250, 8, 8, 1], seed);
        const full = 64 * (0.2 ** 2 + 0.3 ** 2 + 1);
        const { value, standardError } = bound(inpainting({ mask: tiles({ grid: 4, p }) }), targets);
        expect(Math.abs(value - p * full)).toBeLessThan(5 * standardError);
      }),
      { numRuns: 3, seed: 1 },
    );
  });

  it("quantisation costs dσ² and what the steps lose: q²/12 per coefficient for small steps", () => {
    const wide = images([40, 8, 8, 1]).x;
    // Well within [-1, 1], so that nothing is clipped.
    const targets = {
      x: ndarray(
        wide.shape,
        wide.data.map((value) => 0.4 * value),
      ),
    };
    // At quality 100 all steps are one level of 127.5.
    const cost = 64 * (1 / 12 / 127.5 ** 2 + 0.001 ** 2);
    const { value } = bound(dequantisation({ quality: 100, channels: 1, sigma: 0.001 }), targets);
    expect(Math.abs(value / cost - 1)).toBeLessThan(4 * Math.sqrt(0.8 / 2560));
  });
});

describe("restoration", () => {
  it("takes a way of spoiling of one's own, at random where wished", () => {
    const coupling = restoration({
      corrupt: (x, random) => {
        const drop = random.uniform();
        return ndarray(
          x.shape,
          x.data.map((value) => value * drop),
        );
      },
      sigma: 0,
      channels: 1,
    });
    const targets = images([2, 2, 2, 1]);
    const ratio = (seed: number) => coupling.draw(targets, rng(seed)).x0.data[0] / targets.x.data[0];
    expect(ratio(1)).toBeCloseTo(rng(1).uniform(), 5);
    expect(ratio(1)).not.toBeCloseTo(ratio(2), 3);
  });

  it("refuses images of other channels, and sides that a factor does not divide", () => {
    const targets = images([1, 6, 6, 1]);
    expect(() => deblurring({ ...common, width: 1 }).draw(targets, rng(1))).toThrow("[1, 6, 6, 3]");
    const coupling = superResolution({ factor: 4, channels: 1, sigma: 0.1 });
    expect(() => coupling.draw(targets, rng(1))).toThrow("multiples of 4 for average pooling");
    const shrinks = restoration({ corrupt: averagePool({ factor: 2 }), channels: 1, sigma: 0.1 });
    expect(() => shrinks.draw(targets, rng(1))).toThrow("like x1, of shape [1, 6, 6, 1]");
  });
});

describe("paired", () => {
  const x = ndarray([4, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  const data = {
    x,
    x0: ndarray(
      [4, 2],
      Array.from(x.data, (value) => -10 * value),
    ),
    labels: Int32Array.of(0, 1, 0, 1),
  };

  it("keeps each x0 with its x1 in batches, and shows it where asked to", () => {
    const coupling = paired({ conditionOnX0: { channels: 2 }, classes: 2 });
    for (const targets of [data, batchOf(data, 30, rng(1)), take(data, 3), rowsOf(data, [3, 1])]) {
      const { x0, x1, xi } = coupling.draw(targets, rng(2));
      expect(x1).toBe(targets.x);
      x1.data.forEach((value, e) => {
        expect(x0.data[e]).toBeCloseTo(-10 * value, 9);
      });
      expect(xi.image).toBe(targets.x0);
      expect(xi.labels).toBe(targets.labels);
    }
    expect(coupling.condition).toMatchObject({ labels: { classes: 2 }, image: { channels: 2 } });
  });

  it("adds noise where asked to", () => {
    const { x0, zeta } = paired({ sigma: 0.5 }).draw(data, rng(1));
    x0.data.forEach((value, e) => {
      expect(value).toBeCloseTo(data.x0.data[e] + 0.5 * (zeta?.data[e] ?? Number.NaN), 5);
    });
  });

  it("says what is missing where the data do not come in pairs", () => {
    expect(() => paired().draw({ x }, rng(1))).toThrow("base draws x0 of shape [4, 2] with the targets");
    expect(() => rowsOf({ x, x0: ndarray([2, 2], [1, 2, 3, 4]) }, [0])).toThrow(
      "like their x, of shape [4, 2]",
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import {
  averagePool,
  bicubicDown,
  bicubicUp,
  bilinearUp,
  type Corruption,
  gaussianBlur,
  greyscale,
  lanczosDown,
  nearestUp,
} from "../../../lib/couplings";
import { rng } from "../../../lib/random";

const make = (
  shape: readonly number[],
  f: (y: number, x: number, c: number, i: number) => number,
): NdArray => {
  const [n, h, w, c] = shape;
  const data = new Float64Array(n * h * w * c);
  for (let e = 0; e < data.length; e++) {
    data[e] = f(Math.floor(e / (c * w)) % h, Math.floor(e / c) % w, e % c, Math.floor(e / (c * w * h)));
  }
  return ndarray(shape, data);
};
const noise = (shape: readonly number[], seed = 0) =>
  ndarray(shape, Float64Array.from(rng(seed).normals(shape).data));
const dot = (a: NdArray, b: NdArray) =>
  Array.from(a.data).reduce((sum, value, e) => sum + value * b.data[e], 0);
const expectClose = (actual: NdArray, wanted: NdArray, tolerance = 1e-9) => {
  expect(actual.shape).toEqual(wanted.shape);
  const worst = Array.from(actual.data).reduce(
    (most, value, e) => Math.max(most, Math.abs(value - wanted.data[e])),
    0,
  );
  expect(worst).toBeLessThan(tolerance);
};

type Resizer = (options: { factor: number }) => Corruption;
const downs: Record<string, Resizer> = { averagePool, bicubicDown, lanczosDown };
const ups: Record<string, Resizer> = { nearestUp, bilinearUp, bicubicUp };
const sizes = fc.record({
  factor: fc.integer({ min: 1, max: 4 }),
  h: fc.integer({ min: 1, max: 5 }),
  w: fc.integer({ min: 1, max: 5 }),
  c: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer(),
});

const blur: Resizer = () => gaussianBlur({ width: 0.8 });

describe.each(Object.entries({ ...downs, ...ups, blur }))("%s", (name, of) => {
  const scaled = ({ factor, h, w }: { factor: number; h: number; w: number }) => {
    const big = name in downs ? factor : 1;
    const grown = name in downs ? 1 : name in ups ? factor : 1;
    return { from: [h * big, w * big], to: [h * grown, w * grown] };
  };

  it("gives the size announced, keeps constants, and is linear", () => {
    fc.assert(
      fc.property(sizes, ({ seed, c, ...size }) => {
        const { from, to } = scaled(size);
        const apply = of({ factor: size.factor });
        expectClose(
          apply(make([2, ...from, c], () => 0.7)),
          make([2, ...to, c], () => 0.7),
        );
        const [a, b] = [noise([2, ...from, c], seed), noise([2, ...from, c], seed + 1)];
        const both = ndarray(
          a.shape,
          Float64Array.from(a.data, (value, e) => 2 * value - 3 * b.data[e]),
        );
        const [ya, yb] = [apply(a), apply(b)];
        expectClose(
          apply(both),
          ndarray(
            ya.shape,
            Float64Array.from(ya.data, (value, e) => 2 * value - 3 * yb.data[e]),
          ),
        );
      }),
      { numRuns: 25 },
    );
  });

  it("treats height and width, images and channels alike and apart", () => {
    fc.assert(
      fc.property(sizes, ({ seed, c, ...size }) => {
        const { from } = scaled(size);
        const apply = of({ factor: size.factor });
        const x = noise([2, ...from, c], seed);
        const [n, h, w] = x.shape;
        const at = (image: NdArray, i: number, y: number, col: number, k: number) =>
          image.data[((i * image.shape[1] + y) * image.shape[2] + col) * image.shape[3] + k];
        // Turned over its diagonal, images exchanged and channels reversed.
        const moved = make([n, w, h, c], (y, col, k, i) => at(x, 1 - i, col, y, c - 1 - k));
        const out = apply(x);
        expectClose(
          apply(moved),
          make([n, out.shape[2], out.shape[1], c], (y, col, k, i) => at(out, 1 - i, col, y, c - 1 - k)),
        );
      }),
      { numRuns: 15 },
    );
  });

  it("turns a mirrored image into the mirrored result", () => {
    fc.assert(
      fc.property(sizes, ({ seed, c, ...size }) => {
        const { from } = scaled(size);
        const x = noise([1, ...from, c], seed);
        const mirror = (image: NdArray) => {
          const [, , w, k] = image.shape;
          return make(image.shape, (y, col, channel) => image.data[(y * w + (w - 1 - col)) * k + channel]);
        };
        const apply = of({ factor: size.factor });
        expectClose(apply(mirror(x)), mirror(apply(x)));
      }),
      { numRuns: 15 },
    );
  });
});

describe("shrinking", () => {
  it("by pooling is the mean of each block, and factor² times it the adjoint of nearest upsampling", () => {
    const x = noise([2, 6, 9, 2]);
    const y = noise([2, 2, 3, 2], 5);
    const pooled = averagePool({ factor: 3 })(x);
    expect(pooled.data[3 * 2 + 1]).toBeCloseTo(
      [3, 4, 5]
        .flatMap((row) => [0, 1, 2].map((col) => x.data[(row * 9 + col) * 2 + 1]))
        .reduce((s, v) => s + v / 9, 0),
      12,
    );
    expect(9 * dot(pooled, y)).toBeCloseTo(dot(x, nearestUp({ factor: 3 })(y)), 9);
  });

  it.each([
    ["bicubicDown", bicubicDown, 2],
    ["lanczosDown", lanczosDown, 3],
  ] as const)(
    "by %s takes the middle of a ramp, and removes the frequencies that would alias",
    (_, down, radius) => {
      const ramp = down({ factor: 3 })(make([1, 60, 60, 1], (y, x) => x / 60 + y / 30));
      const [lo, hi] = [radius, 20 - radius];
      for (let y = lo; y < hi; y++) {
        for (let x = lo; x < hi; x++) {
          expect(ramp.data[y * 20 + x]).toBeCloseTo((3 * x + 1) / 60 + (3 * y + 1) / 30, 9);
        }
      }
      const stripes = down({ factor: 3 })(make([1, 60, 60, 1], (_y, x) => (x % 2 === 0 ? 1 : -1)));
      for (let x = lo; x < hi; x++) expect(Math.abs(stripes.data[10 * 20 + x])).toBeLessThan(0.02);
      const picked = make([1, 20, 20, 1], (_y, x) => ((3 * x + 1) % 2 === 0 ? 1 : -1));
      expect(Math.abs(picked.data[205])).toBe(1);
    },
  );

  it("with more Lanczos lobes keeps more of a slow wave and less of a fast one", () => {
    const size = (lobes: number, period: number) => {
      const wave = make([1, 4, 192, 1], (_y, x) => Math.cos((2 * Math.PI * (x - 1.5)) / period));
      const out = lanczosDown({ factor: 4, lobes })(wave);
      return Math.max(...out.data.slice(12, 36).map(Math.abs));
    };
    expect(size(4, 12)).toBeGreaterThan(0);
    expect(size(6, 12)).toBeGreaterThan(size(2, 12));
    expect(size(6, 6)).toBeLessThan(size(2, 6));
  });
});

describe("enlarging", () => {
  it("by nearest pixels repeats them, and pooling undoes it", () => {
    const x = noise([2, 3, 4, 2]);
    const big = nearestUp({ factor: 2 })(x);
    expect(big.data[(5 * 8 + 6) * 2 + 1]).toBe(x.data[(2 * 4 + 3) * 2 + 1]);
    expectClose(averagePool({ factor: 2 })(big), x, 1e-12);
  });

  it("by linear interpolation takes a quarter and three quarters of two neighbours", () => {
    const out = bilinearUp({ factor: 2 })(ndarray([1, 1, 2, 1], Float64Array.of(0, 1)));
    expect(Array.from(out.data.slice(0, 4))).toEqual([0, 0.25, 0.75, 1]);
  });

  it("by cubic interpolation reproduces a parabola between pixels", () => {
    const parabola = (x: number) => 0.2 * x * x - x + 0.5;
    const out = bicubicUp({ factor: 4 })(make([1, 1, 9, 1], (_y, x) => parabola(x)));
    for (let i = 12; i < 24; i++) expect(out.data[i]).toBeCloseTo(parabola((i + 0.5) / 4 - 0.5), 9);
  });
});

describe("gaussianBlur", () => {
  it("spreads a point to a Gaussian of its variance and keeps the sum, at borders too", () => {
    const width = 1.5;
    const point = make([1, 33, 33, 1], (y, x) => (x === 16 && y === 16 ? 1 : 0));
    const out = gaussianBlur({ width })(point);
    const variance = Array.from(out.data).reduce((sum, value, e) => sum + value * ((e % 33) - 16) ** 2, 0);
    // Cutting off at four deviations takes 0.1 % of the variance.
    expect(Math.abs(variance / width ** 2 - 1)).toBeLessThan(2e-3);
    expect(out.data[16 * 33 + 19] / out.data[16 * 33 + 16]).toBeCloseTo(
      Math.exp(-(3 ** 2) / (2 * width ** 2)),
      9,
    );
    for (const shape of [
      [1, 5, 3, 2],
      [1, 1, 2, 1],
    ]) {
      const x = noise(shape);
      const y = noise(shape, 1);
      const ones = make(shape, () => 1);
      const blur = gaussianBlur({ width: 2 });
      expect(dot(blur(x), ones)).toBeCloseTo(dot(x, ones), 9);
      expect(dot(blur(x), y)).toBeCloseTo(dot(x, blur(y)), 9);
    }
  });

  it("of two widths in turn is one of the root of the sum of their squares", () => {
    const x = noise([1, 16, 16, 1]);
    const twice = gaussianBlur({ width: 2 })(gaussianBlur({ width: 1.5 })(x));
    expectClose(twice, gaussianBlur({ width: 2.5 })(x), 5e-3);
  });
});

describe("greyscale", () => {
  it("keeps grey, weighs colours by their luma, and is the same when done twice", () => {
    const grey = make([1, 2, 2, 3], (y, x) => (y - x) / 2);
    expectClose(greyscale()(grey), grey);
    const primaries = ndarray([1, 1, 3, 3], Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    expect(Array.from(greyscale()(primaries).data)).toEqual([0.299, 0.587, 0.114].flatMap((v) => [v, v, v]));
    const once = greyscale()(noise([2, 3, 3, 3]));
    expectClose(greyscale()(once), once);
  });
});

describe("errors", () => {
  it("say which sides, factors and shapes will do", () => {
    const x = noise([1, 6, 9, 3]);
    for (const down of Object.values(downs)) {
      expect(() => down({ factor: 2 })(x)).toThrow("multiples of 2");
      expect(() => down({ factor: 0 })).toThrow("factor as a whole number above 0");
    }
    for (const up of Object.values(ups)) expect(() => up({ factor: 1.5 })).toThrow("received 1.5");
    expect(() => averagePool({ factor: 1 })(noise([4, 3]))).toThrow("[n, h, w, c] for average pooling");
    expect(() => gaussianBlur({ width: 0 })).toThrow("above 0");
    expect(() => lanczosDown({ factor: 2, lobes: 0.5 })).toThrow("lobes");
    expect(() => greyscale()(noise([1, 2, 2, 1]))).toThrow("3 channels for greyscale");
    expect(() => greyscale()(noise([2, 3]))).toThrow("[n, h, w, c] for greyscale");
  });
});

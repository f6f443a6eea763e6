import { describe, expect, it } from "vitest";
import { ndarray, takeRows } from "../../lib/array";
import {
  classBases,
  classGaussian,
  type DirectCoupling,
  dataDependent,
  fittedGaussian,
  independent,
  inpainting,
  superResolution,
  tiles,
  uncoupledInpainting,
  uncoupledSuperResolution,
  unmaskedInpainting,
} from "../../lib/couplings";
import { linear } from "../../lib/interpolants";
import { pathBound } from "../../lib/metrics/transport/path-bound";
import { rng } from "../../lib/random";

/** Images with a mean and a variance that are not those of N(0, I). */
function images(n: number, { side = 8, channels = 3, seed = 0 } = {}) {
  const x = rng(seed).normals([n, side, side, channels]);
  for (let e = 0; e < x.data.length; e++) x.data[e] = 0.4 + 0.3 * x.data[e];
  return { x, labels: Int32Array.from({ length: n }, (_, i) => i % 4) };
}

const moments = (values: ArrayLike<number>) => {
  const list = Array.from(values);
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return { mean, variance: list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length };
};
const expectMoments = (values: ArrayLike<number>, mean: number, variance: number) => {
  const found = moments(values);
  expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
  expect(Math.abs(found.variance - variance)).toBeLessThan(4 * variance * Math.sqrt(2 / values.length));
};
const bound = (coupling: DirectCoupling, targets: ReturnType<typeof images>, seed: number) =>
  pathBound({ pairs: coupling.draw(targets, rng(seed)), interpolant: linear() });

const mask = tiles({ grid: 4, p: 0.3 });
const shrunk = { samples: images(400, { side: 4 }), classes: 4 };
const all: { coupling: DirectCoupling; side: number }[] = [
  { coupling: independent(), side: 8 },
  { coupling: independent({ classes: 4 }), side: 8 },
  { coupling: inpainting({ mask }), side: 8 },
  { coupling: inpainting({ mask, classes: 4 }), side: 8 },
  { coupling: uncoupledInpainting({ mask, channels: 3, classes: 4 }), side: 8 },
  { coupling: dataDependent({ mean: ({ x }) => x, sigma: 0.1 }), side: 8 },
  {
    coupling: dataDependent({ mean: ({ x }) => x, sigma: 0.1, conditionOnMean: { channels: 3 }, classes: 4 }),
    side: 8,
  },
  { coupling: classGaussian({ ...shrunk, labelled: false }), side: 4 },
  { coupling: classGaussian({ ...shrunk, labelled: true }), side: 4 },
  { coupling: fittedGaussian(shrunk), side: 4 },
  { coupling: fittedGaussian({ samples: shrunk.samples }), side: 4 },
  { coupling: uncoupledSuperResolution({ factor: 2, channels: 3, classes: 4 }), side: 8 },
  { coupling: unmaskedInpainting({ mask, hole: "noise", classes: 4 }), side: 8 },
  { coupling: unmaskedInpainting({ mask, hole: "grey", sigma: 0.1 }), side: 8 },
];

describe.each(all.map((each) => ({ ...each, name: each.coupling.name })))("$name", ({ coupling, side }) => {
  it("keeps x1, gives x0 its shape, and gives the conditions that it announces", () => {
    const targets = images(5, { side });
    const { x0, x1, xi } = coupling.draw(targets, rng(1));
    const { labels, keep, image } = coupling.condition;
    expect(x1).toBe(targets.x);
    expect(x0.shape).toEqual(x1.shape);
    expect(xi.labels).toEqual(labels && targets.labels);
    expect(xi.keep?.shape).toEqual(keep ? [5, side, side, 1] : undefined);
    expect(xi.image?.shape).toEqual(image && [5, side, side, image.channels]);
  });

  it("draws the same for the same seed and another for another", () => {
    const targets = images(2, { side });
    expect(coupling.draw(targets, rng(1))).toEqual(coupling.draw(targets, rng(1)));
    expect(coupling.draw(targets, rng(1)).x0).not.toEqual(coupling.draw(targets, rng(2)).x0);
  });

  it("starts with what it would draw, where the base needs no x1", () => {
    if (!coupling.start) return;
    const { x, labels } = images(3, { side });
    const { x1: _, ...start } = coupling.draw({ x, labels }, rng(7));
    expect(coupling.start({ shape: x.shape, labels }, rng(7))).toEqual(start);
  });

  it("carries the noise ζ of its base, that σζ is added to, where it tells σ", () => {
    const { x0, xi, zeta, sigma } = coupling.draw(images(3, { side }), rng(3));
    expect(sigma === undefined).toBe(zeta === undefined);
    // A class-dependent base has its own test, below.
    if (!zeta || typeof sigma !== "number") return;
    const other = coupling.draw(
      {
        ...images(3, { side }),
        x: ndarray(
          x0.shape,
          x0.data.map(() => 0),
        ),
      },
      rng(3),
    );
    expect(zeta).toEqual(other.zeta);
    const known = (e: number) => xi.keep?.data[Math.floor(e / 3)] === 1;
    expectMoments(
      zeta.data.filter((_, e) => !known(e)),
      0,
      1,
    );
    zeta.data.forEach((value, e) => {
      // With the targets at zero m(x1) is zero for all couplings here.
      expect(other.x0.data[e]).toBeCloseTo(sigma * value, 6);
      if (known(e)) expect(value).toBe(0);
    });
  });

  it("asks for labels where it shows them, in the range of its classes", () => {
    if (!coupling.condition.labels) return;
    const { x } = images(2, { side });
    expect(() => coupling.draw({ x }, rng(1))).toThrow("2 labels, one per sample");
    expect(() => coupling.draw({ x, labels: Int32Array.of(0, 4) }, rng(1))).toThrow("labels from 0 to 3");
    expect(() => coupling.draw({ x, labels: Int32Array.of(0) }, rng(1))).toThrow("received 1");
  });
});

describe("independent", () => {
  it("has N(0, I) as its base, not correlated with x1", () => {
    const { x0, x1 } = independent().draw(images(300), rng(1));
    expectMoments(x0.data, 0, 1);
    const product = x0.data.map((value, e) => (value * (x1.data[e] - 0.4)) / 0.3);
    expect(Math.abs(moments(product).mean)).toBeLessThan(4 / Math.sqrt(product.length));
  });

  it("refuses a number of classes that is none", () => {
    expect(() => independent({ classes: 0 })).toThrow("classes above 0");
  });
});

describe("dataDependent", () => {
  it("draws x0 = m(x1) + σζ, and shows m(x1) where asked to", () => {
    const targets = images(200);
    const half = { ...targets.x, data: targets.x.data.map((value) => value / 2) };
    const options = { mean: () => half, sigma: 0.5, conditionOnMean: { channels: 3 } };
    const { x0, xi } = dataDependent(options).draw(targets, rng(1));
    expectMoments(
      x0.data.map((value, e) => (value - half.data[e]) / 0.5),
      0,
      1,
    );
    expect(xi.image).toBe(half);
  });

  it("costs dσ² for m(x1) = x1, and 2 tr Cov(x1) + dσ² for the same marginals without the coupling", () => {
    const targets = images(4000, { side: 2 });
    const [d, sigma] = [12, 0.2];
    const coupled = dataDependent({ mean: ({ x }) => x, sigma }).draw(targets, rng(1));
    const uncoupled = { ...coupled, x0: takeRows(coupled.x0, rng(2).permutation(4000)) };
    const [joined, apart] = [coupled, uncoupled].map((pairs) => pathBound({ pairs, interpolant: linear() }));
    expect(Math.abs(joined.value - d * sigma ** 2)).toBeLessThan(4 * joined.standardError);
    expect(Math.abs(apart.value - (2 * d * 0.3 ** 2 + d * sigma ** 2))).toBeLessThan(4 * apart.standardError);
  });

  it("refuses a mean of another shape and a sigma below 0", () => {
    const wrong = dataDependent({ mean: () => ndarray([1, 2], [0, 0]), sigma: 0.1 });
    expect(() => wrong.draw(images(1), rng(1))).toThrow("like x1, of shape [1, 8, 8, 3]");
    expect(() => dataDependent({ mean: ({ x }) => x, sigma: -1 })).toThrow("sigma of 0 or more");
    const grey = dataDependent({ mean: ({ x }) => x, sigma: 0.1, conditionOnMean: { channels: 1 } });
    expect(() => grey.draw(images(1), rng(1))).toThrow("[1, 8, 8, 1]");
  });
});

describe("inpainting", () => {
  it("starts from the data where ξ = 1, bit for bit, and from noise per channel in the hole", () => {
    const targets = images(300);
    const { x0, x1, xi } = inpainting({ mask }).draw(targets, rng(1));
    let changed = 0;
    const noise: number[] = [];
    const product: number[] = [];
    x0.data.forEach((value, e) => {
      if (xi.keep?.data[Math.floor(e / 3)] === 1) changed += Object.is(value, x1.data[e]) ? 0 : 1;
      else {
        noise.push(value);
        if (e % 3 > 0) product.push(value * x0.data[e - 1]);
      }
    });
    expect(changed).toBe(0);
    expectMoments(noise, 0, 1);
    expect(Math.abs(moments(product).mean)).toBeLessThan(4 / Math.sqrt(product.length));
  });

  it("costs p(E|x1|² + d) where the uncoupled baseline costs E|x1|² + d: the ratio is p", () => {
    const targets = images(3000, { side: 8, channels: 1 });
    const perValue = 0.4 ** 2 + 0.3 ** 2 + 1;
    for (const p of [0.1, 0.3, 0.8]) {
      const tiled = tiles({ grid: 8, p });
      const coupled = bound(inpainting({ mask: tiled }), targets, 1);
      const uncoupled = bound(uncoupledInpainting({ mask: tiled, channels: 1 }), targets, 2);
      expect(Math.abs(coupled.value - p * 64 * perValue)).toBeLessThan(4 * coupled.standardError);
      expect(Math.abs(uncoupled.value - 64 * perValue)).toBeLessThan(4 * uncoupled.standardError);
      const error = Math.hypot(coupled.standardError, p * uncoupled.standardError) / uncoupled.value;
      expect(Math.abs(coupled.value / uncoupled.value - p)).toBeLessThan(4 * error);
    }
  });

  it("works on images and points only, and on those that the mask fits", () => {
    expect(() => inpainting({ mask }).draw({ x: rng(1).normals([4, 2, 2]) }, rng(1))).toThrow(
      "images of shape [n, h, w, c] or points [n, d]",
    );
    expect(() => inpainting({ mask }).draw({ x: rng(1).normals([4, 2]) }, rng(1))).toThrow(/multiples of/);
  });
});

describe("uncoupledInpainting", () => {
  it("starts from noise everywhere and shows the masked image and the mask", () => {
    const targets = images(200);
    const { x0, x1, xi } = uncoupledInpainting({ mask, channels: 3 }).draw(targets, rng(1));
    expectMoments(x0.data, 0, 1);
    expect(xi.keep).toBeUndefined();
    const shown = xi.image?.data ?? [];
    let holes = 0;
    let wrong = 0;
    for (let p = 0; p < 200 * 64; p++) {
      const known = shown[p * 4 + 3];
      holes += 1 - known;
      for (let c = 0; c < 3; c++)
        wrong += shown[p * 4 + c] === (known === 1 ? x1.data[p * 3 + c] : 0) ? 0 : 1;
    }
    expect(wrong).toBe(0);
    expect(holes / (200 * 64)).toBeGreaterThan(0.25);
    expect(holes / (200 * 64)).toBeLessThan(0.35);
  });

  it("refuses images of another number of channels", () => {
    const grey = uncoupledInpainting({ mask, channels: 1 });
    expect(() => grey.draw(images(1), rng(1))).toThrow("1 channel(s)");
  });
});

describe("uncoupledSuperResolution", () => {
  it("shows what superResolution shows, and starts from its noise alone", () => {
    const options = { factor: 4, channels: 3 };
    const targets = images(300);
    const pairs = uncoupledSuperResolution(options).draw(targets, rng(3));
    const coupled = superResolution({ ...options, sigma: 0.2 }).draw(targets, rng(3));
    expect(pairs.xi).toEqual(coupled.xi);
    expect(pairs.x0).toEqual(coupled.zeta);
    expect(pairs.zeta).toBe(pairs.x0);
    expectMoments(pairs.x0.data, 0, 1);
  });

  it("has the bound E|x1|² + d, and coupled E|x1 − U(D(x1))|² + dσ²", () => {
    const [factor, sigma, d] = [2, 0.2, 8 * 8 * 3];
    const targets = images(400); // pixels N(0.4, 0.3²), all independent
    const uncoupled = bound(uncoupledSuperResolution({ factor, channels: 3 }), targets, 1);
    const coupled = bound(superResolution({ factor, channels: 3, sigma }), targets, 1);
    expect(Math.abs(uncoupled.value - d * (0.16 + 0.09 + 1))).toBeLessThan(4 * uncoupled.standardError);
    // A pixel differs from the mean of its four by a variance of 0.09 · 3/4.
    const exact = d * (0.09 * 0.75 + sigma ** 2);
    expect(Math.abs(coupled.value - exact)).toBeLessThan(4 * coupled.standardError);
  });
});

describe("unmaskedInpainting", () => {
  const targets = images(200);

  it("leaves known pixels as they are, and shows where they are without masking the velocity", () => {
    for (const hole of ["noise", "grey"] as const) {
      const { x0, x1, xi } = unmaskedInpainting({ mask, hole }).draw(targets, rng(2));
      expect(xi.keep).toBeUndefined();
      const inHole: number[] = [];
      let changed = 0;
      for (let e = 0; e < x0.data.length; e++) {
        if (xi.image!.data[Math.floor(e / 3)] === 0) inHole.push(x0.data[e]);
        else if (x0.data[e] !== x1.data[e]) changed++;
      }
      expect(changed).toBe(0);
      expect(inHole.length / x0.data.length).toBeCloseTo(0.3, 1);
      if (hole === "noise") expectMoments(inHole, 0, 1);
      else expect(inHole.every((value) => value === 0)).toBe(true);
    }
  });

  it("adds noise to all of the image where that is asked for", () => {
    const plain = unmaskedInpainting({ mask, hole: "grey" }).draw(targets, rng(2));
    const noisy = unmaskedInpainting({ mask, hole: "grey", sigma: 0.1 }).draw(targets, rng(2));
    expect(noisy.xi).toEqual(plain.xi);
    expectMoments(
      noisy.x0.data.map((value, e) => value - plain.x0.data[e]),
      0,
      0.01,
    );
    expect(() => unmaskedInpainting({ mask, hole: "gray" as never })).toThrow('Did you mean "grey"?');
    expect(() => unmaskedInpainting({ mask, hole: "grey", sigma: -1 })).toThrow("sigma of 0 or more");
    const points = { x: rng(1).normals([5, 8]) };
    expect(() => unmaskedInpainting({ mask, hole: "noise" }).draw(points, rng(2))).toThrow(
      "but received points [5, 8]. For points use inpainting.",
    );
  });
});

describe("fittedGaussian", () => {
  it("estimates the mean and the standard deviation of each coordinate over all classes", () => {
    const x = ndarray([5, 2], [1, 0, 3, 0, 5, 0, -1, 2, -1, 6]);
    const { means, deviations } = fittedGaussian({ samples: { x }, floor: 3, spread: 2 });
    expect(means.shape).toEqual([1, 2]);
    expect(Array.from(means.data)).toEqual([Math.fround(1.4), Math.fround(1.6)]);
    // Squared deviations sum to 27.2 and 27.2, over 4: 2.6 each, below the floor.
    expect(Array.from(deviations.data)).toEqual([6, 6]);
    const free = fittedGaussian({ samples: { x }, floor: 0 }).deviations.data;
    expect(free[0]).toBeCloseTo(Math.sqrt(27.2 / 4), 6);
    expect(free[1]).toBeCloseTo(Math.sqrt(27.2 / 4), 6);
  });

  it("draws the same base for every class, and tells the velocity the class where that is asked for", () => {
    const coupling = fittedGaussian(shrunk);
    const ask = (label: number) =>
      coupling.start({ shape: [400, 4, 4, 3], labels: new Int32Array(400).fill(label) }, rng(7));
    const { x0, xi, sigma } = ask(2);
    expect(x0).toEqual(ask(0).x0);
    expect(xi.labels).toEqual(new Int32Array(400).fill(2));
    const standard = x0.data.map(
      (value, e) => (value - coupling.means.data[e % 48]) / coupling.deviations.data[e % 48],
    );
    expectMoments(standard, 0, 1);
    expect(takeRows(coupling.deviations, [0]).data).toEqual((sigma as typeof x0).data.subarray(0, 48));
    const silent = fittedGaussian({ samples: shrunk.samples });
    expect(silent.start({ shape: [2, 4, 4, 3] }, rng(1)).xi).toEqual({});
    expect(() => coupling.start({ shape: [2, 4, 4, 3] }, rng(1))).toThrow("2 labels");
    expect(() => fittedGaussian({ samples: { x: ndarray([1, 2], [0, 0]) } })).toThrow("two or more samples");
    const odd = { x: ndarray([4, 1], [0, 1, Number.NaN, 3]), labels: Int32Array.of(0, 1, 0, 1) };
    const message = /^Expected finite samples .*for the coupling ".*", but received NaN at place 2/;
    expect(() => fittedGaussian({ samples: odd })).toThrow(message);
    expect(() => classGaussian({ samples: odd, classes: 2, labelled: true })).toThrow(message);
  });
});

describe("classGaussian", () => {
  it("estimates the mean and the standard deviation of each class and coordinate", () => {
    const x = ndarray([5, 2], [1, 0, 3, 0, 5, 0, -1, 2, -1, 6]);
    const labels = Int32Array.of(0, 0, 0, 1, 1);
    const { means, deviations } = classGaussian({
      samples: { x, labels },
      classes: 2,
      labelled: false,
      floor: 0.25,
    });
    expect(Array.from(means.data)).toEqual([3, 0, -1, 4]);
    expect(Array.from(deviations.data)).toEqual([2, 0.25, 0.25, Math.fround(Math.sqrt(8))]);
    // The floor comes before the spread, which scales it too.
    const half = classGaussian({
      samples: { x, labels },
      classes: 2,
      labelled: false,
      floor: 0.25,
      spread: 0.5,
    });
    expect(Array.from(half.deviations.data)).toEqual([1, 0.125, 0.125, Math.fround(Math.sqrt(2))]);
  });

  it("draws each class from its own base", () => {
    const plain = classGaussian({ ...shrunk, labelled: true }).deviations.data;
    for (const spread of [0.5, 1, 2]) {
      const coupling = classGaussian({ ...shrunk, labelled: false, spread });
      const { means, deviations } = coupling;
      for (let label = 0; label < 4; label++) {
        const labels = new Int32Array(400).fill(label);
        const { x0, zeta, sigma } = coupling.start({ shape: [400, 4, 4, 3], labels }, rng(label));
        const standard = x0.data.map((value, e) => {
          const at = label * 48 + (e % 48);
          return (value - means.data[at]) / deviations.data[at];
        });
        expectMoments(standard, 0, 1);
        expect(sigma).toEqual(takeRows(deviations, labels));
        const apart = standard.map((value, e) => Math.abs(value - (zeta?.data[e] ?? Number.NaN)));
        expect(Math.max(...apart)).toBeLessThan(1e-4);
      }
      expect(deviations.data[0]).toBeCloseTo(spread * plain[0], 6);
    }
  });

  it("asks for labels even where it does not show them, and for two samples of each class", () => {
    const coupling = classGaussian({ ...shrunk, labelled: false });
    expect(() => coupling.start({ shape: [2, 4, 4, 3] }, rng(1))).toThrow("2 labels");
    expect(() => coupling.start({ shape: [2, 8, 8, 3], labels: Int32Array.of(0, 1) }, rng(1))).toThrow(
      "[4, 4, 3]",
    );
    expect(() => classGaussian({ ...shrunk, classes: 5, labelled: true })).toThrow("received 0 of class 4");
  });
});

describe("classBases", () => {
  it("draws from the bases it is given", () => {
    const { means, deviations } = classGaussian({ ...shrunk, labelled: true });
    const labels = Int32Array.of(0, 3, 1);
    const request = { shape: [3, 4, 4, 3], labels };
    expect(classBases({ means, deviations, labelled: true }).start(request, rng(1))).toEqual(
      classGaussian({ ...shrunk, labelled: true }).start(request, rng(1)),
    );
  });

  it.each([
    ["deviations of another shape", [2, 1], [1, 1], "of shape [2, 2], but received shape [2, 1]"],
    ["deviations below 0", [2, 2], [1, 1, -1, 1], '0 or more of the coupling "class-dependent base"'],
    ["deviations that are no numbers", [2, 2], [1, 1, 1, Number.NaN], "received NaN at place 3"],
  ])("refuses %s", (_, shape, deviations, message) => {
    const means = ndarray([2, 2], [0, 0, 1, 1]);
    expect(() => classBases({ means, deviations: ndarray(shape, deviations), labelled: false })).toThrow(
      message,
    );
  });
});

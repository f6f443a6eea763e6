import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { gaussianMixture, type MixtureComponent, type Pairing, threeModes } from "../../lib/couplings";
import { linear } from "../../lib/interpolants";
import { pathBound } from "../../lib/metrics/transport/path-bound";
import { rng } from "../../lib/random";

const n = 20_000;
const unit = [
  [1, 0],
  [0, 1],
];
/** Two components that overlap, one correlated, with a label each. */
const components: MixtureComponent[] = [
  {
    weight: 3,
    mean0: [0, 1],
    mean1: [2, 0],
    cov00: [
      [1, 0.3],
      [0.3, 0.5],
    ],
    cov01: [
      [0.6, 0.1],
      [-0.2, 0.3],
    ],
    cov11: unit,
  },
  { weight: 1, mean0: [-2, 0], mean1: [0, 0], cov00: unit, cov11: unit },
];

/** E f(x0, x1, label) over draws of the coupling. */
function expectation(
  { x0, x1 }: { x0: { data: ArrayLike<number> }; x1: { data: ArrayLike<number> } },
  f: (a: readonly number[], b: readonly number[]) => number,
) {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const value = f([x0.data[2 * i], x0.data[2 * i + 1]], [x1.data[2 * i], x1.data[2 * i + 1]]);
    sum += value;
    squares += value * value;
  }
  const value = sum / n;
  return { value, error: Math.sqrt((squares / n - value * value) / n) };
}

describe("gaussianMixture", () => {
  const coupling = gaussianMixture({ components });
  const source = rng(1);
  const targets = coupling.targets(n, source);

  it("draws targets by weight, with the component as label", () => {
    const share = (targets.labels?.filter((label) => label === 1).length ?? 0) / n;
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n));
  });

  it.each([
    ["knowing the labels", targets],
    ["from the points alone", { x: targets.x }],
  ])("joins x0 with the joint moments of the mixture, %s", (_, given) => {
    const pairs = coupling.draw(given, source);
    for (const i of [0, 1]) {
      for (const j of [0, 1]) {
        const joint = components.map(({ weight, mean0, mean1, cov01 }) => ({
          weight: weight / 4,
          product: mean0[i] * mean1[j] + (cov01?.[i][j] ?? 0),
          square: mean0[i] * mean0[j],
        }));
        const cross = joint.reduce((sum, { weight, product }) => sum + weight * product, 0);
        const within = components.reduce(
          (sum, { weight, mean0, cov00 }) => sum + (weight / 4) * (mean0[i] * mean0[j] + cov00[i][j]),
          0,
        );
        const found = expectation(pairs, (a, b) => a[i] * b[j]);
        expect(Math.abs(found.value - cross)).toBeLessThan(4 * found.error);
        const marginal = expectation(pairs, (a) => a[i] * a[j]);
        expect(Math.abs(marginal.value - within)).toBeLessThan(4 * marginal.error);
      }
    }
  });

  it("starts from the base alone, of the components asked for where labels are given", () => {
    const start = coupling.start({ shape: [n, 2], labels: new Int32Array(n).fill(1) }, source);
    const first = expectation({ x0: start.x0, x1: start.x0 }, (a) => a[0]);
    expect(Math.abs(first.value + 2)).toBeLessThan(4 * first.error);
    const whole = coupling.start({ shape: [n, 2] }, source);
    const mean = expectation({ x0: whole.x0, x1: whole.x0 }, (a) => a[0]);
    expect(Math.abs(mean.value + 0.5)).toBeLessThan(4 * mean.error);
    expect(start.xi).toEqual({});
  });

  it("joins exactly where x0 is decided by x1", () => {
    const exact = gaussianMixture({
      components: [{ weight: 1, mean0: [1, 2], mean1: [0, 0], cov00: unit, cov01: unit, cov11: unit }],
    });
    const { x0, x1 } = exact.draw(exact.targets(50, rng(1)), rng(2));
    for (let i = 0; i < 50; i++) {
      expect(x0.data[2 * i]).toBeCloseTo(x1.data[2 * i] + 1, 6);
      expect(x0.data[2 * i + 1]).toBeCloseTo(x1.data[2 * i + 1] + 2, 6);
    }
  });

  it("shows labels only where asked to, and then asks for them", () => {
    const labelled = gaussianMixture({ components, labelled: true });
    expect(labelled.condition).toMatchObject({ labels: { classes: 2 } });
    const four = { x: ndarray([2, 2], [0, 0, 1, 1]), labels: Int32Array.of(1, 0) };
    expect(labelled.draw(four, rng(1)).xi.labels).toBe(four.labels);
    expect(() => labelled.draw({ x: four.x }, rng(1))).toThrow("2 labels");
    // Also where they are not shown: they say which components a sample may be of.
    for (const labels of [Int32Array.of(1), Int32Array.of(1, 0, 1)]) {
      expect(() => coupling.draw({ x: four.x, labels }, rng(1))).toThrow("2 labels, one per sample");
      expect(() => coupling.start({ shape: [2, 2], labels }, rng(1))).toThrow("2 labels, one per sample");
    }
    expect(coupling.draw(four, rng(1)).xi).toEqual({});
  });

  it("refuses components that are no joint law, naming the part", () => {
    const one = components[1];
    const bad: [Partial<MixtureComponent>, string][] = [
      [{ weight: 0 }, "weight above 0"],
      [{ weight: -1 }, "a weight above 0 for component 0, but received -1"],
      [{ weight: Number.POSITIVE_INFINITY }, "weight above 0"],
      [{ mean1: [0] }, "2 numbers as mean1 of component 0"],
      [{ mean0: [0, Number.NaN] }, "finite numbers as mean0 of component 0, but received NaN at place 1"],
      [{ cov11: [[1]] }, "2 × 2 matrix as cov11"],
      [
        {
          cov00: [
            [1, 0.2],
            [0.1, 1],
          ],
        },
        "symmetric cov00",
      ],
      [
        {
          cov01: [
            [1.1, 0],
            [0, 1],
          ],
        },
        "positive semidefinite",
      ],
      [{ label: -1 }, "label of 0 or more"],
    ];
    for (const [part, message] of bad) {
      expect(() => gaussianMixture({ components: [{ ...one, ...part }] })).toThrow(message);
    }
    expect(() => gaussianMixture({ components: [] })).toThrow("one component");
    const below = [1, 2].map((weight) => ({ ...one, weight: -weight }));
    expect(() => gaussianMixture({ components: below })).toThrow("component 0, but received -1");
    expect(() => coupling.draw({ x: ndarray([1, 3], [0, 0, 0]) }, rng(1))).toThrow("[any, 2]");
    expect(() => coupling.start({ shape: [1, 3] }, rng(1))).toThrow("shape [n, 2]");
    expect(() => coupling.start({ shape: [1, 2], labels: Int32Array.of(7) }, rng(1))).toThrow("received 7");
  });
});

describe("threeModes", () => {
  // |m1 − m0|² averaged over the joined modes, plus 2 · 0.4² for each of two coordinates.
  const height = 2 * Math.sqrt(3);
  const expected: Record<Pairing, number> = {
    matched: (100 + 2 * (16 + (4 - height) ** 2)) / 3 + 0.64,
    shifted: (2 * (100 + 16) + 2 * (16 + height ** 2) + 2 * (16 + (4 + height) ** 2)) / 6 + 0.64,
    independent: 36 + 32 / 3 + 16 + 0.64,
  };

  it.each(Object.entries(expected))("%s costs what its modes cost", (pairing, cost) => {
    const coupling = threeModes({ pairing: pairing as Pairing });
    const pairs = coupling.draw(coupling.targets(n, rng(1)), rng(2));
    const bound = pathBound({ pairs, interpolant: linear() });
    expect(Math.abs(bound.value - cost)).toBeLessThan(4 * bound.standardError);
  });

  it("labels the target mode: each label's base is one mode where coupled and all three where not", () => {
    for (const pairing of ["matched", "independent", "shifted"] as const) {
      const coupling = threeModes({ pairing, labelled: true });
      expect(coupling.classes).toBe(3);
      const { x, labels } = coupling.targets(600, rng(1));
      const { x0 } = coupling.draw({ x, labels }, rng(2));
      const bases = [0, 1, 2].map(() => new Set<number>());
      labels?.forEach((label, i) => {
        const angle = ((label - 1) * 2 * Math.PI) / 3;
        const off = Math.hypot(x.data[2 * i] - 4 * Math.cos(angle), x.data[2 * i + 1] - 4 * Math.sin(angle));
        expect(off).toBeLessThan(2);
        bases[label].add(Math.round(x0.data[2 * i + 1] / 4) + 1);
      });
      const joined = {
        matched: [[0], [1], [2]],
        shifted: [[2], [0], [1]],
        independent: [
          [0, 1, 2],
          [0, 1, 2],
          [0, 1, 2],
        ],
      };
      expect(bases.map((set) => [...set].sort())).toEqual(joined[pairing]);
    }
  });

  it("refuses a pairing that it does not know", () => {
    expect(() => threeModes({ pairing: "match" as Pairing })).toThrow('Did you mean "matched"?');
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, sliceRows, takeRows } from "../../lib/array";
import { conditionWeight, minibatchOT, withLabels } from "../../lib/couplings";
import { eightGaussians, moons, type Samples } from "../../lib/data";
import { transportCost } from "../../lib/metrics";
import { rng } from "../../lib/random";
import {
  type CostMatrix,
  exact,
  type OtSolver,
  partial,
  sinkhorn,
  squaredDistances,
  type TransportPlan,
  unbalanced,
} from "../../lib/transport";

const first = ({ x }: Samples) =>
  ndarray(
    [x.shape[0], 1],
    x.data.filter((_, e) => e % 2 === 0),
  );
const embedding = { width: 1, of: first };
const base = (shape: readonly number[], random: ReturnType<typeof rng>) =>
  eightGaussians({ n: shape[0], rng: random }).x;
/** Correlation over many batches, which is 0 ± 1/√n for independent numbers. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (u: readonly number[], mu: number, v: readonly number[], mv: number) =>
    mean(u.map((value, i) => (value - mu) * (v[i] - mv)));
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
const even = (values: ArrayLike<number>) => Array.from(values).filter((_, e) => e % 2 === 0);

describe("minibatchOT", () => {
  it("joins each target to one base draw of the batch, each once, at the least cost", () => {
    const targets = moons({ n: 40, rng: rng(1) });
    const { x0, x1, xi } = minibatchOT({ base }).draw(targets, rng(2));
    expect(x1).toBe(targets.x);
    expect(xi).toEqual({});
    // The base draws in their first order, from the same stream of numbers.
    const drawn = base([40, 2], rng(2));
    expect(x0.data.slice().sort()).toEqual(drawn.data.slice().sort());
    const { mass } = exact().solve(squaredDistances(drawn, targets.x));
    const best = takeRows(
      drawn,
      Array.from({ length: 40 }, (_, j) =>
        Array.from({ length: 40 }, (_, i) => mass[i * 40 + j]).indexOf(1 / 40),
      ),
    );
    expect(x0).toEqual(best);
  });

  it("shortens paths against independent pairs, by Sinkhorn nearly as much as exactly", () => {
    const targets = moons({ n: 64, rng: rng(1) });
    const cost = (solver: OtSolver) => {
      const { x0, x1 } = minibatchOT({ base, solver }).draw(targets, rng(5));
      return transportCost(x0, x1).value;
    };
    const independent = transportCost(base([64, 2], rng(5)), targets.x).value;
    expect(cost(exact())).toBeLessThan(0.75 * independent);
    expect(Math.abs(cost(sinkhorn({ epsilon: 0.5, tolerance: 1e-3 })) - cost(exact()))).toBeLessThan(
      0.2 * cost(exact()),
    );
  });

  it("draws pairs with the frequencies of the plan", () => {
    const mass = [0.4, 0.1, 0.2, 0.3];
    const solver = (balanced: boolean): OtSolver => ({
      name: "given",
      balanced,
      solve: (): TransportPlan => ({ rows: 2, columns: 2, mass: Float64Array.from(mass), residual: 0 }),
    });
    const targets = { x: ndarray([2, 1], [0, 1]) };
    const count = (balanced: boolean) => {
      const coupling = minibatchOT({ base: () => ndarray([2, 1], [0, 1]), solver: solver(balanced) });
      const counts = [0, 0, 0, 0];
      for (let draw = 0; draw < 2000; draw++) {
        const { x0, x1 } = coupling.draw(targets, rng(draw));
        for (let k = 0; k < 2; k++) counts[2 * x0.data[k] + x1.data[k]]++;
      }
      return counts.map((value) => value / 4000);
    };
    const near = (found: readonly number[], wanted: readonly number[]) => {
      for (let e = 0; e < 4; e++) expect(Math.abs(found[e] - wanted[e])).toBeLessThan(0.03);
    };
    near(count(false), mass);
    // Every target once: its column, brought to a sum of a half.
    near(count(true), [(0.5 * 0.4) / 0.6, (0.5 * 0.1) / 0.4, (0.5 * 0.2) / 0.6, (0.5 * 0.3) / 0.4]);
  });

  it("leaves out outliers of the targets, with their conditions, where the plan may give up mass", () => {
    const x = ndarray([6, 1], [0, 1, 2, -1, 0.5, 90]);
    const targets = { x, labels: Int32Array.of(0, 1, 2, 3, 4, 5) };
    for (const solver of [unbalanced({ epsilon: 0.2, penalty: 2 }), partial({ share: 5 / 6 })]) {
      const { x1, xi } = minibatchOT({ solver, classes: 6 }).draw(targets, rng(1));
      expect(Array.from(x1.data)).not.toContain(90);
      expect(Array.from(xi.labels!, (label) => x.data[label])).toEqual(Array.from(x1.data));
    }
  });

  it("refuses a condition added from outside where it resamples targets, since rows would not fit", () => {
    const targets = moons({ n: 8, rng: rng(1) });
    const labelled = (solver: OtSolver) => withLabels(minibatchOT({ solver }), { classes: 2 });
    expect(labelled(exact()).draw(targets, rng(1)).xi.labels).toEqual(targets.labels);
    expect(() => labelled(partial({ share: 0.5 })).draw(targets, rng(1))).toThrow("keeps its targets");
  });

  it("refuses plans that are not finished, or that move nothing", () => {
    const targets = moons({ n: 16, rng: rng(1) });
    const hasty = minibatchOT({ base, solver: sinkhorn({ epsilon: 0.01, maxIterations: 1 }) });
    expect(() => hasty.draw(targets, rng(1))).toThrow("after 1 iterations");
    const far = { x: ndarray([2, 1], [1e4, 2e4]) };
    const weak = minibatchOT({ solver: unbalanced({ epsilon: 0.1, penalty: 0.1 }) });
    expect(() => weak.draw(far, rng(1))).toThrow("moves some mass");
  });

  it("starts from the base, with the condition asked for", () => {
    const coupling = minibatchOT({ base, classes: 2, embedding, conditionAware: true });
    const vectors = ndarray([3, 1], [0, 1, 2]);
    const { x0, xi } = coupling.start(
      { shape: [3, 2], labels: Int32Array.of(0, 1, 1), embedding: vectors },
      rng(1),
    );
    expect(x0).toEqual(base([3, 2], rng(1)));
    expect(xi).toEqual({ labels: Int32Array.of(0, 1, 1), embedding: vectors });
    expect(coupling.condition).toMatchObject({ labels: { classes: 2 }, embedding: { width: 1 } });
    expect(() => coupling.start({ shape: [1, 2], labels: Int32Array.of(0) }, rng(1))).toThrow(
      "an embedding [1, 1]",
    );
  });

  it("says what is missing or does not fit", () => {
    const targets = moons({ n: 4, rng: rng(1) });
    expect(() => minibatchOT({ conditionAware: true })).toThrow("classes or an embedding");
    const few: typeof squaredDistances = (a, b) => squaredDistances(sliceRows(a, 0, 2), sliceRows(b, 0, 2));
    expect(() => minibatchOT({ cost: few }).draw(targets, rng(1))).toThrow("but received 2 × 2");
    expect(() => minibatchOT({ classes: 2, conditionAware: { ratio: 0.1 } })).toThrow("weight is infinite");
    expect(() => minibatchOT({ embedding, conditionAware: { ratio: 2 } })).toThrow("a ratio above 0");
    expect(() => minibatchOT({ embedding, conditionAware: { weight: -1 } })).toThrow("a condition weight");
    expect(() => minibatchOT({ embedding: { ...embedding, width: 0 } })).toThrow("width");
    expect(() => minibatchOT({ classes: 2 }).draw({ x: targets.x }, rng(1))).toThrow("labels");
    expect(() => minibatchOT({ base: () => ndarray([1, 2], [0, 0]) }).draw(targets, rng(1))).toThrow(
      "[4, 2]",
    );
  });
});

describe("condition-aware minibatch OT", () => {
  /** The first coordinates of the base draws beside the conditions of their targets, over many batches. */
  const drawn = (options: Parameters<typeof minibatchOT>[0]) => {
    const coupling = minibatchOT({ base, ...options });
    const x0: number[] = [];
    const xi: number[] = [];
    for (let batch = 0; batch < 60; batch++) {
      const targets = moons({ n: 48, rng: rng(batch) });
      const pairs = coupling.draw(targets, rng(`base ${batch}`));
      x0.push(...even(pairs.x0.data));
      xi.push(...(pairs.xi.labels ?? pairs.xi.embedding!.data));
    }
    return correlation(x0, xi);
  };
  const sd = 1 / Math.sqrt(60 * 48);

  it("keeps the base independent of the label, which plain OT does not", () => {
    expect(drawn({ classes: 2 })).toBeGreaterThan(0.3);
    expect(Math.abs(drawn({ classes: 2, conditionAware: true }))).toBeLessThan(4 * sd);
  });

  it("keeps it nearly independent of a continuous condition, the more so the heavier the weight", () => {
    const plain = drawn({ embedding });
    const ratio = drawn({ embedding, conditionAware: { ratio: 0.05 } });
    expect(plain).toBeGreaterThan(0.7);
    expect(Math.abs(ratio)).toBeLessThan(plain / 3);
    expect(Math.abs(drawn({ embedding, conditionAware: { weight: 1e6 } }))).toBeLessThan(4 * sd);
    expect(drawn({ embedding, conditionAware: { weight: 0 } })).toBeCloseTo(plain, 12);
  });

  it("with a heavy weight joins base draws to targets of their own condition", () => {
    const targets = moons({ n: 32, rng: rng(1) });
    const heavy = (of: typeof first) =>
      minibatchOT({ base, embedding: { width: 1, of }, conditionAware: { weight: 1e6 } }).draw(
        targets,
        rng(2),
      ).x0;
    // All conditions differ: each base draw goes to the target that it came with.
    expect(heavy(first)).toEqual(base([32, 2], rng(2)));
    // Two conditions: the same as with labels.
    const moon = ({ labels }: Samples) => ndarray([32, 1], Float32Array.from(labels!));
    const labelled = minibatchOT({ base, classes: 2, conditionAware: true }).draw(targets, rng(2)).x0;
    expect(heavy(moon)).toEqual(labelled);
  });

  it("minimises the sum of |x0 − x1|² and the weighted distance of conditions, by exhaustive search", () => {
    const [n, weight] = [5, 0.7];
    const squared = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, k) => sum + (value - b[k]) ** 2, 0);
    const point = ({ data }: NdArray, i: number) => Array.from(data.subarray(2 * i, 2 * i + 2));
    const waysOf = (rest: readonly number[]): number[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((i) => waysOf(rest.filter((other) => other !== i)).map((way) => [i, ...way]));
    for (let seed = 0; seed < 10; seed++) {
      const targets = moons({ n, rng: rng(seed) });
      const all = base([n, 2], rng(seed));
      const coupling = minibatchOT({ base, embedding, conditionAware: { weight } });
      const { x0, xi } = coupling.draw(targets, rng(seed));
      // Base draw i came with the condition of target i.
      const condition = (i: number) => [xi.embedding!.data[i]];
      const cost = (way: readonly number[]) =>
        way.reduce(
          (sum, i, j) =>
            sum + squared(point(all, i), point(targets.x, j)) + weight * squared(condition(i), condition(j)),
          0,
        );
      const ways = waysOf([0, 1, 2, 3, 4]);
      const best = ways.reduce((least, way) => (cost(way) < cost(least) ? way : least));
      expect(x0).toEqual(takeRows(all, best));
    }
  });

  it("still shortens paths: within each class as much as exact transport there", () => {
    const targets = moons({ n: 64, rng: rng(1) });
    const { x0 } = minibatchOT({ base, classes: 2, conditionAware: true }).draw(targets, rng(2));
    const all = base([64, 2], rng(2));
    for (const label of [0, 1]) {
      const rows = Array.from({ length: 64 }, (_, i) => i).filter((i) => targets.labels![i] === label);
      const cost = squaredDistances(takeRows(all, rows), takeRows(targets.x, rows));
      const best = exact()
        .solve(cost)
        .mass.reduce((sum, mass, e) => sum + mass * cost.data[e], 0);
      expect(transportCost(takeRows(x0, rows), takeRows(targets.x, rows)).value).toBeCloseTo(best, 4);
      expect(best).toBeLessThan(transportCost(takeRows(all, rows), takeRows(targets.x, rows)).value);
    }
  });
});

describe("conditionWeight", () => {
  const share = (cost: CostMatrix, distance: CostMatrix, weight: number) => {
    const n = cost.rows;
    let candidates = 0;
    for (let e = 0; e < n * n; e++) {
      const own = cost.data[(e % n) * (n + 1)];
      if (cost.data[e] + weight * distance.data[e] <= own) candidates++;
    }
    return candidates / (n * n);
  };

  it("is the least weight that leaves no more candidates than the ratio allows", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.11, max: 0.6, noNaN: true }), (seed, ratio) => {
        const random = rng(seed);
        const cost = squaredDistances(random.normals([10, 2]), random.normals([10, 2]));
        const conditions = random.normals([10, 1]);
        const distance = squaredDistances(conditions, conditions);
        const weight = conditionWeight(cost, distance, ratio);
        expect(share(cost, distance, weight)).toBeLessThanOrEqual(ratio);
        if (weight > 0) expect(share(cost, distance, weight * (1 - 1e-6))).toBeGreaterThan(ratio);
        else expect(share(cost, distance, 0)).toBeLessThanOrEqual(ratio);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves equal conditions alone where these are more than the ratio", () => {
    const cost = squaredDistances(rng(1).normals([8, 2]), rng(2).normals([8, 2]));
    const labels = ndarray([8, 1], [0, 0, 0, 0, 1, 1, 1, 1]);
    const distance = squaredDistances(labels, labels);
    const weight = conditionWeight(cost, distance, 0.01);
    cost.data.forEach((value, e) => {
      if (distance.data[e] > 0)
        expect(value + weight * distance.data[e]).toBeGreaterThan(cost.data[(e % 8) * 9]);
    });
    expect(() => conditionWeight(cost, distance, 0)).toThrow("a ratio above 0");
    expect(() => conditionWeight(cost, { rows: 1, columns: 1, data: Float64Array.of(0) }, 0.1)).toThrow(
      "8 conditions",
    );
  });
});

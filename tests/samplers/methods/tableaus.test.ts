import { describe, expect, it } from "vitest";
import {
  adaptiveMethod,
  bosh3,
  dopri5,
  type EmbeddedTableau,
  euler,
  fixedMethod,
  heun,
  midpoint,
  rk4,
  stochasticHeun,
  stochasticMethod,
} from "../../../lib/samplers";

const sum = (n: number, term: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => term(i)).reduce((a, b) => a + b, 0);

/** The quadrature and the first tree conditions of Butcher, by order: what Σ must be. */
describe.each(
  [euler({ steps: 1 }), midpoint({ steps: 1 }), heun({ steps: 1 }), rk4({ steps: 1 }), bosh3(), dopri5()].map(
    ({ tableau }) => ({
      ...tableau,
    }),
  ),
)("$name", ({ order, a, b, c, dense, error }) => {
  const s = b.length;
  const A = (i: number, j: number) => a[i][j] ?? 0;

  it("is consistent: stage times are the row sums", () => {
    for (let i = 0; i < s; i++) {
      expect(a[i].length).toBeLessThanOrEqual(i);
      expect(sum(s, (j) => A(i, j))).toBeCloseTo(c[i], 14);
    }
  });

  it("meets the order conditions, and not those of the next order", () => {
    for (let k = 0; k < order; k++) expect(sum(s, (i) => b[i] * c[i] ** k)).toBeCloseTo(1 / (k + 1), 14);
    const trees = [
      { order: 3, value: 1 / 6, found: sum(s, (i) => b[i] * sum(s, (j) => A(i, j) * c[j])) },
      { order: 4, value: 1 / 8, found: sum(s, (i) => b[i] * c[i] * sum(s, (j) => A(i, j) * c[j])) },
      { order: 4, value: 1 / 12, found: sum(s, (i) => b[i] * sum(s, (j) => A(i, j) * c[j] ** 2)) },
      {
        order: 4,
        value: 1 / 24,
        found: sum(s, (i) => b[i] * sum(s, (j) => A(i, j) * sum(s, (k) => A(j, k) * c[k]))),
      },
      { order: 5, value: 1 / 20, found: sum(s, (i) => b[i] * sum(s, (j) => A(i, j) * c[j] ** 3)) },
      { order: 5, value: 1 / 15, found: sum(s, (i) => b[i] * c[i] * sum(s, (j) => A(i, j) * c[j] ** 2)) },
      { order: 5, value: 1 / 10, found: sum(s, (i) => b[i] * c[i] ** 2 * sum(s, (j) => A(i, j) * c[j])) },
      { order: 5, value: 1 / 20, found: sum(s, (i) => b[i] * sum(s, (j) => A(i, j) * c[j]) ** 2) },
    ];
    for (const tree of trees) if (tree.order <= order) expect(tree.found).toBeCloseTo(tree.value, 14);
    const next = [sum(s, (i) => b[i] * c[i] ** order) - 1 / (order + 1)];
    for (const tree of trees) if (tree.order === order + 1) next.push(tree.found - tree.value);
    expect(Math.max(...next.map(Math.abs))).toBeGreaterThan(1e-6);
  });

  it("reads states inside a step that agree with its ends and have at least order min(order, 4) − 1", () => {
    const weight = (i: number, theta: number) => sum(dense[i].length, (j) => dense[i][j] * theta ** (j + 1));
    for (let i = 0; i < s; i++) expect(weight(i, 1)).toBeCloseTo(b[i], 13);
    for (const theta of [0, 0.2, 0.5, 0.9]) {
      const least = Math.max(1, order === 5 ? 4 : order === 4 ? 3 : order);
      for (let k = 0; k < least; k++) {
        expect(sum(s, (i) => weight(i, theta) * c[i] ** k)).toBeCloseTo(theta ** (k + 1) / (k + 1), 12);
      }
    }
  });

  it("estimates an error that an exact method of the next lower order does not have", () => {
    if (!error) return;
    for (let k = 0; k < order - 1; k++) expect(sum(s, (i) => error[i] * c[i] ** k)).toBeCloseTo(0, 14);
    expect(Math.abs(sum(s, (i) => error[i] * c[i] ** (order - 1)))).toBeGreaterThan(1e-5);
  });
});

describe("a tableau of one's own", () => {
  const { tableau: good } = heun({ steps: 1 });
  const { tableau: pair } = bosh3();

  it("is taken where it is consistent, with or without an order of its own inside steps", () => {
    expect(fixedMethod({ ...good, dense: good.b.map((weight) => [weight]) }, { steps: 2 }).steps).toBe(2);
    expect(adaptiveMethod(pair).tableau).toBe(pair);
    const noisy = { ...stochasticHeun({ steps: 1 }).tableau, name: "mine" };
    expect(stochasticMethod(noisy, { steps: 3 }).steps).toBe(3);
  });

  it.each<[what: string, change: Partial<EmbeddedTableau>, message: string]>([
    ["weights", { b: [0.5, 0.4] }, 'sum to 1 as b of the tableau "Heun", but received a sum of 0.9'],
    ["a weight", { b: [0.5] }, "as many entries of c as of b"],
    ["a time", { c: [0] }, "but received 1 and 2"],
    ["a row", { a: [[], [0.9]] }, "numbers that sum to 1 as a[1], like the time c[1], "],
    ["an implicit row", { a: [[0], [1]] }, 'at most 0 numbers as a[0] of the tableau "Heun"'],
    [
      "states inside a step",
      {
        dense: [
          [1, -0.5],
          [0, 0.4],
        ],
      },
      "sum to 0.5 as dense[1], like the weight b[1]",
    ],
    ["no states inside a step", { dense: undefined as never }, "2 rows as dense"],
    ["an error", { error: [-0.5, 1] }, "numbers that sum to 0 as error"],
    ["a short error", { error: [0] }, "2 weights as error"],
    ["NaN", { c: [0, Number.NaN] }, 'finite numbers as c of the tableau "Heun"'],
  ])("is refused with a wrong digit: %s", (_, change, message) => {
    const made = { ...good, error: [-0.5, 0.5], ...change };
    expect(() => adaptiveMethod(made)).toThrow(message);
    expect(() => fixedMethod(made, { steps: 2 })).toThrow(message);
  });

  it.each<[what: string, change: Partial<EmbeddedTableau>, message: string]>([
    [
      "Ralston's method with its weights exchanged",
      { c: [0, 2 / 3], a: [[], [2 / 3]], b: [3 / 4, 1 / 4], dense: [[3 / 4], [1 / 4]] },
      "so that Σ b c = 0.5, but received 0.166",
    ],
    [
      "Heun's method as one of order 3",
      { order: 3 },
      'of a method of order 3 in the tableau "Heun", so that Σ b c²',
    ],
    [
      "that of Runge and Kutta with a wrong row",
      { ...rk4({ steps: 1 }).tableau, a: [[], [0.5], [0.5, 0], [0, 0, 1]] },
      "so that Σ b",
    ],
  ])("is refused where the method hasn't its order: %s", (_, change, message) => {
    expect(() => fixedMethod({ ...good, ...change }, { steps: 2 })).toThrow(message);
  });

  it.each([
    [{ b: [0.5, 0.6] }, "sum to 1 as b"],
    [{ noise: [0] }, "2 shares as noise"],
    [{ noise: [0.5, 1] }, "the first of them 0, but received [0.5, 1]"],
    [{ noise: [0, Number.NaN] }, "received NaN at place 1"],
  ])("is refused for stochastic equations with %j", (change, message) => {
    const made = { ...stochasticHeun({ steps: 1 }).tableau, ...change };
    expect(() => stochasticMethod(made, { steps: 2 })).toThrow(message);
  });
});

describe("options", () => {
  it("are checked", () => {
    for (const method of [euler, midpoint, heun, rk4]) {
      for (const steps of [0, -1, 1.5, Number.NaN])
        expect(() => method({ steps })).toThrow("whole number of steps above 0");
    }
    for (const method of [bosh3, dopri5]) {
      expect(() => method({ rtol: -1 })).toThrow("tolerances");
      expect(() => method({ rtol: 0, atol: 0 })).toThrow("not both 0");
      expect(() => method({ maxSteps: 0 })).toThrow("maxSteps above 0");
      expect(() => method({ minStep: 0 })).toThrow("minStep above 0");
      expect(() => method({ firstStep: 0 })).toThrow("firstStep above 0");
    }
    const { tableau } = rk4({ steps: 1 });
    expect(() => adaptiveMethod(tableau as EmbeddedTableau)).toThrow("RK4, which has none");
  });

  it("default to tolerances of 1e-3, and 1e-5 for dopri5", () => {
    expect(adaptiveMethod(bosh3().tableau)).toEqual(bosh3());
    expect(bosh3()).toMatchObject({ rtol: 1e-3, atol: 1e-3, maxSteps: 1000, minStep: 1e-6 });
    expect(dopri5()).toMatchObject({ rtol: 1e-5, atol: 1e-5 });
    expect(dopri5({ rtol: 1e-2, maxSteps: 7 })).toMatchObject({ rtol: 1e-2, atol: 1e-5, maxSteps: 7 });
  });
});

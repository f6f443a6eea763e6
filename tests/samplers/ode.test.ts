import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, zeros } from "../../lib/array";
import type { Condition } from "../../lib/conditions";
import { AbortError } from "../../lib/errors";
import { type Field, makeField } from "../../lib/fields/field";
import { rng } from "../../lib/random";
import {
  adamsBashforth,
  bosh3,
  dopri5,
  euler,
  heun,
  type Method,
  midpoint,
  rk4,
  solveOde,
} from "../../lib/samplers";

/** A field by coordinate. */
const pointwise =
  (f: (t: number, x: number, e: number) => number): Field =>
  ({ x, t }) => ({ shape: x.shape, data: x.data.map((value, e) => f(t, value, e)) });

/** x' = x cos(5t) · 5 and x' = −x by turns; X_t known in closed form. */
const linearField = pointwise((t, x, e) => (e % 2 ? 5 * x * Math.cos(5 * t) : -x));
const linearFlow = (x0: NdArray, from: number, to: number) =>
  x0.data.map((x, e) => x * Math.exp(e % 2 ? Math.sin(5 * to) - Math.sin(5 * from) : from - to));
const start = { x: ndarray([3, 2], Float64Array.of(1, 1, 2, -3, 0.5, 4)) };

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let most = 0;
  for (let e = 0; e < a.length; e++) most = Math.max(most, Math.abs(a[e] - b[e]));
  return most;
};
const fixed = { euler, midpoint, heun, rk4 };
const every: Record<string, Method> = {
  euler: euler({ steps: 7 }),
  midpoint: midpoint({ steps: 7 }),
  heun: heun({ steps: 7 }),
  rk4: rk4({ steps: 7 }),
  adamsBashforth: adamsBashforth({ steps: 7 }),
  bosh3: bosh3({ rtol: 1e-5, atol: 1e-5 }),
  dopri5: dopri5({ rtol: 1e-6, atol: 1e-6 }),
};
/** What ∫ t² may be wrong by with 7 steps, of 20. Euler's method makes the first step of adamsBashforth. */
const actionWithin = (name: string, { kind }: Method) =>
  kind === "adaptive" || name === "rk4" ? 1e-12 : ({ euler: 5, adamsBashforth: 1 }[name] ?? 0.3);
const evaluations = { euler: 1, midpoint: 2, heun: 2, rk4: 4 };

describe.each(Object.entries(fixed))("%s", (name, method) => {
  const order = method({ steps: 1 }).tableau.order;
  const error = async (steps: number, from: number, to: number) => {
    const { x } = await solveOde(linearField, start, { method: method({ steps }), from, to });
    return distance(x.data, linearFlow(start.x, from, to));
  };

  it("has its order, forwards and backwards, by halving the step", async () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
      [0.2, 0.9],
    ]) {
      const halving = Math.log2((await error(64, from, to)) / (await error(128, from, to)));
      expect(Math.abs(halving - order)).toBeLessThan(0.25);
    }
  });

  it("reads states between its steps without further evaluations", async () => {
    const saveAt = [0.07, 0.31, 0.5, 0.93];
    const path = async (steps: number) => {
      const result = await solveOde(linearField, start, { method: method({ steps }), saveAt });
      expect(result.nfe).toBe(steps * evaluations[name as keyof typeof evaluations]);
      return Math.max(...result.path.map(({ t, x }) => distance(x.data, linearFlow(start.x, 0, t))));
    };
    // Inside a step RK4 is of order 3, over which its error at the nodes (order 4) does not matter.
    const least = name === "rk4" ? 3 : order;
    expect(Math.log2((await path(40)) / (await path(320))) / 3).toBeGreaterThan(least - 0.3);
  });

  it("solves polynomials of its order in time exactly", async () => {
    const field = pointwise((t) => order * t ** (order - 1));
    const { x } = await solveOde(field, start, { method: method({ steps: 3 }) });
    expect(
      distance(
        x.data,
        start.x.data.map((value) => value + 1),
      ),
    ).toBeLessThan(1e-12);
  });
});

describe("adamsBashforth", () => {
  // Steps of changing lengths, and halves of them.
  const grid = (share: number) => share + 0.1 * Math.sin(2 * Math.PI * share);
  const solve = (steps: number, options: object = {}) =>
    solveOde(linearField, start, { method: adamsBashforth({ steps, grid }), ...options });

  it("is of order 2 with steps of any lengths, both ways, with one evaluation each", async () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ]) {
      const error = async (steps: number) => {
        const { x, nfe } = await solve(steps, { from, to });
        expect(nfe).toBe(steps);
        return distance(x.data, linearFlow(start.x, from, to));
      };
      expect(Math.abs(Math.log2((await error(128)) / (await error(256))) - 2)).toBeLessThan(0.25);
    }
  });

  it("reads states inside its steps, and measures the action, to the same order", async () => {
    // x' = t², whose action is ∫ t⁴ = 1/5.
    const field = pointwise((t) => t * t);
    const errors = async (steps: number) => {
      const method = adamsBashforth({ steps, grid });
      const { path, action } = await solveOde(field, start, { method, saveAt: [0.37, 0.81] });
      const off = path.map(({ t, x }) =>
        distance(
          x.data,
          start.x.data.map((value) => value + t ** 3 / 3),
        ),
      );
      return [Math.max(...off), Math.abs(action - 2 / 5)];
    };
    const [coarse, fine] = [await errors(20), await errors(80)];
    for (const [k, value] of coarse.entries()) expect(value / fine[k]).toBeGreaterThan(12);
  });

  it("is exact for velocities that are linear in time, after its first step", async () => {
    const { path } = await solveOde(
      pointwise((t) => 2 * t),
      start,
      {
        method: adamsBashforth({ steps: 4 }),
        saveAt: [0.25, 1],
      },
    );
    const [first, end] = path.map(({ x }) => x.data[0]);
    expect(end - first).toBeCloseTo(1 - 0.25 ** 2, 12);
  });
});

describe.each([
  { name: "dopri5", method: dopri5, stages: 6, tolerances: [1e-4, 1e-6, 1e-8, 1e-10] },
  { name: "bosh3", method: bosh3, stages: 3, tolerances: [1e-3, 1e-4, 1e-5, 1e-6] },
])("$name", ({ method, stages, tolerances }) => {
  const { order } = method().tableau;

  it("keeps the error near the tolerance, at a price that grows as its root of the order", async () => {
    const [first, second] = tolerances;
    let before = 0;
    for (const tol of tolerances) {
      const saveAt = [0, 0.11, 0.5, 0.77, 1];
      const { path, nfe, warnings } = await solveOde(linearField, start, {
        method: method({ rtol: tol, atol: tol }),
        saveAt,
      });
      for (const { t, x } of path)
        expect(distance(x.data, linearFlow(start.x, 0, t))).toBeLessThan(100 * tol);
      expect(warnings).toEqual([]);
      if (before > 0) expect(nfe / before).toBeLessThan((first / second) ** (1 / order) * 1.5);
      before = nfe;
    }
  });

  it("has its order in steps of given length, and at most one order less inside", async () => {
    const one = async (h: number) => {
      const forced = method({ rtol: 1, atol: 1, firstStep: h });
      const { x, steps, path } = await solveOde(linearField, start, {
        method: forced,
        to: h,
        saveAt: [0.2 * h, 0.4 * h, 0.6 * h, 0.8 * h],
      });
      expect(steps).toBe(1);
      return [
        distance(x.data, linearFlow(start.x, 0, h)),
        Math.max(...path.map((at) => distance(at.x.data, linearFlow(start.x, 0, at.t)))),
      ];
    };
    // The error of a single step falls as h^(order + 1); inside, dopri5 is of order 4 and bosh3 of order 3.
    const [coarse, fine] = [await one(0.05), await one(0.025)];
    expect(Math.log2(coarse[0] / fine[0])).toBeGreaterThan(order + 0.5);
    expect(Math.log2(coarse[1] / fine[1])).toBeGreaterThan(Math.min(order, 4) + 0.5);
  });

  it("counts its stages per step tried, one to begin, and one to choose the first step", async () => {
    let calls = 0;
    const counted: Field = (at) => {
      calls++;
      return linearField(at);
    };
    for (const firstStep of [undefined, 0.9]) {
      calls = 0;
      const { nfe, steps, rejected } = await solveOde(counted, start, {
        method: method({ rtol: 1e-7, atol: 1e-7, ...(firstStep && { firstStep }) }),
      });
      expect(nfe).toBe(calls);
      expect(nfe).toBe(stages * (steps + rejected) + (firstStep ? 1 : 2));
      if (firstStep) expect(rejected).toBeGreaterThan(0);
    }
  });
});

describe("adaptive methods", () => {
  it("does not count known coordinates in its error, so a mask does not loosen the tolerance", async () => {
    const method = dopri5({ rtol: 1e-6, atol: 1e-6 });
    const alone = await solveOde(linearField, { x: ndarray([1, 2], Float64Array.of(0, 1)) }, { method });
    const x = ndarray([1, 20], new Float64Array(20).fill(1));
    const keep = ndarray([1, 20], new Float32Array(20).fill(1));
    keep.data[0] = 0;
    keep.data[1] = 0;
    x.data[0] = 0;
    const masked = await solveOde(linearField, { x, xi: { keep } }, { method });
    expect(masked.nfe).toBe(alone.nfe);
    expect(masked.x.data[1]).toBe(alone.x.data[1]);
  });

  it("returns the last state and a warning when the error asks for too small a step", async () => {
    // x' = x² from 2 is 1 / (1/2 − t): infinite at t = 1/2.
    const blowUp = pointwise((_, x) => x * x);
    const result = await solveOde(
      blowUp,
      { x: ndarray([1, 1], Float64Array.of(2)) },
      { method: dopri5(), saveAt: [0.2, 0.7] },
    );
    expect(result.t).toBeGreaterThan(0.499);
    expect(result.t).toBeLessThan(0.5);
    expect(result.x.data[0]).toBeGreaterThan(1000);
    expect(result.warnings).toHaveLength(1);
    expect(result.warnings[0]).toContain("below the least of 0.000001");
    expect(result.path.map(({ t }) => t)).toEqual([0.2]);
    expect(result.path[0].x.data[0]).toBeCloseTo(1 / 0.3, 3);
  });

  it("returns the last state and a warning after the most steps, and says which samples", async () => {
    const method = dopri5({ rtol: 1e-10, atol: 1e-10, maxSteps: 5 });
    const result = await solveOde(linearField, start, { method, batch: 2 });
    expect(result.warnings).toHaveLength(2);
    expect(result.warnings[1]).toContain("Samples 2 to 2");
    expect(result.warnings[0]).toContain("after 5 steps");
    expect(result.t).toBeLessThan(1);
    expect(result.steps + result.rejected).toBe(5);
  });

  it("says for every sample what time its state is of, where one batch gives up", async () => {
    // Above 10, x' = 200 cos 200 t; below, x' = x.
    const field = ({ x, t }: { x: NdArray; t: number }) =>
      ndarray(
        x.shape,
        x.data.map((value) => (value > 10 ? 200 * Math.cos(200 * t) : value)),
      );
    const method = dopri5({ rtol: 1e-6, atol: 1e-6, maxSteps: 40 });
    const initial = ndarray([4, 1], Float64Array.of(1, 2, 20, 30));
    const { x, t, times } = await solveOde(field, { x: initial }, { method, batch: 2 });
    expect(Array.from(times)).toEqual([1, 1, t, t]);
    expect(t).toBeLessThan(1);
    [Math.E, 2 * Math.E, 20 + Math.sin(200 * t), 30 + Math.sin(200 * t)].forEach((value, i) => {
      expect(x.data[i]).toBeCloseTo(value, 3);
    });
  });

  it("stands still where the field is zero, in few steps", async () => {
    const { x, steps } = await solveOde(
      pointwise(() => 0),
      start,
      { method: dopri5() },
    );
    expect(x.data).toEqual(start.x.data);
    expect(steps).toBeLessThan(10);
  });
});

describe.each(Object.entries(every))("every method: %s", (name, method) => {
  it("returns to its start when it runs forwards and then backwards", async () => {
    const fine = method.kind !== "adaptive" ? { ...method, steps: name === "euler" ? 20000 : 400 } : method;
    const there = await solveOde(linearField, start, { method: fine });
    const back = await solveOde(linearField, there, { method: fine, from: 1, to: 0 });
    expect(distance(back.x.data, start.x.data)).toBeLessThan(5e-3);
    expect(distance(there.x.data, start.x.data)).toBeGreaterThan(1);
  });

  it("keeps known pixels bit for bit, whatever the field says there", async () => {
    const awkward = [-0, 1e-45, 0.1, -1, 1 / 3, 16777217];
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, perChannel) => {
        const source = rng(seed);
        const shape = [2, 3, 3, 2];
        const x0 = source.normals(shape);
        for (let e = 0; e < 36; e++)
          if (source.uniform() < 0.5) x0.data[e] = awkward[source.int(awkward.length)];
        const keep = zeros(perChannel ? shape : [2, 3, 3, 1]);
        for (let p = 0; p < keep.data.length; p++) keep.data[p] = source.int(2);
        const { x } = await solveOde(linearField, { x: x0, xi: { keep } }, { method });
        const before = new Uint32Array(x0.data.buffer);
        const after = new Uint32Array(x.data.buffer);
        for (let e = 0; e < 36; e++) {
          const known = keep.data[perChannel ? e : e >> 1] === 1;
          if (known) expect(after[e]).toBe(before[e]);
          else if (Math.abs(x0.data[e]) > 1e-3) expect(after[e]).not.toBe(before[e]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("measures the action by its own nodes", async () => {
    // x' = a t: ∫ |b|² dt = a² / 3 for each coordinate, by a quadrature that is exact from order 3 on.
    const result = await solveOde(
      pointwise((t, _, e) => (e + 1) * t),
      start,
      { method },
    );
    const exact = [1 + 4, 9 + 16, 25 + 36].map((squares) => squares / 3);
    expect(distance(result.actions, exact)).toBeLessThan(actionWithin(name, method));
    expect(result.action).toBeCloseTo(result.actions.reduce((sum, value) => sum + value, 0) / 3, 12);
    const back = await solveOde(
      pointwise((t, _, e) => (e + 1) * t),
      start,
      { method, from: 1, to: 0 },
    );
    expect(distance(back.actions, exact)).toBeLessThan(actionWithin(name, method));
  });

  it("keeps the number format of its start and leaves the start as it was", async () => {
    for (const data of [Float32Array.of(1, 2), Float64Array.of(1, 2)]) {
      const x = ndarray([2, 1], data);
      const copy = data.slice();
      const result = await solveOde(linearField, { x }, { method, saveAt: [0.5] });
      expect(result.x.data.constructor).toBe(data.constructor);
      expect(result.path[0].x.data.constructor).toBe(data.constructor);
      expect(data).toEqual(copy);
    }
  });

  it("copies what the field returns, which may use one array again and again", async () => {
    const shared = zeros([3, 2], start.x);
    const reusing: Field = (at) => {
      shared.data.set((linearField(at) as NdArray).data);
      return shared;
    };
    const { x } = await solveOde(reusing, start, { method });
    expect(x).toEqual((await solveOde(linearField, start, { method })).x);
  });

  it("says at which time and in which sample the field is not finite", async () => {
    const broken = pointwise((t, _, e) => (t > 0.4 && e === 3 ? Number.NaN : 1));
    await expect(solveOde(broken, start, { method })).rejects.toThrow(
      /The field is NaN at t = 0\.[4-9].*sample 1/,
    );
  });
});

describe.each(Object.entries(every))("what solvers refuse: %s", (_, method) => {
  it("an end that is infinite though the field is finite", async () => {
    const huge = { x: ndarray([2, 1], Float32Array.of(0, 3e38)) };
    const finite = pointwise(() => 3e38);
    await expect(solveOde(finite, huge, { method })).rejects.toThrow(
      /The state is Infinity at t = .*, in sample 1 of its batch. Look at the field/,
    );
    // 1e39 is finite in float64 only.
    const double: Field = ({ x }) => ndarray(x.shape, new Float64Array(2).fill(-1e39));
    await expect(solveOde(double, { x: zeros([2, 1]) }, { method })).rejects.toThrow(
      "The field is -Infinity",
    );
  });
});

describe("solveOde", () => {
  it("does not look at what the field says of known pixels", async () => {
    const x = ndarray([2, 2], Float64Array.of(1, 2, 3, 4));
    const keep = ndarray([2, 2], Float32Array.of(1, 0, 0, 1));
    const field = pointwise((t, value, e) => (keep.data[e] === 1 ? Number.NaN : t - value));
    for (const method of Object.values(every)) {
      const solution = await solveOde(field, { x, xi: { keep } }, { method, saveAt: [0.3, 1] });
      const alone = await solveOde(
        pointwise((t, value) => t - value),
        { x: ndarray([2, 1], Float64Array.of(2, 3)) },
        { method, saveAt: [0.3, 1] },
      );
      expect(Array.from(solution.x.data)).toEqual([1, ...alone.x.data, 4]);
      expect(Array.from(solution.path[0].x.data)).toEqual([1, ...alone.path[0].x.data, 4]);
      expect(solution.actions).toEqual(alone.actions);
    }
  });

  it("binds the field to each batch's condition once", async () => {
    const seen: (Int32Array | undefined)[] = [];
    const field = makeField(({ labels }) => {
      seen.push(labels);
      return (x) => x;
    });
    const labels = Int32Array.of(4, 5, 6);
    const { nfe } = await solveOde(
      field,
      { ...start, xi: { labels } },
      { method: rk4({ steps: 3 }), batch: 2 },
    );
    expect(nfe).toBe(12);
    expect(seen).toEqual([Int32Array.of(4, 5), Int32Array.of(6)]);
  });

  it("counts the mean over the batches, exactly where all took as much", async () => {
    const x = rng(1).normals([7, 2]);
    for (const batch of [1, 2, 3]) {
      const { nfe, steps } = await solveOde(linearField, { x }, { method: heun({ steps: 11 }), batch });
      expect([nfe, steps]).toEqual([22, 11]);
    }
  });

  it("cuts samples into batches, with their conditions, and counts per sample", async () => {
    const x = rng(1).normals([5, 2, 2, 1]);
    const xi: Condition = {
      labels: Int32Array.of(0, 1, 2, 3, 4),
      keep: ndarray(
        [5, 2, 2, 1],
        Float32Array.from({ length: 20 }, (_, i) => (i % 3 ? 0 : 1)),
      ),
      image: rng(2).normals([5, 2, 2, 3]),
    };
    const seen: number[] = [];
    const conditioned: Field = ({ x: state, t, xi: { labels, image } }) => {
      seen.push(state.shape[0]);
      return {
        shape: state.shape,
        data: state.data.map((value, e) => (labels?.[e >> 2] ?? 0) - value + t * (image?.data[3 * e] ?? 0)),
      };
    };
    const method = rk4({ steps: 2 });
    const whole = await solveOde(conditioned, { x, xi }, { method, saveAt: [0, 0.3, 1] });
    const parts = await solveOde(conditioned, { x, xi }, { method, saveAt: [0, 0.3, 1], batch: 2 });
    expect(parts).toEqual(whole);
    expect(parts.nfe).toBe(8);
    expect(new Set(seen)).toEqual(new Set([5, 2, 1]));
  });

  it("saves the ends exactly and orders times along the way", async () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
      [0.3, 0.7],
    ]) {
      for (const method of Object.values(every)) {
        const result = await solveOde(linearField, start, { method, from, to, saveAt: [to, 0.5, from] });
        expect(result.path.map(({ t }) => t)).toEqual([from, 0.5, to]);
        expect(result.path[0].x).toEqual(start.x);
        expect(result.path[2].x).toEqual(result.x);
        expect(result.t).toBe(to);
      }
    }
  });

  it("tells of every step", async () => {
    const told: { t: number; step: number; done: number }[] = [];
    const reached: ArrayLike<number>[] = [];
    const { x } = await solveOde(linearField, start, {
      method: euler({ steps: 2 }),
      batch: 2,
      onStep: ({ x: state, ...step }) => {
        told.push(step);
        reached.push(state.data.slice());
      },
    });
    expect(told).toEqual([
      { from: 0, t: 0.5, step: 1, nfe: 1, done: 0, samples: 3 },
      { from: 0.5, t: 1, step: 2, nfe: 2, done: 0, samples: 3 },
      { from: 0, t: 0.5, step: 1, nfe: 1, done: 2, samples: 3 },
      { from: 0.5, t: 1, step: 2, nfe: 2, done: 2, samples: 3 },
    ]);
    const second = linearField({ x: start.x, t: 0, xi: {} }) as NdArray;
    expect(reached.map(({ length }) => length)).toEqual([4, 4, 2, 2]);
    for (let e = 0; e < 4; e++) expect(reached[0][e]).toBe(start.x.data[e] + second.data[e] / 2);
    expect([...Array.from(reached[1]), ...Array.from(reached[3])]).toEqual(Array.from(x.data));
  });

  it("stops when told to", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let seen = 0;
    const running = solveOde(linearField, start, {
      method: euler({ steps: 1000 }),
      signal: controller.signal,
      onStep: ({ step }) => {
        seen = step;
        if (step === 3) controller.abort(reason);
      },
    });
    await expect(running).rejects.toThrow(AbortError);
    await expect(running).rejects.toMatchObject({ message: "The solver was stopped.", cause: reason });
    expect(seen).toBe(3);
  });

  it("refuses what it cannot solve", async () => {
    const method = euler({ steps: 1 });
    const bad = { x: ndarray([2, 1], Float64Array.of(1, Number.NaN)) };
    await expect(solveOde(linearField, bad, { method })).rejects.toThrow("NaN in sample 1");
    await expect(solveOde(linearField, { x: zeros([0, 2]) }, { method })).rejects.toThrow(
      "one sample or more",
    );
    const old = { x0: start.x, xi: {} } as unknown as typeof start;
    await expect(solveOde(linearField, old, { method })).rejects.toThrow(
      "Expected an initial state { x, xi }, but received one of x0, xi, without x. Pass atBase(pairs) to",
    );
    await expect(solveOde(linearField, start, { method, from: 0.5, to: 0.5 })).rejects.toThrow("interval");
    const whole = { x: { shape: [1, 1], data: Int32Array.of(1) as never } };
    await expect(solveOde(linearField, whole, { method })).rejects.toThrow(
      "a Float32Array or a Float64Array, but received one of Int32Array. Convert it",
    );
    await expect(solveOde(linearField, start, { method, to: 2 })).rejects.toThrow("to from 0 to 1");
    await expect(solveOde(linearField, start, { method, saveAt: [2] })).rejects.toThrow("times to save");
    await expect(solveOde(linearField, start, { method, batch: 0 })).rejects.toThrow("batch of 1");
    await expect(solveOde(() => zeros([1, 2]), start, { method })).rejects.toThrow("values of shape [3, 2]");
    for (const [xi, message] of [
      [{ keep: zeros([3, 3]) }, "a mask of shape [3, 1]"],
      [{ keep: zeros([2, 2]) }, "3 entries in ξ.keep"],
      [{ labels: Int32Array.of(1) }, "3 entries in ξ.labels"],
      [{ image: zeros([4, 2]) }, "3 entries in ξ.image"],
    ] as const) {
      await expect(solveOde(linearField, { ...start, xi }, { method })).rejects.toThrow(message);
    }
  });
});

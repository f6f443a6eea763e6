import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import type { Field } from "../../lib/fields/field";
import {
  cosineGrid,
  euler,
  geometricGrid,
  heun,
  midpoint,
  quadraticGrid,
  rk4,
  type StepOptions,
  solveOde,
  type TimeGrid,
} from "../../lib/samplers";

const methods = { euler, midpoint, heun, rk4 };
const start = { x: ndarray([1, 2], Float64Array.of(1, -2)) };

/** The times at which Euler's method asks for the field, and the end. */
async function nodes(options: StepOptions, from = 0, to = 1) {
  const seen: number[] = [];
  const field: Field = ({ x, t }) => {
    seen.push(t);
    return x;
  };
  await solveOde(field, start, { method: euler(options), from, to });
  return [...seen, to];
}
const close = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((t, k) => {
    expect(t).toBeCloseTo(wanted[k], 14);
  });
};

describe("time grids", () => {
  it("shrink what is left by a constant factor", async () => {
    const grid = geometricGrid({ towards: 1, last: 0.01 });
    const times = await nodes({ steps: 4, grid }, 0, 0.99);
    close(
      times.map((t) => 1 - t),
      [1, 0.01 ** 0.25, 0.1, 0.01 ** 0.75, 0.01],
    );
    const other = geometricGrid({ towards: 0, last: 0.01 });
    close(await nodes({ steps: 4, grid: other }, 0.01, 1), times.map((t) => 1 - t).reverse());
    expect(() => geometricGrid({ towards: 1, last: 1 })).toThrow(/between 0 and 1/);
  });

  it("put the steps where they say", async () => {
    close(await nodes({ steps: 4 }), [0, 0.25, 0.5, 0.75, 1]);
    const root = Math.SQRT1_2 / 2;
    close(await nodes({ steps: 4, grid: cosineGrid }), [0, 0.5 - root, 0.5, 0.5 + root, 1]);
    close(
      await nodes({ steps: 4, grid: quadraticGrid({ towards: 0 }) }),
      [0, 1, 4, 9, 16].map((k) => k / 16),
    );
    close(
      await nodes({ steps: 4, grid: quadraticGrid({ towards: 1 }) }),
      [0, 7, 12, 15, 16].map((k) => k / 16),
    );
    close(await nodes({ steps: 2, grid: (share) => share ** 3 }, 0.2, 0.6), [0.2, 0.25, 0.6]);
    close(await nodes({ times: [0, 0.1, 0.9, 1] }), [0, 0.1, 0.9, 1]);
  });

  it("meet the same times on the way back", async () => {
    for (const options of [
      { steps: 5 },
      { steps: 5, grid: cosineGrid },
      { steps: 3, grid: quadraticGrid({ towards: 1 }) },
      { times: [0, 0.1, 0.9, 1] },
    ]) {
      const there = await nodes(options);
      expect(await nodes(options, 1, 0)).toEqual([...there].reverse());
    }
  });

  it.each(Object.entries(methods))("leave %s its order, both ways", async (_, method) => {
    // x' = −2t x: x(1) = x(0) / e.
    const field: Field = ({ x, t }) => ({ shape: x.shape, data: x.data.map((value) => -2 * t * value) });
    const { order } = method({ steps: 1 }).tableau;
    for (const grid of [cosineGrid, quadraticGrid({ towards: 0 }), quadraticGrid({ towards: 1 })]) {
      for (const [from, to] of [
        [0, 1],
        [1, 0],
      ]) {
        const error = async (steps: number) => {
          const { x } = await solveOde(field, start, { method: method({ steps, grid }), from, to });
          return Math.abs(x.data[0] - Math.exp(from - to));
        };
        expect(Math.log2((await error(64)) / (await error(128)))).toBeGreaterThan(order - 0.25);
      }
    }
  });

  it("give the result of the same times written out", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 6 }),
        fc.constantFrom(...Object.values(methods)),
        async (inner, method) => {
          const times = [0, ...inner.sort((a, b) => a - b), 1];
          const n = times.length - 1;
          const grid: TimeGrid = (share) => times[Math.round(share * n)];
          const field: Field = ({ x, t }) => ({ shape: x.shape, data: x.data.map((value) => t - value) });
          const own = await solveOde(field, start, { method: method({ times }) });
          const same = await solveOde(field, start, { method: method({ steps: n, grid }) });
          expect(own).toEqual(same);
          expect(own.steps).toBe(n);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("are refused when they do not fit", async () => {
    const run = (options: StepOptions) => nodes(options);
    await expect(run({ steps: 2, times: [0, 1] })).rejects.toThrow("either steps");
    await expect(run({ times: [0] })).rejects.toThrow("two or more increasing times for Euler");
    await expect(run({ times: [0, 0.5, 0.5, 1] })).rejects.toThrow("increasing times");
    await expect(run({ times: [0, Number.NaN, 1] })).rejects.toThrow("increasing times");
    await expect(run({ times: [0.1, 1] })).rejects.toThrow("times from 0 to 1");
    await expect(run({ steps: 2, grid: (share) => share / 2 })).rejects.toThrow("0 at 0 and 0.5 at 1");
    await expect(run({ steps: 2, grid: (share) => (share === 0.5 ? Number.NaN : share) })).rejects.toThrow(
      "must increase",
    );
    await expect(run({})).rejects.toThrow("whole number of steps");
    expect(() => quadraticGrid({ towards: 2 as 1 })).toThrow("towards: 0 or 1");
  });
});

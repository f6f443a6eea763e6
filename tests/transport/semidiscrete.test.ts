import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, takeRows } from "../../lib/array";
import { AbortError } from "../../lib/errors";
import { type Base, rng } from "../../lib/random";
import { normalCdf } from "../../lib/statistics/normal";
import {
  checkSemidiscrete,
  exact,
  plainCells,
  planCost,
  semidiscrete,
  squaredDistances,
} from "../../lib/transport";

describe("semidiscrete", () => {
  it("cuts a line where the masses are equal", async () => {
    // On a line the cells are intervals of equal mass, in the order of the points, wherever these lie.
    const at = [-2, -1.9, -0.3, 0.4, 3];
    const points = ndarray([5, 1], Float64Array.from(at));
    const plan = await semidiscrete({ points, batch: 200, steps: 4000, rng: rng(1) });
    for (let k = 1; k < 5; k++) {
      const [a, b] = [at[k - 1], at[k]];
      const cut = (b ** 2 / 2 - plan.potentials[k] - (a ** 2 / 2 - plan.potentials[k - 1])) / (b - a);
      expect(Math.abs(normalCdf(cut) - k / 5)).toBeLessThan(0.01);
    }
    const { cost, dual, dispersion, neverChosen } = await checkSemidiscrete(
      plan,
      rng(2).normals([10_000, 1]),
    );
    // Σ_k 5⁻¹ E[(x − y_k)² | cell k] by the sum over quantiles of N(0, 1).
    const sorted = Array.from(rng(3).normals([200_000, 1]).data).sort((a, b) => a - b);
    const least = sorted.reduce((sum, x, i) => sum + (x - at[Math.floor((5 * i) / sorted.length)]) ** 2, 0);
    expect(Math.abs(cost - least / sorted.length)).toBeLessThan(0.03);
    expect(Math.abs(dual - cost)).toBeLessThan(0.03);
    expect(dispersion).toBeLessThan(30); // without potentials it is in the thousands
    expect(neverChosen).toBe(0);
  });

  it("finds the cost of exact transport between finite sets", async () => {
    const n = 40;
    const [from, points] = [rng(4).normals([n, 3]), rng(5).normals([n, 3])];
    const base: Base = ([count], random) =>
      takeRows(
        from,
        Array.from({ length: count }, () => random.int(n)),
      );
    const plan = await semidiscrete({ points, base, batch: 40, steps: 3000, rng: rng(6) });
    const matrix = squaredDistances(from, points);
    const least = planCost(exact().solve(matrix), matrix);
    const nearest =
      matrix.data.reduce(
        (sum, _, e) => (e % n === 0 ? sum + Math.min(...matrix.data.subarray(e, e + n)) : sum),
        0,
      ) / n;
    const { dual } = await checkSemidiscrete(plan, from);
    expect(dual).toBeLessThan(least + 1e-9);
    expect(dual).toBeGreaterThan(least - 0.03 * (least - nearest));
  });

  it("chooses every point about equally often, and costs less than independent pairs", async () => {
    const points = rng(7).normals([300, 4]);
    const shifted = ndarray(
      points.shape,
      points.data.map((value, e) => value * (e % 4 === 0 ? 3 : 0.5)),
    );
    const run = (steps: number) => semidiscrete({ points: shifted, batch: 100, steps, rng: rng(8) });
    const [first, last] = [await run(1), await run(500)];
    const fresh = rng(9).normals([3000, 4]);
    const [before, after] = [await checkSemidiscrete(first, fresh), await checkSemidiscrete(last, fresh)];
    expect(before.dispersion).toBeGreaterThan(5);
    expect(after.dispersion).toBeLessThan(2);
    expect(before.neverChosen).toBeGreaterThan(0.1);
    expect(after.neverChosen).toBeLessThan(0.03);
    expect(after.dual).toBeGreaterThan(before.dual);
    const independent = 4 + Float64Array.from(shifted.data).reduce((sum, value) => sum + value ** 2, 0) / 300;
    expect(after.cost).toBeLessThan(0.6 * independent);
    expect(last.potentials.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 8);
  });

  it("goes on from potentials, and is the same for the same seed", async () => {
    const points = rng(10).normals([20, 2]);
    const run = (steps: number, start?: Float64Array) =>
      semidiscrete({ points, batch: 20, steps, rng: rng(11), ...(start && { start }) });
    const [once, again] = [await run(50), await run(50)];
    expect(Array.from(once.potentials)).toEqual(Array.from(again.potentials));
    const further = await run(1, once.potentials);
    const change = further.potentials.map((value, j) => value - once.potentials[j]);
    expect(change.some((value) => Math.abs(value) > 1e-6)).toBe(true);
  });

  it("tells of every step, and stops when told to", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const told: unknown[] = [];
    const running = semidiscrete({
      ...{ points: rng(1).normals([3, 2]), batch: 4, steps: 5, rng: rng(1) },
      signal: controller.signal,
      onStep(progress) {
        told.push(progress);
        if (progress.step === 2) controller.abort(reason);
      },
    });
    await expect(running).rejects.toThrow(AbortError);
    await expect(running).rejects.toMatchObject({
      message: "The transport plan for 3 points was stopped.",
      cause: reason,
    });
    expect(told).toEqual([
      { step: 1, steps: 5 },
      { step: 2, steps: 5 },
    ]);
  });

  it("says what it needs", async () => {
    const points = rng(1).normals([3, 2]);
    const options = { points, batch: 4, steps: 2, rng: rng(1) };
    await expect(semidiscrete({ ...options, batch: 0 })).rejects.toThrow(/batch/);
    await expect(semidiscrete({ ...options, base: ([n], random) => random.normals([n, 3]) })).rejects.toThrow(
      /like the points/,
    );
    await expect(semidiscrete({ ...options, start: new Float64Array(2) })).rejects.toThrow(/3 potentials/);
    await expect(semidiscrete({ ...options, rate: 0 })).rejects.toThrow(/rate/);
    const odd = ndarray([3, 2], [0, 1, 2, Number.NaN, 4, 5]);
    await expect(semidiscrete({ ...options, points: odd })).rejects.toThrow(/finite points.*NaN at place 3/);
    const start = Float64Array.of(0, Number.NaN, 0);
    await expect(semidiscrete({ ...options, start })).rejects.toThrow(/finite potentials/);
    const plan = await semidiscrete(options);
    for (const wrong of [rng(2).normals([4, 3]), rng(2).normals([4, 1])]) {
      await expect((async () => plan.assign(wrong))()).rejects.toThrow(
        /like the points, of shape \[any, 2\]/,
      );
      await expect(checkSemidiscrete(plan, wrong)).rejects.toThrow(/like the points/);
    }
    const none: NdArray = ndarray([0, 2], []);
    await expect(semidiscrete({ ...options, points: none })).rejects.toThrow(/one point/);
  });
});

describe("checkSemidiscrete", () => {
  it("calls one point as evenly chosen as chance allows", async () => {
    const points = ndarray([1, 2], [1, 2]);
    const plan = await semidiscrete({ points, batch: 4, steps: 4, rng: rng(0) });
    expect(await checkSemidiscrete(plan, rng(1).normals([5, 2]))).toMatchObject({
      dispersion: 1,
      neverChosen: 0,
    });
  });
});

describe("plainCells", () => {
  it("refuses another number of potentials", () => {
    const points = ndarray([2, 1], [0, 2]);
    expect(() => plainCells(points)(points, new Float64Array(3))).toThrow("2 potentials, one for each point");
  });

  it("finds the nearest point without potentials, and the favoured one with them", async () => {
    const points = ndarray([2, 1], [0, 2]);
    const x = ndarray([3, 1], [-1, 0.9, 1.1]);
    expect(Array.from(await plainCells(points)(x, new Float64Array(2)))).toEqual([0, 0, 1]);
    expect(Array.from(await plainCells(points)(x, Float64Array.of(0, 0.5)))).toEqual([0, 1, 1]);
  });
});

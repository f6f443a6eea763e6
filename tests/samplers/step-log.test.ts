import { expect, test } from "vitest";
import { ndarray } from "../../lib/array";
import { rng } from "../../lib/random";
import { dopri5, euler, eulerMaruyama, solveOde, solveSde, stepLog } from "../../lib/samplers";

const start = { x: rng(0).normals([6, 2]) };
const field = ({ x, t }: { x: { shape: readonly number[]; data: ArrayLike<number> }; t: number }) =>
  ndarray(
    [...x.shape],
    Float32Array.from(x.data, (value) => value * Math.exp(-((t - 0.3) ** 2) / 0.001)),
  );

test("fixed steps are logged one after another, for each batch from the start", async () => {
  const log = stepLog();
  await solveOde(field, start, { method: euler({ steps: 4 }), batch: 3, onStep: log.onStep });
  expect(log.steps.map(({ from, to, first }) => [from, to, first])).toEqual(
    [0, 3].flatMap((first) => [0, 1, 2, 3].map((k) => [k / 4, (k + 1) / 4, first])),
  );
});

test("adaptive steps fill the interval and are shortest where the field changes", async () => {
  const log = stepLog();
  const method = dopri5({ rtol: 1e-4, atol: 1e-4 });
  const { steps } = await solveOde(field, start, { method, onStep: log.onStep });
  expect(log.steps.length).toBe(steps);
  expect(log.steps.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(1, 12);
  const shortest = log.steps.reduce((a, b) => (b.to - b.from < a.to - a.from ? b : a));
  const longest = log.steps.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  const middle = ({ from, to }: { from: number; to: number }) => (from + to) / 2;
  expect(Math.abs(middle(longest) - 0.3)).toBeGreaterThan(0.1);
  expect(shortest.to - shortest.from).toBeLessThan((longest.to - longest.from) / 4);
});

test.each([
  { from: 1, to: 0, ends: [1, 0.5, 0] },
  { from: 0.25, to: 0.75, ends: [0.25, 0.5, 0.75] },
])("a solve from $from to $to is logged from where it begins, in every batch", async ({ from, to, ends }) => {
  const log = stepLog();
  await solveOde(field, start, { method: euler({ steps: 2 }), batch: 3, from, to, onStep: log.onStep });
  const [a, b, c] = ends;
  expect(log.steps.map((step) => [step.from, step.to, step.first])).toEqual(
    [0, 3].flatMap((first) => [
      [a, b, first],
      [b, c, first],
    ]),
  );
});

test("a stochastic solve is logged, too", async () => {
  const log = stepLog();
  const method = eulerMaruyama({ steps: 2 });
  const fields = { b: field, s: field };
  await solveSde(fields, start, { method, epsilon: 0.1, rng: rng(1), from: 1, to: 0, onStep: log.onStep });
  expect(log.steps.map(({ from, to }) => [from, to])).toEqual([
    [1, 0.5],
    [0.5, 0],
  ]);
});

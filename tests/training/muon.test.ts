import * as tf from "@tensorflow/tfjs";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { beforeAll, describe, expect, it } from "vitest";
import { adam, muon, rng, stepLR } from "../../lib";
import { orthogonalised } from "../../lib/training/muon";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const normals = (rows: number, columns: number, seed: number) =>
  Matrix.from1DArray(rows, columns, [...rng(seed).normals([rows, columns]).data]);

const toTensor = (...matrices: Matrix[]) => tf.tensor3d(matrices.map((matrix) => matrix.to2DArray()));
const toMatrices = (tensor: tf.Tensor) =>
  (tensor.arraySync() as number[][][]).map((matrix) => new Matrix(matrix));

const decomposed = (matrix: Matrix) => {
  const {
    leftSingularVectors: u,
    diagonal,
    rightSingularVectors: v,
  } = new SingularValueDecomposition(matrix, { autoTranspose: true });
  return { u, diagonal, v };
};

/** Where Newton and Schulz's five steps take a singular value: their polynomial acts on each one alone. */
function moved(value: number): number {
  let s = value;
  for (let i = 0; i < 5; i++) s = 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
  return s;
}

describe("orthogonalised", () => {
  it.each([
    [8, 8],
    [5, 12],
    [12, 5],
  ])(
    "keeps the singular vectors of %i × %i matrices, each by itself, and moves its singular values near 1",
    (rows, columns) => {
      const given = [normals(rows, columns, 1), Matrix.mul(normals(rows, columns, 2), 100)];
      const found = toMatrices(orthogonalised(toTensor(...given)));
      given.forEach((matrix, n) => {
        const { u, v } = decomposed(matrix);
        const k = Math.min(rows, columns);
        const middle = u.transpose().mmul(found[n]).mmul(v);
        for (let i = 0; i < k; i++) {
          expect(middle.get(i, i)).toBeGreaterThan(0.65);
          expect(middle.get(i, i)).toBeLessThan(1.25);
          for (let j = 0; j < k; j++) if (i !== j) expect(Math.abs(middle.get(i, j))).toBeLessThan(1e-4);
        }
      });
    },
  );

  it("takes singular values as small as 1e-6 of the largest where five steps take them", () => {
    const { u, v } = decomposed(normals(20, 6, 3));
    const values = [1, 0.3, 1e-2, 1e-3, 1e-4, 1e-6];
    const [given, wanted] = [values, values.map((value) => moved(value / Math.hypot(...values)))].map(
      (diagonal) => u.subMatrix(0, 19, 0, 5).mmul(Matrix.diag(diagonal)).mmul(v.transpose()),
    );
    const [found] = toMatrices(orthogonalised(toTensor(given)));
    expect(Matrix.sub(found, wanted).norm("frobenius")).toBeLessThan(2e-3);
  });
});

describe("muon", () => {
  const entries = [
    { name: "down.0.kernel", shape: [3, 3, 2, 4] },
    { name: "down.0.bias", shape: [4] },
    { name: "out.kernel", shape: [4, 3] },
  ];
  const sizes = [72, 4, 12];
  const total = 88;
  const vector = (seed: number) => tf.tensor1d(rng(seed).normals([total]).data as Float32Array);
  const learningRate = 1e-2;
  const options = { learningRate, schedule: stepLR({ factor: 1 }), momentum: 0.9 };
  const scalarsOf = (rule: { scalars(step: number): Readonly<Record<string, number>> }, step: number) =>
    Object.fromEntries(Object.entries(rule.scalars(step)).map(([key, value]) => [key, tf.scalar(value)]));
  const zeros = () => ({ m: tf.zeros([total]), v: tf.zeros([total]) });

  it("moves kernels along their orthogonalised momentum, by an independent sum in double precision", () => {
    const rule = muon(options);
    let state = { parameters: vector(1), slots: zeros() as Readonly<Record<string, tf.Tensor>> };
    const expected = Float64Array.from(state.parameters.dataSync().slice(0, 72));
    let momentum = new Float64Array(72);
    for (let step = 0; step < 3; step++) {
      const gradient = vector(10 + step);
      state = rule.update({ entries, ...state, gradient, scalars: scalarsOf(rule, step) }) as typeof state;
      const g = gradient.dataSync();
      momentum = momentum.map((m, e) => 0.9 * m + g[e]);
      const ahead = Matrix.from1DArray(18, 4, [...momentum.map((m, e) => g[e] + 0.9 * m)]);
      const { u, diagonal, v } = decomposed(ahead);
      const norm = Math.hypot(...diagonal);
      const values = diagonal.map((value) => moved(value / norm));
      const direction = u.subMatrix(0, 17, 0, 3).mmul(Matrix.diag(values)).mmul(v.transpose()).to1DArray();
      for (let e = 0; e < 72; e++) expected[e] -= learningRate * 0.2 * Math.sqrt(18) * direction[e];
    }
    const last = state.parameters.dataSync().slice(0, 72);
    for (const [e, value] of last.entries()) expect(value).toBeCloseTo(expected[e], 4);
  });

  it("decays all parameters by 1 − ηλ where the gradient is zero, matrices too", () => {
    const [weightDecay, rate] = [0.4, learningRate / 4];
    const rule = muon({ ...options, weightDecay, schedule: stepLR({ every: 2, factor: 0.25 }) });
    const parameters = vector(1);
    const given = { entries, parameters, gradient: tf.zeros<tf.Rank.R1>([total]), slots: zeros() };
    // Two steps have passed, so that the learning rate has fallen once.
    const moved = rule.update({ ...given, scalars: scalarsOf(rule, 2) }).parameters.dataSync();
    const before = parameters.dataSync();
    for (const [e, value] of moved.entries()) {
      expect(value, `parameter ${e}`).toBeCloseTo(before[e] * (1 - rate * weightDecay), 6);
      expect(Math.abs(value - before[e])).toBeGreaterThan(5e-4 * Math.abs(before[e]));
    }
  });

  it("decays matrices before they move, by as much as they are moved without decay", () => {
    const weightDecay = 0.5;
    const given = { entries, parameters: vector(1), gradient: vector(2), slots: zeros() };
    const [plain, decayed] = [muon(options), muon({ ...options, weightDecay })].map((rule) =>
      rule.update({ ...given, scalars: scalarsOf(rule, 0) }).parameters.dataSync(),
    );
    const before = given.parameters.dataSync();
    for (const [e, value] of decayed.entries()) {
      expect(value - plain[e]).toBeCloseTo(-learningRate * weightDecay * before[e], 6);
    }
    expect(Object.keys(muon(options).scalars(0))).not.toContain("kept");
  });

  it("leaves biases and the last layer to Adam", () => {
    const [rule, plain] = [muon(options), adam({ learningRate, schedule: stepLR({ factor: 1 }) })];
    const given = { entries, parameters: vector(1), gradient: vector(2), slots: zeros() };
    const a = rule.update({ ...given, scalars: scalarsOf(rule, 0) }).parameters.dataSync();
    const b = plain.update({ ...given, scalars: scalarsOf(plain, 0) }).parameters.dataSync();
    expect(a.slice(sizes[0])).toEqual(b.slice(sizes[0]));
    expect(a.slice(0, sizes[0])).not.toEqual(b.slice(0, sizes[0]));
  });

  it("refuses a momentum out of range", () => {
    expect(() => muon({ momentum: 1 })).toThrow("a momentum from 0 to below 1");
  });
});

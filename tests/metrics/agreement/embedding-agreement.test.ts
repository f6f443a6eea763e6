import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { concatChannels, type NdArray, ndarray } from "../../../lib/array";
import { embeddingAgreement, ridgeReader } from "../../../lib/metrics/agreement/embedding-agreement";
import { rng } from "../../../lib/random";

/** Reads what the sample itself says. */
const itself = (x: NdArray) => x;
/** Points that speak for themselves. */
const points = { features: async (x: NdArray) => x };
const mapped = ({ shape, data }: NdArray, of: (value: number, e: number) => number) =>
  ndarray(shape, Float64Array.from(data, of));
/** Variance of a column by half the mean squared difference of all pairs. */
const varianceOf = ({ shape: [n, k], data }: NdArray, column: number) => {
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) sum += (data[i * k + column] - data[j * k + column]) ** 2;
  return sum / (2 * n * n);
};
const row = (...values: number[]) => ndarray([1, values.length], Float64Array.from(values));

describe("embeddingAgreement", () => {
  test("of errors ±σ is rmse σ and R² = 1 − σ² / var ξ, by component and summed", async () => {
    const size = fc.double({ min: 0.01, max: 3, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 2, max: 20 }),
        fc.array(size, { minLength: 2, maxLength: 4 }),
        async (seed, n, sigmas) => {
          const k = sigmas.length;
          const xi = rng(seed).normals([n, k]);
          const off = (scale: number) =>
            mapped(
              xi,
              (value, e) => value + (rng(e + seed).uniform() < 0.5 ? -1 : 1) * scale * sigmas[e % k],
            );
          const found = await embeddingAgreement({
            read: itself,
            generated: { x: off(2), embedding: xi },
            real: { x: off(1), embedding: xi },
          });
          const variances = sigmas.map((_, c) => varianceOf(xi, c));
          const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
          for (const [scale, error] of [[2, found] as const, [1, found.real] as const]) {
            const squares = sigmas.map((sigma) => (scale * sigma) ** 2);
            sigmas.forEach((sigma, c) => {
              expect(error.rmse[c]).toBeCloseTo(scale * sigma, 10);
              const ratio = squares[c] / variances[c];
              expect(Math.abs((error.r2[c] ?? Number.NaN) - (1 - ratio))).toBeLessThan(1e-9 * (1 + ratio));
            });
            const ratio = sum(squares) / sum(variances);
            expect(Math.abs((error.explained ?? Number.NaN) - (1 - ratio))).toBeLessThan(1e-9 * (1 + ratio));
          }
        },
      ),
    );
  });

  test("explains all with the condition, nothing with its mean, and −1 with another draw", async () => {
    const n = 4000;
    const embedding = rng(1).normals([n, 1]);
    const mean = Array.from(embedding.data).reduce((sum, value) => sum + value, 0) / n;
    const explained = async (x: NdArray) => {
      const real = { x: embedding, embedding };
      const found = await embeddingAgreement({ read: itself, generated: { x, embedding }, real });
      expect(found.real.explained).toBe(1);
      return found.explained ?? Number.NaN;
    };
    expect(await explained(embedding)).toBe(1);
    expect(await explained(mapped(embedding, () => mean))).toBeCloseTo(0, 10);
    expect(Math.abs((await explained(rng(2).normals([n, 1]))) + 1)).toBeLessThan(0.1);
  });

  test("has the cosine of the angle between what was read and what was asked, at any length", async () => {
    const angle = fc.double({ min: 0, max: Math.PI, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.integer(), angle, fc.integer({ min: 1, max: 9 }), async (seed, theta, n) => {
        const draw = rng(seed);
        const directions = Array.from({ length: n }, () => 2 * Math.PI * draw.uniform());
        const circle = (turn: number) =>
          ndarray(
            [n, 2],
            Float64Array.from(
              directions.flatMap((at) => {
                const length = 0.1 + draw.uniform();
                return [length * Math.cos(at + turn), length * Math.sin(at + turn)];
              }),
            ),
          );
        const real = { x: circle(0), embedding: circle(0) };
        const generated = { x: circle(theta), embedding: circle(0) };
        const found = await embeddingAgreement({ read: itself, generated, real });
        expect(found.cosine).toBeCloseTo(Math.cos(theta), 10);
        expect(found.real.cosine).toBeCloseTo(1, 10);
      }),
    );
  });

  test("is null where there is no variance or no direction", async () => {
    const only = async (x: NdArray, embedding: NdArray) => {
      const { real, ...found } = await embeddingAgreement({
        read: itself,
        generated: { x, embedding },
        real: { x, embedding },
      });
      expect(real).toEqual(found);
      return found;
    };
    const three = (...values: number[]) => ndarray([3, values.length / 3], Float64Array.from(values));
    // 0.1 + 0.1 + 0.1 isn't 0.3 in binary: the variance of a constant must be 0 all the same.
    expect(await only(three(1.1, 2.1, 3.1), three(0.1, 0.1, 0.1))).toEqual({
      rmse: [expect.closeTo(Math.sqrt(14 / 3), 12)],
      r2: [null],
      explained: null,
      cosine: null,
    });
    const partly = await only(three(1, 5, 2, 5, 3, 6), three(1, 5, 2, 5, 3, 5));
    expect(partly.r2).toEqual([1, null]);
    expect(partly.explained).toBeCloseTo(1 - 1 / 3 / (2 / 3), 12);
    expect((await only(row(1, 1), row(0, 0))).cosine).toBeNull();
    expect((await only(row(0, 0), row(1, 1))).cosine).toBe(0);
  });

  test("says what is wrong with its input", async () => {
    const good = { x: row(1, 2), embedding: row(1, 2) };
    const from = (generated: { x: NdArray; embedding?: NdArray }, real = good, read = itself) =>
      expect(embeddingAgreement({ read, generated, real })).rejects;
    await from({ x: row(1, 2) }).toThrow(
      /at least one condition as embedding of generated samples, but received none/,
    );
    const nobody = ndarray([0, 2], []);
    await from(good, { x: nobody, embedding: nobody }).toThrow(
      /embedding of real samples, but received no samples/,
    );
    await from({ x: nobody, embedding: row(1, 2) }).toThrow(/received no samples/);
    await from({ x: row(1, 2), embedding: ndarray([2, 1], [1, 2]) }).toThrow(
      /embedding of generated samples of shape \[1, any\], but received shape \[2, 1\]/,
    );
    await from(good, { x: row(1), embedding: row(1) }).toThrow(
      /same length for generated and real samples, but received 2 and 1/,
    );
    await from({ x: row(1, 2), embedding: row(1, Number.NaN) }).toThrow(
      /finite conditions of generated samples, but received NaN in row 0. Leave out samples/,
    );
    await from(good, good, () => row(1)).toThrow(
      /conditions read from generated samples of shape \[1, 2\], but received shape \[1, 1\]/,
    );
    await from(good, good, () => row(1, Number.POSITIVE_INFINITY)).toThrow(
      /finite conditions read from generated samples/,
    );
  });
});

describe("ridgeReader", () => {
  const settings = fc.record({
    seed: fc.integer(),
    n: fc.integer({ min: 3, max: 12 }),
    d: fc.integer({ min: 1, max: 15 }),
    k: fc.integer({ min: 1, max: 3 }),
    penalty: fc.double({ min: 1e-3, max: 10, noNaN: true }),
  });

  test("is least squares with √((n − 1) λ) I below the centred features, by singular values", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ seed, n, d, k, penalty }) => {
        const x = rng(seed).normals([n, d]);
        const embedding = mapped(rng(`xi ${seed}`).normals([n, k]), (value) => 5 + 2 * value);
        const unseen = rng(`unseen ${seed}`).normals([4, d]);
        const read = await ridgeReader({ network: points, train: { x, embedding }, penalty });

        const [f, y] = [x, embedding].map(({ shape: [rows, columns], data }) =>
          Matrix.from1DArray(rows, columns, Array.from(data)),
        );
        const [meanF, meanY] = [f.mean("column"), y.mean("column")];
        const centred = f.clone().subRowVector(meanF);
        const lambda = (penalty * centred.norm() ** 2) / (n - 1) / d;
        const above = Matrix.zeros(n + d, d).setSubMatrix(centred, 0, 0);
        above.setSubMatrix(Matrix.eye(d).mul(Math.sqrt((n - 1) * lambda)), n, 0);
        const right = Matrix.zeros(n + d, k).setSubMatrix(y.clone().subRowVector(meanY), 0, 0);
        const weights = new SingularValueDecomposition(above, { autoTranspose: true }).solve(right);
        const wanted = Matrix.from1DArray(4, d, Array.from(unseen.data))
          .subRowVector(meanF)
          .mmul(weights)
          .addRowVector(meanY);
        const found = await read(unseen);
        expect(found.shape).toEqual([4, k]);
        wanted.to1DArray().forEach((value, e) => {
          expect(Math.abs(found.data[e] - value)).toBeLessThan(1e-8 * (1 + Math.abs(value)));
        });
      }),
    );
  });

  test("reads the same whatever the size and the offset of the features", async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.double({ min: 0.01, max: 100, noNaN: true }), async (setting, size) => {
        const { seed, n, d, k, penalty } = setting;
        const other = { features: async (x: NdArray) => mapped(x, (value) => size * (value - 1)) };
        const x = rng(seed).normals([n, d]);
        const embedding = rng(`xi ${seed}`).normals([n, k]);
        const [read, readOther] = [
          await ridgeReader({ network: points, train: { x, embedding }, penalty }),
          await ridgeReader({ network: other, train: { x, embedding }, penalty }),
        ];
        const [a, b] = [await read(x), await readOther(x)];
        a.data.forEach((value, e) => {
          expect(b.data[e]).toBeCloseTo(value, 6);
        });
      }),
    );
  });

  test("of ξ seen through noise explains a² / (a² + σ²), and no more with useless features", async () => {
    const [a, sigma, n] = [2, 1.5, 20_000];
    const draw = (seed: number) => {
      const embedding = rng(seed).normals([n, 1]);
      const noise = rng(`noise ${seed}`).normals([n, 1]);
      const view = mapped(embedding, (xi, e) => a * xi + sigma * noise.data[e]);
      return { x: concatChannels([view, rng(`idle ${seed}`).normals([n, 2])]), embedding };
    };
    const read = await ridgeReader({ network: points, train: draw(1) });
    const asked = draw(2);
    const ignored = { ...asked, x: draw(3).x };
    const { real, explained } = await embeddingAgreement({ read, generated: ignored, real: asked });
    const share = a ** 2 / (a ** 2 + sigma ** 2);
    expect(Math.abs((real.explained ?? Number.NaN) - share)).toBeLessThan(0.01);
    expect(Math.abs(real.rmse[0] - Math.sqrt(1 - share))).toBeLessThan(0.01);
    // A reading of variance `share` that is independent of ξ adds its variance to that of ξ.
    expect(Math.abs((explained ?? Number.NaN) + share)).toBeLessThan(0.03);
  });

  test("says what is wrong with its input", async () => {
    const x = ndarray([2, 1], [0, 1]);
    const train = { x, embedding: x };
    const fitted = (changes: Partial<Parameters<typeof ridgeReader>[0]>) =>
      expect(ridgeReader({ network: points, train, ...changes })).rejects;
    await fitted({ penalty: 0 }).toThrow(/a penalty above 0, but received 0/);
    await fitted({ train: { x } }).toThrow(/embedding of training samples, but received none/);
    await fitted({ train: { x: row(1), embedding: row(1) } }).toThrow(/at least 2 features of training/);
    await fitted({
      train: { x: ndarray([3, 1], [0.1, 0.1, 0.1]), embedding: ndarray([3, 1], [1, 2, 3]) },
    }).toThrow(/features that vary, to read conditions from, but received the same for all training samples/);
    await fitted({ network: { features: async () => row(1) } }).toThrow(
      /features, one row per sample, of shape \[2, any\], but received shape \[1, 1\]/,
    );
    await fitted({ network: { features: async () => ndarray([2, 1], [0, Number.NaN]) } }).toThrow(
      /finite features of training samples, but row 1 holds NaN/,
    );
    const read = await ridgeReader({ network: points, train });
    await expect(read(row(1, 2))).rejects.toThrow(
      /features to read conditions from of shape \[any, 1\], but received shape \[1, 2\]/,
    );
  });
});

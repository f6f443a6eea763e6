import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { inpainting, pairMoments, tiles } from "../../../lib/couplings";
import { openModel } from "../../../lib/engine";
import { modelVelocity } from "../../../lib/experiments/models";
import { exportVelocity } from "../../../lib/experiments/models/velocity-program";
import { unet } from "../../../lib/networks";
import { rng } from "../../../lib/random";

const folder = mkdtempSync(join(tmpdir(), "velocity-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("is the model's velocity, the affine part included, zero on known pixels", async () => {
  const x = rng(0).normals([40, 8, 8, 1]);
  for (let i = 0; i < 40; i++) x.data[64 * i] = -1; // a pixel that never varies
  const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.5 }) });
  const network = unet({ channels: 1, condition: coupling.condition, dim: 8, mults: [1, 2] });
  const source = rng(1);
  const parameters = Object.fromEntries(
    Object.entries(network.init(source)).map(([name, { shape, data }]) => [
      name, // a network at its start gives zeros
      ndarray(
        shape,
        Float32Array.from(data, (value) => value + 0.1 * source.normal()),
      ),
    ]),
  );
  const moments = await pairMoments({ coupling, data: { x }, draws: 500, rng: rng(2) });
  const b = modelVelocity({ network, parameters, moments });
  const { bytes, inputs, output } = await exportVelocity({
    model: { network, parameters, moments },
    sample: [8, 8, 1],
  });
  expect(inputs.map(({ name, shape }) => `${name} ${shape}`)).toEqual(["x n,8,8,1", "t n", "keep n,8,8,1"]);
  expect(output.name).toBe("velocity");
  const path = join(folder, "b.onnx");
  writeFileSync(path, bytes);
  const model = await openModel(path);
  for (const [n, t] of [
    [1, 0],
    [3, 0.37],
    [5, 0.99],
    [2, 1],
  ] as const) {
    const { x0, xi } = coupling.draw({ x: rng(3).normals([n, 8, 8, 1]) }, rng(4));
    const at = ndarray(x0.shape, Float32Array.from(x0.data));
    const wanted = await b({ x: at, t, xi });
    const { velocity } = await model.run({
      x: { shape: at.shape, data: at.data as Float32Array },
      t: { shape: [n], data: new Float32Array(n).fill(t) },
      keep: { shape: xi.keep!.shape, data: Float32Array.from(xi.keep!.data) },
    });
    const size = Math.max(...Array.from(wanted.data, Math.abs));
    expect(size).toBeGreaterThan(0.1);
    wanted.data.forEach((value, e) => {
      expect(Math.abs(velocity.data[e] - value)).toBeLessThan(1e-5 * size);
      if (xi.keep!.data[e] === 1) expect(velocity.data[e]).toBeCloseTo(0, 12);
    });
  }
  await model.dispose();
});

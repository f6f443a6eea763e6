import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { openModel } from "../../lib/engine";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { exportField, networkField } from "../../lib/training";

const folder = mkdtempSync(join(tmpdir(), "export-field-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("exportField", () => {
  it("writes a model that gives the field's values, condition included", async () => {
    const network = mlp({ dim: 3, condition: { classes: 4, keep: true }, width: 16, depth: 2 });
    // Drawn anew, as a fresh network may begin with a last layer of zeros.
    const parameters = Object.fromEntries(
      Object.entries(network.shapes).map(([name, shape]) => [name, rng(name).normals(shape)]),
    );
    const x0 = rng(2).normals([5, 3]);
    const keep = ndarray(
      [5, 3],
      Float32Array.from({ length: 15 }, (_, e) => (e % 4 === 0 ? 1 : 0)),
    );
    const xi = { labels: Int32Array.of(0, 3, 1, 2, 3), keep };
    const file = join(folder, "b.onnx");
    await exportField({ file, network, parameters, example: { x0, xi } });

    const model = await openModel(file);
    expect(Object.keys(model.inputs).sort()).toEqual(["keep", "labels", "t", "x"]);
    const values = (array: typeof x0) => ({ shape: array.shape, data: Float32Array.from(array.data) });
    const { value } = await model.run({
      x: values(x0),
      keep: values(keep),
      labels: { shape: [5], data: xi.labels },
      t: { shape: [5], data: new Float32Array(5).fill(0.3) },
    });
    await model.dispose();
    const field = networkField({ network, parameters, engine: "cpu" });
    const wanted = await field({ x: x0, t: 0.3, xi });
    const largest = Math.max(...Array.from(wanted.data, Math.abs));
    expect(largest).toBeGreaterThan(1e-3);
    expect(value.shape).toEqual([5, 3]);
    wanted.data.forEach((number, e) => {
      expect(Math.abs(value.data[e] - number)).toBeLessThan(1e-4 * Math.max(1, largest));
    });
  });
});

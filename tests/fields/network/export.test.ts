import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { labelsPart, maskPart } from "../../../lib/conditions";
import { openModel } from "../../../lib/engine";
import { exportField, networkField } from "../../../lib/fields";
import { mlp } from "../../../lib/networks";
import { rng } from "../../../lib/random";

const folder = mkdtempSync(join(tmpdir(), "export-field-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("exportField", () => {
  it("writes a model that gives the field's values, condition included", async () => {
    const network = mlp({
      dim: 3,
      condition: { labels: labelsPart({ classes: 4 }), keep: maskPart() },
      width: 16,
      depth: 2,
    });
    // Drawn anew, as a fresh network may begin with a last layer of zeros.
    const parameters = Object.fromEntries(
      Object.entries(network.shapes).map(([name, shape]) => [name, rng(name).normals(shape)]),
    );
    const x = rng(2).normals([5, 3]);
    const keep = ndarray(
      [5, 3],
      Float32Array.from({ length: 15 }, (_, e) => (e % 4 === 0 ? 1 : 0)),
    );
    const xi = { labels: Int32Array.of(0, 3, 1, 2, 3), keep };
    const file = join(folder, "b.onnx");
    await exportField(file, { network, parameters }, { example: { x, xi } });

    const model = await openModel(file);
    expect(Object.keys(model.inputs).sort()).toEqual(["keep", "labels", "t", "x"]);
    const values = (array: typeof x) => ({ shape: array.shape, data: Float32Array.from(array.data) });
    const { value } = await model.run({
      x: values(x),
      keep: values(keep),
      labels: { shape: [5], data: xi.labels },
      t: { shape: [5], data: new Float32Array(5).fill(0.3) },
    });
    await model.dispose();
    const field = networkField({ network, parameters, engine: "cpu" });
    const wanted = await field({ x, t: 0.3, xi });
    const largest = Math.max(...Array.from(wanted.data, Math.abs));
    expect(largest).toBeGreaterThan(1e-3);
    expect(value.shape).toEqual([5, 3]);
    wanted.data.forEach((number, e) => {
      expect(Math.abs(value.data[e] - number)).toBeLessThan(1e-4 * Math.max(1, largest));
    });
  });
});

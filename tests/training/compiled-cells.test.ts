import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { compiledCells } from "../../lib/training";
import { plainCells } from "../../lib/transport";

describe("compiledCells", () => {
  it("finds the cells of plainCells, also of images and for other numbers of draws", async () => {
    const points = rng(1).normals([257, 3, 3, 1]);
    const [compiled, plain] = [compiledCells(points), plainCells(points)];
    const piecemeal = compiledCells(points, { scores: 257 * 7 });
    for (const n of [1, 64, 100]) {
      const x = rng(2).fork(n).normals([n, 3, 3, 1]);
      const potentials = Float64Array.from(rng(3).fork(n).normals([257]).data);
      const wanted = Array.from(await plain(x, potentials));
      expect(Array.from(await compiled(x, potentials))).toEqual(wanted);
      expect(Array.from(await piecemeal(x, potentials))).toEqual(wanted);
    }
  });
});

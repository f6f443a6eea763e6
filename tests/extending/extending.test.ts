import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  adam,
  atBase,
  conditionDropout,
  cosine,
  type DirectCoupling,
  guided,
  hideParts,
  independent,
  linear,
  loadNetwork,
  mlp,
  ndarray,
  networkField,
  rng,
  type Samples,
  saveNetwork,
  solveOde,
  train,
  withEmbedding,
} from "../../lib";
import { heunEuler } from "./heun-euler";
import { oneLayer } from "./own-network";
import { ralston } from "./ralston";
import { rotated } from "./rotated";
import { settingsKind, settingsPart } from "./second-vector";
import { shareWithin } from "./share-within";
import { smoothstep } from "./smoothstep";

const files = [
  "rotated.ts",
  "smoothstep.ts",
  "ralston.ts",
  "heun-euler.ts",
  "share-within.ts",
  "own-network.ts",
];

/** The first column of points, `[n, 1]`. */
const firstColumn = ({ data, shape: [n, d] }: Samples["x"]) =>
  ndarray(
    [n, 1],
    Float32Array.from({ length: n }, (_, i) => data[d * i]),
  );

describe("adding to the library from outside", () => {
  it.each(files)("%s takes under 30 lines", (file) => {
    expect(readFileSync(join(__dirname, file), "utf8").trimEnd().split("\n").length).toBeLessThan(30);
  });

  it("gives a network that is trained, saved and loaded, with an embedding and without", async () => {
    const random = rng("own network");
    const data = { x: random.normals([256, 2]) };
    const folder = mkdtempSync(join(tmpdir(), "own-network-"));
    for (const coupling of [
      independent(),
      withEmbedding(independent(), { width: 1, of: ({ x }) => firstColumn(x) }),
    ]) {
      const network = oneLayer({ d: 2, width: 32, condition: coupling.condition });
      const optimizer = adam({ learningRate: 1e-2 });
      const model = await train({
        data,
        coupling,
        interpolant: linear(),
        network,
        steps: 200,
        batch: 64,
        seed: 0,
        optimizer,
      });
      const mean = (losses: Float32Array) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      expect(mean(model.losses.slice(-50))).toBeLessThan(0.9 * mean(model.losses.slice(0, 10)));
      const path = join(folder, `${coupling.condition.embedding ? "with" : "without"}.safetensors`);
      saveNetwork(path, model);
      const pairs = await coupling.draw({ x: data.x }, rng(1));
      const at = { x: pairs.x0, t: 0.5, xi: pairs.xi };
      const [a, b] = [await model.field()(at), await networkField(loadNetwork(path, network))(at)];
      expect(b.data).toEqual(a.data);
      expect(() => loadNetwork(path)).toThrow(/one-layer/);
    }
    rmSync(folder, { recursive: true });
  }, 30_000);

  it("gives a solver of the order that it states", async () => {
    // dX = X dt has X₁ = e.
    const error = async (steps: number) => {
      const solution = await solveOde(
        ({ x }) => x,
        { x: ndarray([1, 1], Float64Array.of(1)) },
        { method: ralston({ steps }) },
      );
      return Math.abs(solution.x.data[0] - Math.E);
    };
    expect(Math.log2((await error(20)) / (await error(40)))).toBeCloseTo(2, 1);
    const { path } = await solveOde(
      ({ t }) => ndarray([1, 1], Float64Array.of(2 * t)),
      { x: ndarray([1, 1], Float64Array.of(0)) },
      { method: ralston({ steps: 1 }), saveAt: [0.5] },
    );
    expect(path[0].x.data[0]).toBeCloseTo(0.25, 12);
  });

  it("gives a solver that chooses its steps", async () => {
    const solve = (tolerance: number) =>
      solveOde(
        ({ x }) => x,
        { x: ndarray([1, 1], Float64Array.of(1)) },
        { method: heunEuler({ rtol: tolerance, atol: tolerance }) },
      );
    const [coarse, fine] = [await solve(1e-3), await solve(1e-5)];
    for (const [solution, tolerance] of [
      [coarse, 1e-3],
      [fine, 1e-5],
    ] as const) {
      expect(solution.warnings).toEqual([]);
      expect(solution.t).toBe(1);
      expect(Math.abs(solution.x.data[0] - Math.E)).toBeLessThan(50 * tolerance);
    }
    // The estimate is of the second order in h: a hundredth of the tolerance takes ten times the steps.
    expect(fine.steps / coarse.steps).toBeGreaterThan(6);
    expect(fine.steps / coarse.steps).toBeLessThan(15);
  });

  it("gives a coupling and a schedule that training, sampling and a metric take", async () => {
    const centres = ndarray([2, 2], Float32Array.of(2, 0, -2, 0));
    const random = rng("extending");
    const x = random.normals([512, 2]);
    for (let i = 0; i < 512; i++) {
      x.data[2 * i] = 0.1 * x.data[2 * i] + (i % 2 ? 2 : -2);
      x.data[2 * i + 1] *= 0.1;
    }
    // A quarter turn: straight above, straight below.
    const coupling = rotated({ angle: Math.PI / 2, sigma: 0.2 });
    const model = await train({
      data: { x },
      coupling,
      interpolant: smoothstep(),
      network: mlp({ dim: 2, width: 32, depth: 2, condition: coupling.condition }),
      optimizer: adam({ learningRate: 5e-3 }),
      steps: 300,
      batch: 64,
      seed: 0,
    });
    const pairs = coupling.draw({ x }, rng(1));
    const end = await solveOde(model.field(), atBase(pairs), { method: ralston({ steps: 10 }) });
    expect(shareWithin(pairs.x0, { centres, radius: 1 }).value).toBe(0);
    expect(shareWithin(end.x, { centres, radius: 1 }).value).toBeGreaterThan(0.95);
    // The turn is learned, not only the marginal: what starts above ends on the side that was turned up.
    let same = 0;
    for (let i = 0; i < 512; i++) if (end.x.data[2 * i] * x.data[2 * i] > 0) same++;
    expect(same / 512).toBeGreaterThan(0.95);
  });

  it("gives a part of ξ that couplings show, networks take and samplers carry, beside others", async () => {
    // x1 = 2 s + e + noise by the settings s and the embedding e. At t = 0, b(x, ξ) = E[x1 | ξ] − x.
    const n = 2000;
    const random = rng("settings");
    const signs = () => Float32Array.from({ length: n }, () => 2 * random.int(2) - 1);
    const [s, e] = [signs(), signs()];
    const data: Samples = {
      x: ndarray(
        [n, 1],
        s.map((value, i) => 2 * value + e[i] + 0.1 * random.normal()),
      ),
      embedding: ndarray([n, 1], e),
      settings: ndarray([n, 1], s),
    };
    const base = withEmbedding(independent(), { width: 1 });
    const shown: DirectCoupling = {
      name: "independent, with settings",
      condition: { ...base.condition, settings: settingsPart({ width: 1 }) },
      draw(targets, source) {
        const pairs = base.draw(targets, source);
        return { ...pairs, xi: { ...pairs.xi, settings: targets.settings } };
      },
    };
    const coupling = conditionDropout(shown, { p: 0.3, kinds: [settingsKind] });
    const steps = 500;
    const model = await train({
      data,
      coupling,
      interpolant: linear(),
      network: mlp({ dim: 1, width: 32, depth: 2, condition: coupling.condition }),
      optimizer: adam({ learningRate: 2e-2, schedule: cosine({ steps }) }),
      steps,
      batch: 128,
      seed: 0,
    });
    const known = [Number.NaN, -1, 1].flatMap((setting) => [-1, 1].map((vector) => ({ setting, vector })));
    const column = (values: readonly number[]) => ndarray([values.length, 1], values);
    const xi = {
      settings: column(known.map(({ setting }) => setting)),
      embedding: column(known.map(({ vector }) => vector)),
    };
    const { data: found } = await model.field()({ x: column(known.map(() => 0)), t: 0, xi });
    const errors = known.map(
      ({ setting, vector }, i) => found[i] - vector - (Number.isNaN(setting) ? 0 : 2 * setting),
    );
    // Not seeing the embedding would cost 1, nor the settings 1.6.
    expect(Math.hypot(...errors) / Math.sqrt(known.length)).toBeLessThan(0.5);
    const { x } = await solveOde(
      guided(model.field(), { scale: 1.5, drop: (given) => hideParts(given, { kinds: [settingsKind] }) }),
      { x: column(known.map(() => 0)), xi },
      { method: ralston({ steps: 10 }), batch: 4 },
    );
    expect(x.shape).toEqual([6, 1]);
    expect(Math.sign(x.data[2]) + Math.sign(x.data[5])).toBe(0);
  });
});

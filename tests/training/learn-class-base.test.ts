import { beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { labelsPart } from "../../lib/conditions";
import { linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { adam, cosine, type LearnedClassBase, learnClassBase } from "../../lib/training";

const s = 0.5;
const n = 4000;
const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
/** Two classes around (±2, 0), of standard deviation s. */
const data = {
  x: ndarray(
    [n, 2],
    rng(0)
      .normals([n, 2])
      .data.map((z, e) => s * z + (e % 2 === 0 ? 4 * (Math.floor(e / 2) % 2) - 2 : 0)),
  ),
  labels,
};
const learn = (options: Partial<Parameters<typeof learnClassBase>[0]> = {}) => {
  const { steps = 400 } = options;
  return learnClassBase({
    data,
    classes: 2,
    klWeight: 0.5,
    interpolant: linear(),
    network: mlp({ dim: 2, width: 32, depth: 2, condition: { labels: labelsPart({ classes: 2 }) } }),
    optimizer: adam({ learningRate: 0.02, schedule: cosine({ steps }) }),
    batch: 256,
    ema: 0.98,
    seed: 0,
    steps,
    ...options,
  });
};

describe("learnClassBase", () => {
  let learned: LearnedClassBase;
  beforeAll(async () => {
    learned = await learn();
  }, 60_000);

  // The least of (π/2) σ s + λ (σ²/2 − log σ).
  const c = (Math.PI * s) / (2 * 0.5);
  const best = Math.sqrt(c ** 2 / 4 + 1) - c / 2;

  it("finds the deviation of least loss for Gaussian classes", () => {
    for (const sigma of learned.coupling.deviations.data) expect(Math.abs(sigma - best)).toBeLessThan(0.06);
    for (const mean of learned.coupling.means.data) expect(Math.abs(mean)).toBeLessThan(0.2);
  });

  it("has the loss in closed form there", () => {
    const last = learned.losses.slice(-100).reduce((sum, loss) => sum + loss / 100, 0);
    const error = last - 0.5 * learned.divergence;
    expect(Math.abs(error - (Math.PI / 2) * best * s)).toBeLessThan(0.06);
    expect(Math.abs(learned.divergence - ((best ** 2 - 1) / 2 - Math.log(best)))).toBeLessThan(0.08);
  });

  it("draws each class from its base, and shows the class to the velocity", () => {
    const asked = Int32Array.from({ length: 2000 }, () => 1);
    const { x0, xi } = learned.coupling.start({ shape: [2000, 2], labels: asked }, rng(1));
    expect(xi.labels).toEqual(asked);
    for (const k of [0, 1]) {
      const column = Array.from({ length: 2000 }, (_, i) => x0.data[2 * i + k]);
      const mean = column.reduce((sum, value) => sum + value / 2000, 0);
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2 / 2000, 0);
      expect(Math.abs(mean - learned.coupling.means.data[2 + k])).toBeLessThan(0.05);
      expect(Math.abs(Math.sqrt(variance) - learned.coupling.deviations.data[2 + k])).toBeLessThan(0.05);
    }
  });

  it("collapses without a divergence, and not where the mean alone is learned", async () => {
    const free = await learn({ klWeight: 0, steps: 150 });
    expect(Math.max(...free.coupling.deviations.data)).toBeLessThan(0.7 * best);
    const fixed = await learn({ klWeight: 0, steps: 5, learned: "mean" });
    expect([...fixed.coupling.deviations.data]).toEqual([1, 1, 1, 1]);
    expect(fixed.coupling.means.data.some((mean) => mean !== 0)).toBe(true);
  }, 60_000);

  it("separates the classes where the velocity isn't shown them", async () => {
    const network = mlp({ dim: 2, width: 32, depth: 2 });
    const { coupling } = await learn({ network, klWeight: 0, learned: "mean", steps: 150 });
    expect(coupling.condition).toEqual({});
    const [left, , right] = coupling.means.data;
    expect(right - left).toBeGreaterThan(0.5); // towards the data's order
  }, 60_000);

  it("says what it needs", async () => {
    await expect(learn({ klWeight: -1 })).rejects.toThrow("a klWeight of 0 or more");
    await expect(learn({ data: { x: data.x } })).rejects.toThrow("labels");
    await expect(learn({ classes: 3 })).rejects.toThrow("a velocity network for 3 classes");
    await expect(learn({ learned: "all" as "both" })).rejects.toThrow("learned");
  });
});

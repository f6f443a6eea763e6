import { describe, expect, it } from "vitest";
import { embeddingPart, labelsPart, labelWeightsPart, maskPart } from "../../lib/conditions";
import { trainOn } from "../../lib/experiments/workload";
import { mlp, sit, unet } from "../../lib/networks";
import { makeWork } from "../bench/work";

describe("a compiled training run", () => {
  it.each([
    {
      name: "U-Net",
      network: unet({
        channels: 2,
        condition: { keep: maskPart(), labels: labelsPart({ classes: 3 }) },
        dim: 4,
        mults: [1, 2],
        groups: 2,
        heads: 2,
        headWidth: 3,
        blocksPerLevel: 1,
        timeFeatures: 4,
        stem: 3,
      }),
      sample: [4, 6, 2],
    },
    { name: "MLP", network: mlp({ dim: 3, width: 16, timeFeatures: 2 }), sample: [3] },
    {
      name: "MLP, soft labels",
      network: mlp({
        dim: 3,
        width: 8,
        depth: 2,
        condition: {
          labelWeights: labelWeightsPart({ classes: 3, missing: true }),
          embedding: embeddingPart({ width: 2 }),
        },
      }),
      sample: [3],
    },
    {
      name: "transformer",
      network: sit({
        channels: 2,
        condition: {
          keep: maskPart(),
          labels: labelsPart({ classes: 3, missing: true }),
          embedding: embeddingPart({ width: 2, missing: true }),
        },
        patch: 2,
        width: 8,
        depth: 2,
        heads: 2,
        timeFeatures: 4,
      }),
      sample: [4, 6, 2],
    },
  ])("goes the way of an eager one for 20 steps: $name", async ({ name, network, sample }) => {
    const work = makeWork({ name, network, sample, batch: 3, batches: 4, learningRate: 2e-3 });
    const eager = await trainOn(work, { steps: 20, engine: "cpu" });
    const compiled = await trainOn(work, { steps: 20, engine: "onnx" });
    eager.losses.forEach((loss, step) => {
      expect(Math.abs(compiled.losses[step] / loss - 1), `step ${step}`).toBeLessThan(1e-4);
    });
    expect(eager.losses[16]).toBeLessThan(0.98 * eager.losses[0]); // the same batch, after 16 updates
    for (const [key, { data }] of Object.entries(eager.average)) {
      compiled.average[key].data.forEach((value, i) => {
        expect(Math.abs(value - data[i]), key).toBeLessThan(2e-3);
      });
    }
  });
});

import { describe, expect, it } from "vitest";
import { embeddingPart, imagePart, labelsPart, maskPart } from "../../lib/conditions";
import { measureCost } from "../../lib/experiments";
import { timedCalls } from "../../lib/experiments/timed-calls";
import { makeWorkload } from "../../lib/experiments/workload";
import { mlp, sit, unet } from "../../lib/networks";
import { rng } from "../../lib/random";

describe("measureCost", () => {
  const product = (n: number, from: number, to: number) => 2 * n * from * to;
  const cost = (options: { readonly width: number; readonly kind: "training step" | "velocity" }) =>
    measureCost({
      network: mlp({ dim: 3, width: options.width, depth: 2 }),
      sample: [3],
      batch: 20,
      calls: 4,
      ...options,
    });

  it("counts calls, parameters and operations, thrice those of a pass for training", async () => {
    const width = 64;
    const pass = product(20, 4, width) + product(20, width, width) + product(20, width, 3);
    const trained = await cost({ width, kind: "training step" });
    expect(trained).toMatchObject({ calls: 4, flops: 3 * pass });
    expect(trained.parameters).toBe(5 * width + (width + 1) * width + (width + 1) * 3);
    const evaluated = await cost({ width, kind: "velocity" });
    expect(evaluated.flops).toBe(pass);
    for (const one of [trained, evaluated]) {
      expect(one.lowerQuartile).toBeGreaterThan(0);
      expect(one.seconds).toBeGreaterThanOrEqual(one.lowerQuartile);
      expect(one.upperQuartile).toBeGreaterThanOrEqual(one.seconds);
      expect(one.gflopsPerSecond).toBeCloseTo(one.flops / one.seconds / 1e9, 12);
    }
  });

  it("says of how many samples a training step is computed at once", async () => {
    const network = sit({ channels: 1, patch: 2, width: 4, depth: 1, heads: 1 });
    const common = { network, sample: [4, 4, 1], calls: 1 };
    const trained = await measureCost({ ...common, batch: 32, kind: "training step" });
    const evaluated = await measureCost({ ...common, batch: 32, kind: "velocity" });
    expect([trained.atOnce, evaluated.atOnce]).toEqual([16, 32]);
  });

  it("sees the memory of the parameters in a peak of their own process", async () => {
    const [few, many] = [
      await cost({ width: 16, kind: "training step" }),
      await cost({ width: 2000, kind: "training step" }), // 4 million parameters
    ];
    // Parameters, average and two moments, in 32 bits, are the least that Adam needs.
    expect(many.peakBytes - few.peakBytes).toBeGreaterThan(4 * 4 * (many.parameters - few.parameters));
    expect(few.peakBytes).toBeGreaterThan(50e6);
  });
});

describe("timedCalls", () => {
  const condition = {
    labels: labelsPart({ classes: 4, missing: true }),
    embedding: embeddingPart({ width: 3, missing: true }),
    keep: maskPart(),
    image: imagePart({ channels: 2 }),
  };
  const network = unet({ channels: 1, dim: 4, mults: [1], groups: 2, heads: 1, headWidth: 2, condition });
  const work = makeWorkload({ name: "calls", network, sample: [4, 4, 1], batch: 2, rng: rng(1) });

  it.each(["training step", "velocity"] as const)("makes as many calls as asked for: %s", async (kind) => {
    const calls = timedCalls(work, kind);
    for (const count of [4, 2]) {
      const { seconds, cpu } = await calls({ calls: count });
      expect([seconds.length, cpu.length]).toEqual([count, count]);
    }
  });

  it.each(["training step", "velocity"] as const)("ends after three when time is up: %s", async (kind) => {
    const { seconds } = await timedCalls(work, kind)({ calls: 1000, seconds: 0 });
    expect(seconds).toHaveLength(3);
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NdArray, zeros } from "../../lib/array";
import { imagePart, labelsPart, maskPart } from "../../lib/conditions";
import { conditionInputs } from "../../lib/conditions/parts";
import { atBase, independent, inpainting, pairMoments, tiles } from "../../lib/couplings";
import type { Values } from "../../lib/engine";
import { trainOn } from "../../lib/experiments/workload";
import { networkField, velocityFromRest } from "../../lib/fields";
import { saveSafetensors } from "../../lib/formats";
import { affineVelocity, linear } from "../../lib/interpolants";
import { mlp, parameterCount, sit, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { dopri5, midpoint, solveOde } from "../../lib/samplers";
import { muon } from "../../lib/training";
import { findPython, noPeer, type Peer, startPeer } from "./peer";
import { peerTimes, type Setting } from "./settings";
import { makeWork, peerCommand } from "./work";

const float32: Setting = {
  layout: "nchw",
  threads: 1,
  products: 1,
  precision: "float32",
  attention: "fused",
};
const bfloat16: Setting = { ...float32, precision: "bfloat16", attention: "products" };

const python = findPython();
if (!python) console.log(`Skipped: ${noPeer}`);

describe.skipIf(!python)("peer.py", () => {
  const folder = mkdtempSync(join(tmpdir(), "peer "));
  let peer: Peer;
  beforeAll(async () => {
    peer = await startPeer(python!);
  });
  afterAll(() => {
    peer.stop();
    rmSync(folder, { recursive: true });
  });

  const small = { dim: 8, groups: 4, heads: 2, headWidth: 4, timeFeatures: 6 };
  const cases = [
    {
      name: "unet",
      network: unet({ channels: 1, ...small, mults: [1, 2], blocksPerLevel: 2, stem: 7 }),
      sample: [8, 8, 1],
    },
    {
      name: "unet with conditions",
      network: unet({
        channels: 2,
        ...small,
        mults: [1, 1, 2],
        blocksPerLevel: 1,
        attention: "middle",
        stem: 3,
        condition: {
          labels: labelsPart({ classes: 3 }),
          keep: maskPart(),
          image: imagePart({ channels: 2 }),
        },
      }),
      sample: [8, 12, 2],
    },
    {
      name: "unet with a mask",
      network: unet({
        channels: 1,
        ...small,
        mults: [1, 2],
        blocksPerLevel: 2,
        stem: 3,
        condition: { keep: maskPart() },
      }),
      sample: [8, 8, 1],
    },
    {
      name: "transformer",
      network: sit({ channels: 3, patch: 2, width: 12, depth: 2, heads: 3, expansion: 2, timeFeatures: 6 }),
      sample: [4, 6, 3],
    },
    { name: "mlp", network: mlp({ dim: 2, width: 16, depth: 2, timeFeatures: 4 }), sample: [2] },
  ];

  it.each(cases)("does the same arithmetic: $name", async ({ name, network, sample }) => {
    const steps = 10;
    const work = makeWork({ name, network, sample, batch: 3, batches: 2, learningRate: 3e-3 });
    const loaded = await peer.ask(peerCommand(work, folder));
    expect(loaded.parameters).toBe(parameterCount(network));
    const { losses: theirs } = await peer.ask({ do: "losses", setting: float32, steps });
    const { losses: ours } = await trainOn(work, { steps });
    expect(theirs).toHaveLength(steps);
    (theirs as number[]).forEach((loss, step) => {
      expect(Math.abs(ours[step] / loss - 1)).toBeLessThan(1e-4);
    });
    expect(Math.abs(ours[2] / ours[0] - 1)).toBeGreaterThan(1e-3); // the same batch again, after two updates
  });

  it.each(cases)("trains as well in its other settings: $name", async ({ name, network, sample }) => {
    const work = makeWork({ name, network, sample, batch: 4, batches: 2, learningRate: 1e-3 });
    await peer.ask(peerCommand(work, folder));
    const losses = async (setting: Setting) =>
      (await peer.ask({ do: "losses", setting, steps: 6 })).losses as number[];
    const reduced = await losses(bfloat16);
    const full = await losses(float32); // from the same weights, whatever was trained before
    const other = await losses({ ...float32, layout: "channels_last", attention: "products" });
    for (const [step, loss] of full.entries()) {
      expect(Math.abs(other[step] / loss - 1)).toBeLessThan(1e-4);
      expect(Math.abs(reduced[step] / loss - 1)).toBeLessThan(0.02);
    }
    expect(Math.abs(reduced[0] / full[0] - 1)).toBeGreaterThan(1e-7); // it isn't float32 after all
    expect(full[4] / full[0]).toBeLessThan(0.998);
  });

  it("times steps on the batches in turn, each setting from the given weights", async () => {
    const { name, network, sample } = cases[4];
    const work = makeWork({ name, network, sample, batch: 4, batches: 2, learningRate: 3e-3 });
    await peer.ask(peerCommand(work, folder));
    const { losses } = await peer.ask({ do: "losses", setting: float32, steps: 5 });
    const both: Setting = { ...float32, threads: 2, products: 2 };
    const turns = [3, 2].map((runs) => peerTimes(peer, "training step", both, runs));
    const times = await Promise.all(turns);
    const timed = times.flatMap((turn) => turn.losses as number[]);
    (losses as number[]).forEach((loss, step) => {
      expect(Math.abs(timed[step] / loss - 1)).toBeLessThan(1e-5);
    });
    expect(times.map(({ seconds, cpu }) => [seconds.length, cpu.length])).toEqual([
      [3, 3],
      [2, 2],
    ]);
    const velocity = await peerTimes(peer, "velocity", bfloat16, 2);
    expect(velocity.seconds).toHaveLength(2);
    expect(velocity.losses).toBeUndefined();
  });

  it("takes the same steps by Dormand and Prince's method", async () => {
    const { network, sample } = { network: cases[2].network, sample: cases[2].sample };
    const work = makeWork({ name: "flow", network, sample, batch: 3, batches: 1 });
    await peer.ask(peerCommand(work, folder));
    const x0 = rng(5).normals([5, ...sample]);
    const keep = zeros([5, 8, 8, 1]);
    keep.data.forEach((_, i) => {
      keep.data[i] = Math.floor(i / 4) % 3 === 0 ? 1 : 0;
    });
    const field = networkField({ network, parameters: work.parameters });
    const { x: x1, nfe } = await solveOde(
      field,
      { x: x0, xi: { keep } },
      { method: dopri5({ rtol: 1e-3, atol: 1e-3 }) },
    );
    const start = join(folder, "start.safetensors");
    saveSafetensors(start, { start: x0 as Values, keep: keep as Values });
    const solver = { rtol: 1e-3, atol: 1e-3, values: true };
    const theirs = await peer.ask({ do: "sample", setting: float32, start, ...solver });
    expect(theirs.evaluations).toBe(nfe);
    expect(nfe).toBeGreaterThan(8);
    const moved = Math.max(...x1.data.map((value, i) => Math.abs(value - x0.data[i])));
    expect(moved).toBeGreaterThan(0.1);
    (theirs.values as number[]).forEach((value, i) => {
      expect(Math.abs(value - x1.data[i])).toBeLessThan(1e-4 * (1 + Math.abs(value)));
    });
  });

  const learned = [
    {
      name: "in-painting",
      coupling: inpainting({ mask: tiles({ grid: 4, p: 0.5 }) }),
      draws: { coupling: "inpainting", grid: 4, hole: 0.5 },
    },
    {
      name: "labelled",
      coupling: independent({ classes: 3 }),
      draws: { coupling: "independent" },
    },
  ];

  /** A network for the coupling, data to learn it from, and a learner of them on the other side. */
  async function learner({ name, coupling, draws }: (typeof learned)[number], x: NdArray) {
    const n = x.shape[0];
    const labels = Int32Array.from({ length: n }, (_, i) => i % 3);
    const network = unet({
      channels: 1,
      ...small,
      mults: [1, 2],
      blocksPerLevel: 2,
      stem: 3,
      condition: coupling.condition,
    });
    const sample = x.shape.slice(1);
    const work = makeWork({ name, network, sample, batch: 4, batches: 1 });
    const data = { x, labels };
    const moments = await pairMoments({ coupling, data, draws: 200, rng: rng(2) });
    const asFloats = Object.entries(moments as unknown as Record<string, NdArray>).map(
      ([key, { shape, data }]) => [key, { shape, data: Float32Array.from(data) }] as const,
    );
    const start = atBase(await coupling.draw(data, rng(3)));
    const paths = ["images", "moments", "start"].map((file) => join(folder, `${name} ${file}.safetensors`));
    saveSafetensors(paths[0], { images: x as Values, labels: { shape: [n], data: labels } });
    saveSafetensors(paths[1], Object.fromEntries(asFloats));
    const xi = conditionInputs(start.xi, coupling.condition, n);
    saveSafetensors(paths[2], { start: start.x as Values, ...xi });
    await peer.ask(peerCommand(work, folder));
    const rest = { batch: 4, seed: 0, ema: 0.99, rate: 1e-2, momentum: 0.9 };
    await peer.ask({ do: "learner", setting: float32, files: paths.slice(0, 2), draws, ...rest });
    return { network, work, moments, start, flow: { do: "flow", start: paths[2], steps: 3 } };
  }

  it.each(learned)("takes the same steps by Muon, and flows by its moving average: $name", async (task) => {
    const { network, work, moments, start, flow } = await learner(task, rng(1).normals([6, 8, 8, 1]));
    // Before any step, the average of the weights is what they began with.
    const affine = affineVelocity({ interpolant: linear(), moments });
    const field = velocityFromRest(networkField({ network, parameters: work.parameters }), affine);
    const { x } = await solveOde(field, start, { method: midpoint({ steps: 3 }) });
    const flowed = await peer.ask(flow);
    expect(flowed.values).toHaveLength(x.data.length);
    (flowed.values as number[]).forEach((value, i) => {
      expect(Math.abs(value - x.data[i])).toBeLessThan(1e-4 * (1 + Math.abs(value)));
    });

    const { losses: theirs } = await peer.ask({ do: "steps", steps: 8 });
    const optimizer = muon({ learningRate: 1e-2, momentum: 0.9 });
    const { losses: ours } = await trainOn(work, { steps: 8, optimizer });
    (theirs as number[]).forEach((loss, step) => {
      expect(Math.abs(ours[step] / loss - 1)).toBeLessThan(2e-3);
    });
    expect(Math.abs(ours[7] / ours[0] - 1)).toBeGreaterThan(0.02);

    const spent = await peer.ask({ do: "learn", steps: 2 });
    expect(spent.seconds).toBeGreaterThan(0);
    const after = await peer.ask(flow);
    expect(after.values).not.toEqual(flowed.values);
  });

  it.each(learned)("draws pairs as the coupling does: $name", async (task) => {
    // Every pixel of an image is its label.
    const x = zeros([6, 8, 8, 1]);
    x.data.forEach((_, i) => {
      x.data[i] = Math.floor(i / 64) % 3;
    });
    await learner(task, x);
    const seen = { x0: [] as number[], labels: [] as number[] };
    for (let batch = 0; batch < 8; batch++) {
      const { x0, x1, keep, labels } = (await peer.ask({ do: "draw" })) as Record<string, number[]>;
      const label = (i: number) => labels?.[Math.floor(i / 64)] ?? x1[64 * Math.floor(i / 64)];
      expect(x1).toEqual(x1.map((_, i) => label(i)));
      const noise = x0.filter((_, i) => keep?.[i] !== 1);
      const kept = x0.flatMap((value, i) => (keep?.[i] === 1 ? [value - x1[i]] : []));
      expect(kept.every((difference) => difference === 0)).toBe(true);
      seen.x0.push(...noise);
      seen.labels.push(...Array.from({ length: 4 }, (_, i) => label(64 * i)));
    }
    // Of some thousand draws (half of the pixels, or all), within five standard errors of N(0, 1).
    const error = 1 / Math.sqrt(seen.x0.length);
    const mean = (of: (value: number) => number) =>
      seen.x0.reduce((sum, value) => sum + of(value), 0) / seen.x0.length;
    expect(Math.abs(seen.x0.length / 2048 - (task.name === "labelled" ? 1 : 0.5))).toBeLessThan(0.12);
    expect(Math.abs(mean((value) => value))).toBeLessThan(5 * error);
    expect(Math.abs(mean((value) => value ** 2) - 1)).toBeLessThan(5 * Math.SQRT2 * error);
    expect([...new Set(seen.labels)].sort()).toEqual([0, 1, 2]);
  });
});

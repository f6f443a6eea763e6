import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zeros } from "../../lib/array";
import { imagePart, labelsPart, maskPart } from "../../lib/conditions";
import type { Values } from "../../lib/engine";
import { trainOn } from "../../lib/experiments/workload";
import { networkField } from "../../lib/fields";
import { saveSafetensors } from "../../lib/formats";
import { mlp, parameterCount, sit, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { dopri5, solveOde } from "../../lib/samplers";
import { findPython, noPeer, type Peer, startPeer } from "./peer";
import { peerTimes, type Setting } from "./settings";
import { makeWork, peerCommand } from "./work";

const float32: Setting = { layout: "nchw", threads: 1, precision: "float32", attention: "fused" };
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
    const both: Setting = { ...float32, threads: 2 };
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
});

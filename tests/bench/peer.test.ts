import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mlp, parameterCount, unet } from "../../lib/networks";
import { findPython, noPeer, type Peer, startPeer } from "./peer";
import { makeWork, peerCommand, trainOn } from "./work";

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
        condition: { classes: 3, keep: true, imageChannels: 2 },
      }),
      sample: [8, 12, 2],
    },
    { name: "mlp", network: mlp({ dim: 2, width: 16, depth: 2, timeFeatures: 4 }), sample: [2] },
  ];

  it.each(cases)("does the same arithmetic: $name", async ({ name, network, sample }) => {
    const steps = 4;
    const work = makeWork({ name, network, sample, batch: 3, batches: 2, rate: 3e-3 });
    const loaded = await peer.ask(peerCommand(work, folder));
    expect(loaded.parameters).toBe(parameterCount(network));
    const { losses: theirs } = await peer.ask({ do: "losses", steps });
    const { losses: ours } = await trainOn(work, { steps });
    expect(theirs).toHaveLength(steps);
    (theirs as number[]).forEach((loss, step) => {
      expect(Math.abs(ours[step] / loss - 1)).toBeLessThan(1e-4);
    });
    expect(Math.abs(ours[2] / ours[0] - 1)).toBeGreaterThan(1e-3); // the same batch again, after two updates
  });
});

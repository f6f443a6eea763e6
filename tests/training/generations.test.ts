import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadSafetensors } from "../../lib/formats";
import { adam, type Progress, type TrainOptions, train } from "../../lib/training";
import { options, sumOf } from "./store/problem";

let folder: string;
let told: string[];
let checkpoint: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generations "));
  checkpoint = join(folder, "run.safetensors");
  told = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void told.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const run = (changes: Partial<TrainOptions> = {}) =>
  train(options({ keepAs: undefined, checkpoint, ...changes }));
const stopAt =
  (at: number) =>
  ({ step }: Progress): "stop" | undefined =>
    step === at ? "stop" : undefined;
const stopped = (at: number, changes: Partial<TrainOptions> = {}) =>
  expect(run({ ...changes, onProgress: stopAt(at) })).rejects.toThrow(`stopped after ${at} of`);
const files = () => readdirSync(folder).sort();
const stepIn = (name: string) => Number(loadSafetensors(join(folder, name)).metadata.step);

describe("a checkpoint", () => {
  it("keeps the one before it, and leaves nothing else", async () => {
    await stopped(2);
    expect(files()).toEqual(["run.safetensors"]);
    await stopped(5);
    expect(files()).toEqual(["run.previous.safetensors", "run.safetensors"]);
    expect([stepIn("run.previous.safetensors"), stepIn("run.safetensors")]).toEqual([2, 5]);
    await run();
    expect([stepIn("run.previous.safetensors"), stepIn("run.safetensors")]).toEqual([5, 8]);
  });

  const damages: Record<string, (bytes: Buffer) => Uint8Array> = {
    "a flipped bit": (bytes) => bytes.fill(bytes[200] ^ 128, 200, 201),
    "a flipped bit in its format": (bytes) => {
      const at = bytes.indexOf("checkpoint 3") + 11;
      return bytes.fill("2", at, at + 1); // a format that can be read as well
    },
    "a lost sector": (bytes) => bytes.fill(0, 512, 1024),
    "a lost end": (bytes) => bytes.subarray(0, -100),
    "nothing in it": () => Buffer.alloc(0),
  };

  it.each(Object.entries(damages))("with %s is set aside, and the one before used", async (_, change) => {
    await stopped(3);
    await stopped(6);
    const damaged = Buffer.from(change(readFileSync(checkpoint)));
    writeFileSync(checkpoint, damaged);
    const progress: Progress[] = [];
    const model = await run({ onProgress: (one) => void progress.push(one) });
    expect(progress[0]).toMatchObject({ step: 4, resumedAt: 3 });
    expect(told).toEqual([
      `The checkpoint ${checkpoint} is damaged, and now called ${checkpoint}.damaged. ` +
        "The run goes on from the one before it, of step 3.",
    ]);
    expect(readFileSync(`${checkpoint}.damaged`)).toEqual(damaged);
    expect(sumOf(model)).toBe(sumOf(await run({ checkpoint: undefined })));
  });

  it("is not lost when the run is stopped again before it saved", async () => {
    await stopped(3);
    await stopped(6);
    writeFileSync(checkpoint, "damaged");
    const broken = { onProgress: () => Promise.reject(new Error("broken off")) };
    await expect(run(broken)).rejects.toThrow("broken off");
    expect(stepIn("run.safetensors")).toBe(3);
    told.length = 0;
    await run();
    expect(told).toEqual([]);
  });

  it("is an error where both are damaged, which leaves them alone", async () => {
    await stopped(3);
    await stopped(6);
    for (const name of files()) writeFileSync(join(folder, name), "damaged");
    await expect(run()).rejects.toThrow(/run\.safetensors.*If this checkpoint is damaged: Put back a copy/);
    expect(files()).toEqual(["run.previous.safetensors", "run.safetensors"]);
  });

  it("of another run is an error though the one before were of this", async () => {
    await stopped(3);
    const mine = join(folder, "mine.safetensors");
    copyFileSync(checkpoint, mine);
    rmSync(checkpoint);
    await stopped(3, { seed: 9 });
    copyFileSync(mine, join(folder, "run.previous.safetensors"));
    await expect(run()).rejects.toThrow(/is from another run: seed is 9 there/);
  });

  it("of a run that was deleted doesn't come back", async () => {
    await stopped(3);
    await stopped(6);
    rmSync(checkpoint);
    const progress: Progress[] = [];
    await stopped(1, { seed: 4 });
    expect(files()).toEqual(["run.safetensors"]);
    rmSync(checkpoint);
    await run({ onProgress: (one) => void progress.push(one) });
    expect(progress[0].step).toBe(1);
  });

  it("in the store is kept in two generations as long as it is unfinished", async () => {
    vi.stubEnv("TRAINED_CACHE", folder);
    const kept = (onProgress?: TrainOptions["onProgress"]) => train(options({ onProgress }));
    for (const at of [3, 6]) await expect(kept(stopAt(at))).rejects.toThrow("stopped");
    const [previous, newest] = files();
    expect([previous, newest].map(stepIn)).toEqual([3, 6]);
    writeFileSync(join(folder, newest), "damaged");
    expect(sumOf(await kept())).toBe(sumOf(await run({ checkpoint: undefined })));
    expect(told).toEqual([expect.stringMatching(/^tiny: .* It goes on from the one before, of step 3\.$/)]);
    expect(files().filter((name) => !name.endsWith(".damaged"))).toHaveLength(1);
    vi.unstubAllEnvs();
  });
});

describe("a branch", () => {
  const slower = { optimizer: adam({ learningRate: 1e-4 }) };
  const branch = () => join(folder, "branch.safetensors");

  it("goes on from another run's checkpoint under other options, and says so", async () => {
    await stopped(5);
    const source = readFileSync(checkpoint);
    const from = { ...slower, checkpoint: branch(), branchFrom: checkpoint };
    await stopped(7, from);
    expect(told).toEqual([
      expect.stringMatching(
        /^This run is a branch of .*run\.safetensors from step 5 on: .*optimizer\.learningRate is 0\.001 there and 0\.0001 here/,
      ),
    ]);
    const stored = JSON.parse(loadSafetensors(branch()).metadata.branch);
    expect(stored).toMatchObject({ of: checkpoint, step: 5 });
    expect(stored.differing.join()).toContain("0.0001 here");

    // It resumes by itself, also when the other run is gone, and says nothing more.
    rmSync(checkpoint);
    told.length = 0;
    const resumed = await run(from);
    expect(told).toEqual([]);
    writeFileSync(checkpoint, source);
    rmSync(branch());
    expect(sumOf(await run(from))).toBe(sumOf(resumed));
    expect(readFileSync(checkpoint).equals(source)).toBe(true);

    // The first five steps are the other run's, the later ones aren't.
    const plain = await run({ checkpoint: undefined });
    expect(resumed.losses.slice(0, 6)).toEqual(plain.losses.slice(0, 6));
    expect(resumed.losses.slice(6)).not.toEqual(plain.losses.slice(6));
  });

  it("has of its origin's snapshots those that it asks for, each at its own step", async () => {
    await stopped(5, { snapshots: [2, 4] });
    const from = { ...slower, branchFrom: checkpoint };
    const asked = { ...from, checkpoint: branch(), snapshots: [4, 5, 7] };
    await stopped(6, asked);
    for (const model of [await run(asked), await run(asked)]) {
      expect(model.snapshots.map(({ steps }) => steps)).toEqual([4, 5, 7]);
      // Each is the end of a run of that length: up to step 5 of the origin, from then on of a branch.
      for (const { steps, parameters } of model.snapshots) {
        const path = join(folder, `${steps}.safetensors`);
        const other = steps > 5 ? { ...from, checkpoint: path } : { checkpoint: undefined };
        expect(parameters, `step ${steps}`).toEqual((await run({ ...other, steps })).parameters);
        rmSync(path, { force: true });
      }
    }
    const none = await run({ ...from, checkpoint: join(folder, "none.safetensors") });
    expect(none.snapshots).toEqual([]);
  });

  it("refuses snapshots that its origin did not keep", async () => {
    await stopped(5, { snapshots: [2, 4] });
    const from = { ...slower, branchFrom: checkpoint, checkpoint: branch() };
    await expect(run({ ...from, snapshots: [1, 2, 3, 7] })).rejects.toThrow(
      "Expected snapshots from step 5 on, where this branch begins, or at those of its origin (2, 4), " +
        "but received 1, 3. The model after these steps was not kept: leave them out, or train without " +
        "branchFrom.",
    );
    expect(existsSync(branch())).toBe(false);
    rmSync(checkpoint);
    await stopped(5);
    await expect(run({ ...from, snapshots: [3] })).rejects.toThrow(
      "Expected snapshots from step 5 on, where this branch begins, but received 3.",
    );
  });

  it("is how a run goes on that diverged", async () => {
    const schedule = { name: "wild", options: {}, factor: (step: number) => (step < 5 ? 1 : 1e30) };
    const wild = { optimizer: adam({ learningRate: 1e-3, schedule }) };
    await stopped(4, wild);
    const failing = run({ ...wild, steps: 40 });
    await expect(failing).rejects.toThrow(
      `the last good checkpoint is ${checkpoint} at step 4). Try a lower learning rate`,
    );
    await expect(failing).rejects.toThrow(`With branchFrom: ${JSON.stringify(checkpoint)} and another path`);
    const model = await run({ ...slower, checkpoint: branch(), branchFrom: checkpoint });
    expect(model.losses.every(Number.isFinite)).toBe(true);
  });

  it("needs a place of its own, an origin that is there, and the same network and optimizer", async () => {
    await expect(run({ branchFrom: checkpoint })).rejects.toThrow(
      /another path than branchFrom as checkpoint/,
    );
    await expect(run({ checkpoint: undefined, branchFrom: checkpoint })).rejects.toThrow(/received none/);
    await expect(run({ checkpoint: branch(), branchFrom: checkpoint })).rejects.toThrow(
      /a checkpoint as branchFrom, but received .*where no file is/,
    );
    await stopped(3);
    await stopped(5, { checkpoint: branch(), branchFrom: checkpoint });
    await expect(run({ checkpoint: branch() })).rejects.toThrow(/is a branch of .*Pass that as branchFrom/);
    await stopped(5);
    const other = join(folder, "other.safetensors");
    await expect(run({ branchFrom: other })).rejects.toThrow(
      /run\.safetensors is from another run: it is not a/,
    );
    expect(existsSync(other)).toBe(false);
  });
});

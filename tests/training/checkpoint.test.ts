import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import type { Values } from "../../lib/engine";
import { UsageError } from "../../lib/errors";
import { loadSafetensors, saveSafetensors } from "../../lib/formats";
import { checksum } from "../../lib/formats/checksum";
import { adam, type MinimiseOptions, minimise, type Optimizer } from "../../lib/training";
import { resumeCheckpoint, saveCheckpoint } from "../../lib/training/checkpoint";
import { layoutOf } from "../../lib/training/parameters";

const folder = mkdtempSync(join(tmpdir(), "checkpoint "));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, `${name}.safetensors`);

describe("a checkpoint", () => {
  const layout = layoutOf({ net: { w: ndarray([1, 2], [1, 2]) }, c: ndarray([], [3]) });
  const vector = (...values: number[]) => ({ shape: [3], data: Float32Array.from(values) });
  const settings = { seed: 1, optimizer: { name: "sgd" } };
  const checkpoint = {
    step: 2,
    state: { parameters: vector(1, -2, 3), average: vector(4, 0, 6), slots: { m: vector(7, 8, -9) } },
    losses: Float32Array.of(0.5, 0.25),
  };
  const resume = (file: string) => resumeCheckpoint(file, { slots: ["m"], layout, settings });
  const stored = (name: string) => {
    const file = path(name);
    saveCheckpoint(file, checkpoint, { layout, settings });
    return file;
  };

  it("comes back as it was stored, under the parameters' names", () => {
    const file = stored("whole");
    expect(resume(file)).toEqual(checkpoint);
    expect(Object.keys(loadSafetensors(file).tensors)).toEqual([
      ...["parameters.net.w", "parameters.c", "average.net.w", "average.c", "slots.m.net.w", "slots.m.c"],
      "losses",
    ]);
    expect(resume(path("not there"))).toBeUndefined();
  });

  it("keeps apart an optimizer's vector that is named like the parameters", () => {
    const file = path("named alike");
    const state = { ...checkpoint.state, slots: { parameters: vector(7, 8, 9) } };
    saveCheckpoint(file, { ...checkpoint, state }, { layout, settings });
    expect(resumeCheckpoint(file, { slots: ["parameters"], layout, settings })?.state).toEqual(state);
  });

  it("is refused in a sentence when any one bit of the file has flipped", () => {
    const file = stored("flipped");
    const bytes = readFileSync(file);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = Uint8Array.from(bytes);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      writeFileSync(file, damaged);
      const attempt = () => resume(file);
      expect(attempt, `bit ${bit}`).toThrow(UsageError);
      expect(attempt, `bit ${bit}`).toThrow(/flipped\.safetensors/);
    }
  });

  it("is refused where bytes are missing, were lost, or are too many", () => {
    const file = stored("lost");
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(() => resume(file), `${length} bytes`).toThrow(/lost\.safetensors.*delete it to start anew/);
    }
    for (let at = 0; at + 16 <= bytes.length; at += 8) {
      const damaged = Uint8Array.from(bytes).fill(0, at, at + 16);
      if (Buffer.compare(damaged, bytes) === 0) continue;
      writeFileSync(file, damaged);
      expect(() => resume(file), `zeros from ${at}`).toThrow(UsageError);
    }
    writeFileSync(file, Buffer.concat([bytes, Buffer.of(0)]));
    expect(() => resume(file)).toThrow(UsageError);
  });

  const changed = (
    name: string,
    change: (tensors: Record<string, Values>, facts: Record<string, string>) => void,
    sum: "old" | "new",
  ) => {
    const file = stored(name);
    const { tensors, metadata } = loadSafetensors(file);
    const { checksum: old, ...rest } = metadata;
    const [arrays, facts] = [{ ...tensors }, { ...rest }];
    change(arrays, facts);
    const metadataNow = { ...facts, checksum: sum === "old" ? old : checksum(arrays, facts) };
    saveSafetensors(file, arrays, { metadata: metadataNow });
    return file;
  };

  it.each(["3", "1", "0", "-5", "1.5", "x", "", "2 000"])("is refused with the step %j", (step) => {
    for (const sum of ["old", "new"] as const) {
      const file = changed("step", (_, facts) => Object.assign(facts, { step }), sum);
      expect(() => resume(file)).toThrow(/step\.safetensors is damaged.*number of steps.*delete it/);
    }
  });

  it.each([0, 1, 3])("is refused with %i losses after two steps", (n) => {
    for (const sum of ["old", "new"] as const) {
      const losses = { shape: [n], data: new Float32Array(n) };
      const file = changed("losses", (arrays) => Object.assign(arrays, { losses }), sum);
      expect(() => resume(file)).toThrow(/losses\.safetensors is damaged/);
    }
    const none = changed("no losses", (arrays) => delete arrays.losses, "new");
    expect(() => resume(none)).toThrow(/is damaged/);
  });

  it("is refused with other settings, numbers or number formats than were stored", () => {
    const changes: Record<string, Parameters<typeof changed>[1]> = {
      settings: (_, facts) => Object.assign(facts, { settings: '{"seed":2}' }),
      "no settings": (_, facts) => delete facts.settings,
      name: (arrays) => {
        arrays["average.d"] = arrays["average.c"];
        delete arrays["average.c"];
      },
      format: (arrays) => {
        const { shape, data } = arrays["average.c"];
        arrays["average.c"] = { shape, data: new Int32Array(data.buffer) };
      },
      shape: (arrays) => Object.assign(arrays, { "average.c": { ...arrays["average.c"], shape: [1] } }),
      more: (arrays) => Object.assign(arrays, { more: arrays["average.c"] }),
    };
    for (const [name, change] of Object.entries(changes)) {
      expect(() => resume(changed(name, change, "old")), name).toThrow(/is damaged/);
    }
  });

  it("of an older format is refused, with what to do", () => {
    const format = "coupled-interpolants checkpoint 1";
    const file = changed("older", (_, facts) => Object.assign(facts, { format }), "new");
    expect(() => resume(file)).toThrow(
      /older\.safetensors has the format ".* checkpoint 1", from .* version can't resume.*or delete it/,
    );
    const before = changed(
      "before",
      (_, facts) => Object.assign(facts, { format: "coupled-interpolants checkpoint 2" }),
      "new",
    );
    expect(resume(before)).toEqual(checkpoint);
    const other = changed("other", (_, facts) => Object.assign(facts, { format: "a table" }), "new");
    expect(() => resume(other)).toThrow(/isn't a training checkpoint/);
  });
});

describe("snapshots in a checkpoint", () => {
  const layout = layoutOf({ w: ndarray([2], [1, 2]) });
  const vector = (...values: number[]) => ({ shape: [2], data: Float32Array.from(values) });
  const settings = { snapshots: [2, 10] };
  const snapshots = [
    { steps: 2, average: Float32Array.of(1, 2) },
    { steps: 10, average: Float32Array.of(3, 4) },
  ];
  const checkpoint = {
    step: 11,
    state: { parameters: vector(5, 6), average: vector(7, 8), slots: {} },
    losses: new Float32Array(11),
    snapshots,
  };
  const resume = (file: string) => resumeCheckpoint(file, { slots: [], layout, settings });
  /** The file as the version before wrote it: numbered, in the order of the settings. */
  const asWrittenBefore = (name: string, more: Readonly<Record<string, string>> = {}) => {
    const file = path(name);
    saveCheckpoint(file, checkpoint, { layout, settings, facts: more });
    const { tensors, metadata } = loadSafetensors(file);
    const { "snapshots.2": first, "snapshots.10": second, ...arrays } = tensors;
    const { checksum: _, ...rest } = metadata;
    const all = { ...arrays, "snapshots.0": first, "snapshots.1": second };
    const facts = { ...rest, format: "coupled-interpolants checkpoint 2" };
    saveSafetensors(file, all, { metadata: { ...facts, checksum: checksum(all, facts) } });
    return file;
  };

  it("come back with their steps, in order", () => {
    const file = path("snapshots");
    saveCheckpoint(file, { ...checkpoint, snapshots: snapshots.toReversed() }, { layout, settings });
    expect(resume(file)?.snapshots).toEqual(snapshots);
  });

  it("of the format before have the steps of its settings, unless it is of a branch", () => {
    expect(resume(asWrittenBefore("numbered"))?.snapshots).toEqual(snapshots);
    expect(() => resume(asWrittenBefore("numbered branch", { branch: "{}" }))).toThrow(
      /numbered branch\.safetensors is of a branch, written by a version that did not note .* begin the branch anew\.$/,
    );
  });
});

describe("a state that isn't finite", () => {
  const steps = 6;
  type Options = MinimiseOptions<Record<"w", NdArray>, { readonly y: Values }>;
  /** Descends along the gradient, and at one step beyond all bounds. */
  const descent = (bad: number, place: "parameters" | "slots"): Optimizer => ({
    name: "descent",
    options: {},
    slots: ["m"],
    scalars: (step) => ({ factor: step === bad ? Number.POSITIVE_INFINITY : 1 }),
    update: ({ parameters, gradient, slots, scalars }) => {
      const next = tf.sub(parameters, tf.mul(gradient, 0.1));
      return place === "parameters"
        ? { parameters: tf.mul(next, scalars.factor), slots }
        : { parameters: next, slots: { m: tf.mul(tf.add(slots.m, 1), scalars.factor) } };
    },
  });
  const run = (changes: Partial<Options>) =>
    minimise<Record<"w", NdArray>, { readonly y: Values }>({
      name: "fit",
      engine: "cpu",
      initial: { w: ndarray([2], [1, 2]) },
      batch: () => ({ y: { shape: [2], data: Float32Array.of(3, 4) } }),
      loss: ({ w }, { y }) => tf.sum(tf.square(tf.sub(w, y))) as tf.Scalar,
      optimizer: descent(-1, "parameters"),
      steps,
      ...changes,
    });

  it.each(["parameters", "slots"] as const)("after the last step is an error: %s", async (place) => {
    await expect(run({ optimizer: descent(steps - 1, place) })).rejects.toThrow(
      /The parameters of fit, or its optimizer's state, are not finite after step 6\. Try a lower/,
    );
  });

  it.each(["parameters", "slots"] as const)("is never saved, at the end or at a stop: %s", async (place) => {
    const checkpoint = path(`good ${place}`);
    await expect(
      run({ checkpoint, onProgress: ({ step }) => (step === 2 ? "stop" : undefined) }),
    ).rejects.toThrow(/stopped after 2 of 6 steps/);
    const good = readFileSync(checkpoint);

    const optimizer = descent(steps - 1, place);
    await expect(run({ checkpoint, optimizer })).rejects.toThrow(
      /not finite after step 6 \(the last good checkpoint is .* at step 2\).*another path, or delete the file/,
    );
    expect(readFileSync(checkpoint).equals(good)).toBe(true);

    const onProgress = ({ step }: { step: number }) => (step === 4 ? ("stop" as const) : undefined);
    await expect(run({ checkpoint, optimizer: descent(3, place), onProgress })).rejects.toThrow(/not finite/);
    expect(readFileSync(checkpoint).equals(good)).toBe(true);

    const { last } = await run({ checkpoint });
    expect(last).toEqual((await run({})).last);
  });

  it("saves nothing where nothing was good", async () => {
    const checkpoint = path("never good");
    const optimizer = descent(0, "parameters");
    await expect(run({ checkpoint, optimizer, steps: 1 })).rejects.toThrow(/not finite after step 1/);
    expect(existsSync(checkpoint)).toBe(false);
  });

  it("can be gone on from with other options once the path is another or the file deleted", async () => {
    const checkpoint = path("too fast");
    await run({ checkpoint, steps: 2 });
    const slower = { checkpoint, optimizer: adam({ learningRate: 1e-3 }) };
    await expect(run(slower)).rejects.toThrow(/is from another run: optimizer\.name is "descent" there/);
    rmSync(checkpoint);
    await expect(run(slower)).resolves.toMatchObject({ losses: { length: steps } });
  });
});

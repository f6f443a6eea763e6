import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import {
  type DirectCoupling,
  independent,
  inpainting,
  labelDropout,
  minibatchOT,
  tiles,
} from "../../../lib/couplings";
import type { Values } from "../../../lib/engine";
import { inOwnProcess } from "../../../lib/experiments/own-process";
import { loadField } from "../../../lib/fields";
import { brownian, linear, trigonometric } from "../../../lib/interpolants";
import { mlp } from "../../../lib/networks";
import { dataLoss, pseudoHuber, velocityLoss } from "../../../lib/objectives";
import { rng } from "../../../lib/random";
import {
  adam,
  cosine,
  learnCoupling,
  learnSchedule,
  logitNormalTimes,
  type MinimiseOptions,
  minimise,
  type Progress,
  stepLR,
  type TrainOptions,
  train,
} from "../../../lib/training";
import { tinyUnet } from "../../networks/tiny-unet";
import { coupling, labels, network, options, points, sumOf } from "./problem";
import type { Task } from "./trainer.child";

let folder: string;
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store "));
  vi.stubEnv("TRAINED_CACHE", folder);
  told = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void told.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const inStore = () => readdirSync(folder).sort();
const onlyFile = () => {
  expect(inStore()).toHaveLength(1);
  return join(folder, inStore()[0]);
};
const elsewhere = (task: Task) =>
  inOwnProcess<{ sum: string; kept: boolean; resumedAt?: number }>(
    join(__dirname, "trainer.child.ts"),
    task,
    { env: { TRAINED_CACHE: folder } },
  );

describe("a training that is kept", () => {
  it("is found again, equal to the bit, and says when it was trained", async () => {
    const plain = await train(options({ keepAs: undefined }));
    const before = Date.now();
    const first = await train(options());
    const after = Date.now();
    const progress: Progress[] = [];
    const again = await train(options({ onProgress: (one) => void progress.push(one) }));
    for (const model of [first, again]) {
      expect(model.parameters).toEqual(plain.parameters);
      expect(model.losses).toEqual(plain.losses);
    }
    expect(first.kept).toBeUndefined();
    const at = Date.parse(again.kept!.at);
    expect(at >= before && at <= after).toBe(true);
    expect(again.kept!.seconds).toBeGreaterThan(0);
    expect(again.kept!.seconds).toBeLessThanOrEqual((after - before) / 1000);
    expect(again.secondsPerStep).toBe(first.secondsPerStep);
    expect(again.steps).toBe(8);
    expect(progress).toMatchObject([{ step: 8, steps: 8, secondsLeft: 0, kept: again.kept }]);
    expect(progress[0].loss).toBeCloseTo(first.losses.reduce((sum, loss) => sum + loss, 0) / 8, 5);
    expect(told).toEqual([]);
  });

  it("has the network at the steps asked for, too", async () => {
    const asked = { snapshots: [3, 8], optimizer: adam({ learningRate: 1e-3 }) };
    const first = await train(options(asked));
    const again = await train(options(asked));
    expect(again.kept).toBeDefined();
    const input = { x: points, t: 0.4, xi: { labels } };
    for (const { snapshots, parameters } of [first, again]) {
      expect(snapshots.map(({ steps }) => steps)).toEqual([3, 8]);
      expect(snapshots[1].parameters).toEqual(parameters);
      const shorter = await train(options({ ...asked, snapshots: [], steps: 3, keepAs: undefined }));
      expect(snapshots[0].parameters).toEqual(shorter.parameters);
      expect(await snapshots[0].field()(input)).toEqual(await shorter.field()(input));
    }
    expect((await train(options({ ...asked, snapshots: [4] }))).kept).toBeUndefined();
  });

  it("is a file of its network, without the optimizer's vectors", async () => {
    const model = await train(options({ keepAs: "emoji, coupled / seed 0" }));
    const file = onlyFile();
    expect(inStore()[0]).toMatch(/^emoji-coupled-seed-0\.[0-9a-f]{16}\.safetensors$/);
    const size = Object.values(model.parameters).reduce((sum, { data }) => sum + data.byteLength, 0);
    const bytes = readFileSync(file).length;
    expect(bytes).toBeGreaterThan(2 * size);
    expect(bytes).toBeLessThan(2 * size + 4_000); // with names, settings and losses
    const input = { x: points, t: 0.4, xi: { labels } };
    const stored = await loadField(file, { engine: "cpu" })(input);
    expect(stored).toEqual(await model.field()(input));
  });

  it("is found under another name and in another process, with either engine", async () => {
    for (const engine of ["cpu", "onnx"] as const) {
      const model = await train(options({ engine }));
      expect((await train(options({ engine, keepAs: "another name" }))).kept).toBeDefined();
      const other = await elsewhere({ engine, keepAs: "a third" });
      expect(other).toEqual({ sum: sumOf(model), kept: true });
    }
    expect(inStore()).toHaveLength(2);
  });

  it("is kept nowhere with TRAINED_CACHE=off", async () => {
    vi.stubEnv("TRAINED_CACHE", "off");
    await train(options());
    const again = await train(options());
    expect(again.kept).toBeUndefined();
    expect(inStore()).toEqual([]);
  });

  it("is trained all the same, and told, where nothing can be written", async () => {
    const file = join(folder, "a file");
    writeFileSync(file, "");
    vi.stubEnv("TRAINED_CACHE", join(file, "store"));
    const model = await train(options());
    expect(sumOf(model)).toBe(sumOf(await train(options({ keepAs: undefined }))));
    expect(told).toEqual([
      expect.stringMatching(/^tiny: Can't write .* It is trained without being kept\.$/),
    ]);
  });

  it("has a name, and not a checkpoint too", async () => {
    await expect(train(options({ keepAs: " " }))).rejects.toThrow(/a name for this training as keepAs/);
    await expect(train(options({ checkpoint: "a.safetensors" }))).rejects.toThrow(
      /Expected keepAs or checkpoint, but received both/,
    );
  });
});

describe("what changes the training", () => {
  /** A coupling of one's own, whose number only its closure knows. */
  const own = (shift: number): DirectCoupling => {
    const plain = independent({ classes: 3 });
    return {
      ...plain,
      name: "own",
      draw(targets, random) {
        const pairs = plain.draw(targets, random);
        return {
          ...pairs,
          x0: ndarray(
            pairs.x0.shape,
            pairs.x0.data.map((value) => value + shift),
          ),
        };
      },
    };
  };
  /** A network whose number only its closure knows. */
  const scaled = (factor: number) => {
    const plain = network();
    return {
      ...plain,
      apply: (...given: Parameters<typeof plain.apply>) => tf.mul(plain.apply(...given), factor),
    };
  };
  const { x } = options().data;
  const data = (row: number) => ({ labels, x: ndarray(x.shape, x.data.with(2 * row, 9)) });
  const relabelled = Int32Array.from(labels).fill(0, 11);
  const dropped = (p: number) => labelDropout(independent({ classes: 3 }), { p });
  const cases: Record<string, readonly Partial<TrainOptions>[]> = {
    "the network": [{ network: mlp({ dim: 2, width: 6, depth: 2, condition: coupling.condition }) }],
    "a network's closure": [{ network: scaled(0.5) }, { network: scaled(0.25) }],
    "the learning rate": [{ optimizer: adam({ learningRate: 2e-3, schedule: cosine({ steps: 8 }) }) }],
    "its schedule": [
      { optimizer: adam({ learningRate: 1e-3, schedule: cosine({ steps: 9 }) }) },
      { optimizer: adam({ learningRate: 1e-3, schedule: { ...stepLR(), factor: () => 1 } }) },
      {
        optimizer: adam({ learningRate: 1e-3, schedule: { ...stepLR(), factor: (k) => (k === 5 ? 2 : 1) } }),
      },
    ],
    "a closure of a coupling": [{ coupling: own(1) }, { coupling: own(1.5) }],
    "a rate of hidden labels": [{ coupling: dropped(0.51) }, { coupling: dropped(0.9) }],
    "one number of the data": [{ data: data(0) }, { data: data(11) }],
    "one label": [{ data: { x, labels: relabelled } }],
    "the seed": [{ seed: 4 }],
    "the number of steps": [{ steps: 7 }],
    "the batch": [{ batch: 5 }],
    "the objective": [
      { objective: dataLoss() },
      { objective: velocityLoss({ error: pseudoHuber({ c: 1 }) }) },
    ],
    "the moving average": [{ ema: 0.9 }],
    "the clipping": [{ clipNorm: 1 }],
    "the interpolant": [{ interpolant: trigonometric() }, { interpolant: linear({ gamma: brownian() }) }],
    "the times": [{ times: [0.1, 0.9] }, { timeDensity: logitNormalTimes() }, { timeWeight: (t) => t }],
    "the engine": [{ engine: "wasm" }],
  };

  it.each(Object.entries(cases))("%s trains anew", async (_, changes) => {
    await train(options());
    for (const change of changes) {
      const conditioned = change.coupling && { network: network(change.coupling.condition) };
      const changed = () => train(options({ ...conditioned, ...change }));
      expect((await changed()).kept).toBeUndefined();
      expect((await changed()).kept).toBeDefined();
    }
    expect((await train(options())).kept).toBeDefined();
    expect(told).toEqual([]);
  });

  it("is a mask's probability, or what the loss is over, too", async () => {
    const filling = (p: number, lossOver: "all" | "hole") => {
      const coupling = inpainting({ mask: tiles({ grid: 4, p }) });
      const data = { x: rng(5).normals([6, 4, 4, 1]) };
      return train(options({ data, coupling, lossOver, network: tinyUnet(coupling.condition), steps: 2 }));
    };
    for (const [p, lossOver] of [
      [0.4, "all"],
      [0.45, "all"],
      [0.4, "hole"],
    ] as const) {
      expect((await filling(p, lossOver)).kept).toBeUndefined();
    }
    expect((await filling(0.45, "all")).kept).toBeDefined();
  });

  it("is noticed in a loss and in batches, whatever their settings say", async () => {
    type Options = MinimiseOptions<Record<"w", NdArray>, { readonly y: Values }>;
    const run = (factor: number, odd?: number) => {
      const problem: Options = {
        name: "fit",
        engine: "cpu",
        keepAs: "fit",
        initial: { w: ndarray([2], [1, 2]) },
        batch: (step) => ({ y: { shape: [2], data: Float32Array.of(step === odd ? 5 : 3, 4) } }),
        loss: ({ w }, { y }) => tf.sum(tf.mul(factor, tf.square(tf.sub(w, y)))) as tf.Scalar,
        optimizer: adam({ learningRate: 0.1 }),
        steps: 40,
      };
      return minimise(problem);
    };
    const first = await run(1);
    expect((await run(1)).last).toEqual(first.last);
    expect((await run(2)).kept).toBeUndefined();
    // No step that the key is made from is among these.
    for (const odd of [2, 7, 23, 38]) {
      const other = await run(1, odd);
      expect(other.kept).toBeUndefined();
      expect(other.last).not.toEqual(first.last);
      expect(told.pop()).toMatch(
        /^fit: the kept training had another batch at step \d+\. It is trained anew/,
      );
      expect((await run(1, odd)).kept).toBeDefined();
    }
    const back = await run(1);
    expect([back.kept, back.last]).toEqual([undefined, first.last]);
  });

  it("can't be told of a program that can't be traced, which is refused in a sentence", async () => {
    const plain = network();
    const looking = {
      ...plain,
      apply(...given: Parameters<typeof plain.apply>) {
        const y = plain.apply(...given);
        return tf.mul(y, tf.cumprod(tf.ones([2])).shape[0] / 2);
      },
    };
    await expect(train(options({ network: looking }))).rejects.toThrow(
      /can't be kept, as what it computes can't be told for certain\. .* leave keepAs out/,
    );
    await expect(train(options({ network: looking, keepAs: undefined, steps: 1 }))).resolves.toBeDefined();
  });

  it("of points with minibatch OT, a learned coupling or a learned schedule does so too", async () => {
    const data = { x: rng(1).normals([40, 2]) };
    const velocity = mlp({ dim: 2, width: 8, depth: 1 });
    const common = { data, steps: 3, batch: 16, seed: 0, engine: "cpu", keepAs: "points" } as const;
    const encoder = mlp({ dim: 2, width: 4, depth: 1 });
    const trainings = [
      (seed: number) =>
        train({ ...common, seed, network: velocity, coupling: minibatchOT(), interpolant: linear() }),
      (seed: number) =>
        learnCoupling({ ...common, seed, network: velocity, encoder, interpolant: linear(), klWeight: 1 }),
      (seed: number) =>
        learnSchedule({ ...common, seed, network: velocity, coupling: independent(), degree: 3 }),
    ];
    for (const training of trainings) {
      const { kept, secondsPerStep, ...first } = await training(0);
      const { kept: then, ...again } = await training(0);
      expect([kept, then]).toEqual([undefined, { at: expect.any(String), seconds: expect.any(Number) }]);
      expect(again.parameters).toEqual(first.parameters);
      expect(again.losses).toEqual(first.losses);
      if ("coefficients" in first) expect(again).toMatchObject({ coefficients: first.coefficients });
      if ("encode" in first && "encode" in again) {
        expect(await again.encode(data.x)).toEqual(await first.encode(data.x));
      }
      expect((await training(1)).kept).toBeUndefined();
    }
    expect(inStore()).toHaveLength(6);
  });
});

describe("an interrupted training", () => {
  it("goes on where it was stopped, and says so", async () => {
    const whole = await train(options({ keepAs: undefined }));
    const stopped = train(options({ onProgress: ({ step }) => (step === 3 ? "stop" : undefined) }));
    await expect(stopped).rejects.toThrow(/stopped after 3 of 8 steps.*go on from .*unfinished\.safetensors/);
    expect(inStore()).toEqual([expect.stringMatching(/^tiny\.[0-9a-f]{16}\.unfinished\.safetensors$/)]);
    const progress: Progress[] = [];
    const model = await train(options({ onProgress: (one) => void progress.push(one) }));
    expect(progress.map(({ step, resumedAt }) => [step, resumedAt])).toEqual(
      [4, 5, 6, 7, 8].map((step) => [step, 3]),
    );
    expect(model.kept).toBeUndefined();
    expect(sumOf(model)).toBe(sumOf(whole));
    expect(inStore()).toEqual([expect.stringMatching(/^tiny\.[0-9a-f]{16}\.safetensors$/)]);
    expect(sumOf(await train(options()))).toBe(sumOf(whole));
  });

  it("goes on after SIGKILL from what was saved meanwhile, to the bit", async () => {
    const whole = await train(options({ keepAs: undefined, engine: "onnx", steps: 30 }));
    const task: Task = { engine: "onnx", steps: 30 };
    await expect(elsewhere({ ...task, killAt: 20, haste: 1e6 })).rejects.toThrow(/ended by SIGKILL/);
    const resumed = await elsewhere(task);
    expect(resumed).toEqual({ sum: sumOf(whole), kept: false, resumedAt: 19 });
    expect(await elsewhere(task)).toEqual({ sum: sumOf(whole), kept: true });
  });

  it("begins anew where a batch has changed since", async () => {
    const wrong = (at: number): DirectCoupling => {
      let draws = 0;
      return {
        ...coupling,
        draw(targets, random) {
          const pairs = coupling.draw(targets, random);
          return draws++ === at
            ? {
                ...pairs,
                x0: ndarray(
                  pairs.x0.shape,
                  pairs.x0.data.map(() => 0),
                ),
              }
            : pairs;
        },
      };
    };
    // Draws 0 to 5 are the first batch, as train and the key need it, and those at steps 0, 1, 3 and 7.
    const onProgress = ({ step }: Progress) => (step === 5 ? ("stop" as const) : undefined);
    await expect(train(options({ coupling: wrong(8), onProgress }))).rejects.toThrow(/stopped after 5/);
    const whole = await train(options({ keepAs: undefined }));
    expect(sumOf(await train(options()))).toBe(sumOf(whole));
    expect(told).toEqual([
      expect.stringMatching(/^tiny: the interrupted training had another batch at step 2/),
    ]);
  });

  it("isn't saved when its state is no longer finite, and leaves no advice about paths", async () => {
    const optimizer = adam({ learningRate: 1e30 });
    const failing = train(options({ optimizer, steps: 40 }));
    await expect(failing).rejects.toThrow(/not finite.*Try a lower learning rate/);
    await expect(failing).rejects.not.toThrow(/another path/);
    expect(inStore()).toEqual([]);
  });
});

describe("two processes that train the same at once", () => {
  it("each do so, and leave one whole file", async () => {
    const task: Task = { engine: "onnx", steps: 30, haste: 1e6 };
    const [a, b] = await Promise.all([elsewhere(task), elsewhere(task)]);
    expect(a.sum).toBe(b.sum);
    expect(onlyFile()).toMatch(/[0-9a-f]{16}\.safetensors$/);
    expect(await elsewhere(task)).toEqual({ sum: a.sum, kept: true });
  });
});

describe("a damaged file", () => {
  const damage = (file: string, change: (bytes: Buffer) => Uint8Array) =>
    writeFileSync(file, change(readFileSync(file)));
  const changes: Record<string, (bytes: Buffer) => Uint8Array> = {
    "a flipped bit": (bytes) => bytes.fill(bytes[bytes.length - 9] ^ 4, bytes.length - 9, bytes.length - 8),
    "a lost end": (bytes) => bytes.subarray(0, -100),
    "no content": () => Buffer.alloc(0),
    "something else": () => Buffer.from("no such file"),
  };

  it.each(Object.entries(changes))("is told, moved aside and trained anew: %s", async (_, change) => {
    const first = await train(options());
    const file = onlyFile();
    damage(file, change);
    const damaged = readFileSync(file);
    const again = await train(options());
    expect(again.kept).toBeUndefined();
    expect(sumOf(again)).toBe(sumOf(first));
    expect(told).toEqual([
      `tiny: the kept file ${file} is damaged, and now called ${file}.damaged. It is trained anew.`,
    ]);
    expect(readFileSync(`${file}.damaged`)).toEqual(damaged);
    expect((await train(options())).kept).toBeDefined();
  });

  it("of an interrupted training is treated alike, as is another's under its name", async () => {
    const stop = { onProgress: ({ step }: Progress) => (step === 3 ? ("stop" as const) : undefined) };
    await expect(train(options(stop))).rejects.toThrow(/stopped/);
    damage(onlyFile(), changes["a flipped bit"]);
    expect((await train(options())).losses).toHaveLength(8);
    expect(told.splice(0)).toEqual([
      expect.stringMatching(/unfinished\.safetensors is damaged, and now called/),
    ]);

    const [mine] = inStore().filter((name) => !name.endsWith("damaged"));
    await train(options({ seed: 4 }));
    const [other] = inStore().filter((name) => !name.endsWith("damaged") && name !== mine);
    writeFileSync(join(folder, mine), readFileSync(join(folder, other)));
    expect((await train(options())).kept).toBeUndefined();
    expect(told).toEqual([expect.stringMatching(/is damaged/)]);
  });
});

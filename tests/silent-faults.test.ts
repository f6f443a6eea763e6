import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../lib/array";
import { maskOn, maskPart } from "../lib/conditions";
import { independent, inpainting, makeMask, tiles } from "../lib/couplings";
import { assertLearnable } from "../lib/data/samples";
import { UsageError } from "../lib/errors";
import { loadNetwork, makeField, networkField, saveNetwork } from "../lib/fields";
import { encodeSafetensors, loadSafetensors, saveSafetensors } from "../lib/formats";
import { linear } from "../lib/interpolants";
import { transportCost } from "../lib/metrics";
import { mlp, sit, unet } from "../lib/networks";
import { rng } from "../lib/random";
import { euler, solveOde } from "../lib/samplers";
import { type TrainOptions, train } from "../lib/training";

// What once went wrong without a word: each is now an error of one line that says what and where.

const folder = mkdtempSync(join(tmpdir(), "silent "));
afterAll(() => rmSync(folder, { recursive: true }));

const x = rng(1).normals([20, 2]);
const withAt = (array: NdArray, at: number, value: number) =>
  ndarray(
    array.shape,
    array.data.map((old, e) => (e === at ? value : old)),
  );

describe("a training", () => {
  const run = (changes: Partial<TrainOptions> = {}) => {
    const coupling = changes.coupling ?? independent();
    return train({
      ...{ data: { x }, interpolant: linear(), steps: 2, batch: 2, seed: 0, engine: "cpu" },
      network: mlp({ dim: 2, width: 4, depth: 1, condition: coupling.condition }),
      ...changes,
      coupling,
    });
  };

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses data with %d before a step, drawn or not",
    async (bad) => {
      // Of 20 samples two batches of 2 can't draw all.
      for (let at = 0; at < 40; at += 13) {
        await expect(run({ data: { x: withAt(x, at, bad) } })).rejects.toThrow(
          `finite numbers in the data's x, but received 1 of 40 that are not, the first ${bad} in sample ${at >> 1}`,
        );
      }
      await expect(run({ data: { x, x0: withAt(x, 5, bad) } })).rejects.toThrow("the data's x0");
    },
  );

  it("takes NaN where the data say that it is missing, and nowhere else", () => {
    const keep = withAt(ndarray([20, 2], new Float32Array(40).fill(1)), 7, 0);
    expect(() => assertLearnable({ x: withAt(x, 7, Number.NaN), keep })).not.toThrow();
    expect(() => assertLearnable({ x: withAt(x, 8, Number.NaN), keep })).toThrow("NaN in sample 4");
  });

  it("says what its data lack", async () => {
    const given = (data: unknown) => run({ data: data as TrainOptions["data"] });
    await expect(given(undefined)).rejects.toThrow(
      "Expected data { x }, x of shape [n, ...], but received none",
    );
    await expect(given({ train: {} })).rejects.toThrow(
      "but received { train }. Pass a split, such as data.train",
    );
    await expect(given({ x: ndarray([0, 2], []) })).rejects.toThrow("data of one sample or more");
    const classes = { coupling: independent({ classes: 2 }) };
    await expect(run({ ...classes, data: { x, labels: new Int32Array(10) } })).rejects.toThrow(
      "20 entries in ξ.labels, one per sample, but received 10",
    );
  });

  it.each([Number.NaN, undefined, Number.POSITIVE_INFINITY])("refuses the seed %s", async (seed) => {
    await expect(run({ seed: seed as number })).rejects.toThrow(
      `as a seed, or as a key of fork, but received ${seed}`,
    );
  });

  it("refuses numbers that no machine has room for, at once", async () => {
    await expect(run({ batch: 1e9 })).rejects.toThrow("a batch of at most 134217728 samples");
    await expect(run({ steps: 1e13 })).rejects.toThrow("at most 100000000, but received 10000000000000");
    expect(() => euler({ steps: 1e12 })).toThrow(
      "at most 10000000 steps for Euler, but received 1000000000000",
    );
  });

  it("refuses masks that leave nothing to learn", async () => {
    const images = { x: rng(2).normals([6, 4, 4, 1]) };
    const none = inpainting({ mask: tiles({ grid: 2, p: 0 }) });
    const network = unet({ channels: 1, dim: 4, mults: [1], groups: 2, condition: none.condition });
    await expect(run({ data: images, coupling: none, network })).rejects.toThrow(
      /masks with holes .*none in its first 8 batches.*raise the mask's probability p/,
    );
  });
});

describe("a mask", () => {
  it.each([0.5, Number.NaN, 2])("of %d is refused", (value) => {
    const keep = withAt(ndarray([2, 4, 4, 1], new Float32Array(32).fill(1)), 20, value);
    const words = `1 (known) and 0 (in the hole), but received ${value} in sample 1`;
    expect(() => maskOn(keep, { shape: [2, 4, 4, 1] })).toThrow(words);
    expect(() => maskPart().input({ keep }, 2)).toThrow(words);
    const mask = makeMask("odd", (pixels) => pixels.fill(value));
    expect(() => inpainting({ mask }).draw({ x: rng(0).normals([1, 4, 4, 1]) }, rng(1))).toThrow(
      "in sample 0",
    );
  });
});

describe("a field", () => {
  const network = mlp({ dim: 2, width: 4, depth: 1 });
  const b = networkField({ network, parameters: network.init(rng(0)), engine: "cpu" });

  it.each([-3, 1.5, -1e-3, Number.NaN])("of a network is not evaluated at t = %d", async (t) => {
    await expect(b({ x, t, xi: {} })).rejects.toThrow(`a finite time t from 0 to 1, but received ${t}`);
  });

  it("of another shape is refused, though it has as many numbers", async () => {
    const turned = makeField(() => (at) => ndarray([2, 20], at.data));
    await expect(solveOde(turned, { x }, { method: euler({ steps: 2 }) })).rejects.toThrow(
      "values of shape [20, 2], that of x, from the field, but received shape [2, 20]",
    );
  });
});

it("an array has a shape", () => {
  expect(() => ndarray([-1, -6], new Float32Array(6))).toThrow("a shape of whole numbers of 0 or more");
  expect(() => ndarray([1.5, 4], new Float32Array(6))).toThrow("[1.5, 4]");
});

it("a generator has a seed, and its forks have keys", () => {
  for (const bad of [Number.NaN, undefined, null, {}, Number.NEGATIVE_INFINITY] as number[]) {
    expect(() => rng(bad)).toThrow("a finite number or a text as a seed");
    expect(() => rng(0).fork("batch", bad)).toThrow("a finite number or a text as a seed");
  }
});

it("nothing has no mean cost", () => {
  const none = ndarray([0, 2], []);
  expect(() => transportCost(none, none)).toThrow("one pair or more");
});

describe("a stored network", () => {
  const path = join(folder, "net.safetensors");
  const network = mlp({ dim: 2, width: 4, depth: 2 });
  const parameters = network.init(rng(0));

  it.each(["F32", "F16"] as const)("is refused when a bit of its numbers has flipped: %s", (floats) => {
    saveNetwork(path, { network, parameters }, { floats });
    loadNetwork(path);
    const { tensors, metadata } = loadSafetensors(path);
    const bytes = encodeSafetensors(tensors, { metadata, floats });
    for (const at of [1, 2, 5, 40, 91]) {
      const damaged = Uint8Array.from(bytes);
      damaged[bytes.length - at] ^= 128; // mostly sign bits
      writeFileSync(path, damaged);
      expect(() => loadNetwork(path)).toThrow(`${path} is damaged: its contents don't match its checksum`);
    }
  });

  it("that names a huge network in a small file is refused at once", () => {
    const named = (options: object) => {
      const a = { shape: [1], data: new Float32Array(1) };
      saveSafetensors(path, { a }, { metadata: { settings: JSON.stringify({ network: options }) } });
      return () => loadNetwork(path);
    };
    expect(named({ name: "mlp", dim: 2, depth: 1e6 })).toThrow(
      `${path} has too few arrays, 1, for the network`,
    );
    expect(named({ name: "unet", channels: 1, blocksPerLevel: 1e6 })).toThrow("too few arrays");
    expect(named({ name: "unet", channels: 1, mults: Array(1000).fill(1) })).toThrow(
      /Can't make the network of .*16 levels/,
    );
  });

  it.each([
    ["5", "doesn't say which network"],
    ["{", "doesn't say which network"],
    ['{"network":5}', "doesn't say which network"],
    ['{"network":{"name":"mlp","condition":null}}', "Can't make the network of"],
    ['{"network":{"name":"mlp","condition":{"labels":null}}}', "Can't make the network of"],
    ['{"network":{"name":"unet","mults":5}}', "Can't make the network of"],
    ['{"network":{"name":"constructor"}}', "Can't make the network of"],
  ])("with the settings %s is an error that names the file", (settings, words) => {
    saveSafetensors(path, { a: { shape: [1], data: new Float32Array(1) } }, { metadata: { settings } });
    expect(() => loadNetwork(path)).toThrow(UsageError);
    expect(() => loadNetwork(path)).toThrow(words);
    expect(() => loadNetwork(path)).toThrow(path);
  });
});

it("networks have no more layers than can be made", () => {
  expect(() => mlp({ dim: 2, depth: 1e6 })).toThrow("depth as a whole number of at most 1000");
  expect(() => sit({ channels: 1, depth: 1e6 })).toThrow("depth as a whole number of at most 1000");
  expect(() => unet({ channels: 1, blocksPerLevel: 1e6 })).toThrow("at most 1000");
  expect(() => mlp({ dim: 2, width: 1e9 })).toThrow("width as a whole number of at most 1000000");
});

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  type ConditionSpec,
  embeddingPart,
  imagePart,
  labelsPart,
  labelWeightsPart,
  maskPart,
} from "../../../lib/conditions";
import { loadField, loadNetwork, networkField, saveNetwork } from "../../../lib/fields";
import { mlp, unet } from "../../../lib/networks";
import { rng } from "../../../lib/random";
import { parameters, probe, tiny } from "./tiny";

const folder = mkdtempSync(join(tmpdir(), "store "));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "net.safetensors");

describe("a stored network", () => {
  it("is read again, at half the size where asked", async () => {
    saveNetwork(path, { network: tiny, parameters });
    const { network, parameters: again } = loadNetwork(path);
    expect(JSON.stringify(network.options)).toBe(JSON.stringify(tiny.options));
    expect(again).toEqual(parameters);
    const size = statSync(path).size;
    saveNetwork(path, { network: tiny, parameters }, { floats: "F16" });
    expect(statSync(path).size).toBeLessThan(0.7 * size);
    const stem = loadNetwork(path).parameters["stem.kernel"].data;
    stem.forEach((value, i) => {
      expect(Math.abs(value - parameters["stem.kernel"].data[i])).toBeLessThan(2e-3);
    });
    expect(() => loadNetwork(path, unet({ channels: 3, dim: 8 }))).toThrow(
      /needs "stem\.kernel" of shape \[7, 7, 3, 8\]/,
    );
  });

  it("is the same field", async () => {
    saveNetwork(path, { network: tiny, parameters });
    const { x, xi } = probe(3);
    const stored = await loadField(path, { engine: "cpu" })({ x, t: 0.4, xi });
    expect(stored).toEqual(
      await networkField({ network: tiny, parameters, engine: "cpu" })({ x, t: 0.4, xi }),
    );
  });

  it.each<[string, Record<string, unknown>, ConditionSpec]>([
    ["nothing", {}, {}],
    [
      "labels and a mask",
      { classes: 3, keep: true },
      { labels: labelsPart({ classes: 3 }), keep: maskPart() },
    ],
    [
      "all that may be missing, and an image",
      { classes: 3, unlabelled: true, soft: true, embedding: 2, unembedded: true, imageChannels: 1 },
      {
        labelWeights: labelWeightsPart({ classes: 3, missing: true }),
        embedding: embeddingPart({ width: 2, missing: true }),
        image: imagePart({ channels: 1 }),
      },
    ],
  ])("may be of an older file, whose condition is one flat record: %s", (_, older, condition) => {
    const network = mlp({ dim: 2, width: 4, depth: 1, condition });
    const initial = network.init(rng(1));
    const stored = { ...network, options: { ...network.options, condition: older } };
    saveNetwork(path, { network: stored, parameters: initial });
    const read = loadNetwork(path);
    expect(JSON.stringify(read.network.options)).toBe(JSON.stringify(network.options));
    expect(read.parameters).toEqual(initial);
  });

  it("says so when its condition has parts that the library can't make", () => {
    const network = mlp({ dim: 2, width: 4, depth: 1 });
    const condition = { pose: { kind: "pose" } };
    const stored = { ...network, options: { ...network.options, condition } };
    saveNetwork(path, { network: stored, parameters: network.init(rng(1)) });
    expect(() => loadNetwork(path)).toThrow(/"pose" .* pass the network it was made with/);
    expect(loadNetwork(path, network).network).toBe(network);
  });

  it("is the field of a network of one's own, which is passed", async () => {
    const network = { ...mlp({ dim: 2, width: 4, depth: 1 }), name: "own" };
    const initial = network.init(rng(1));
    saveNetwork(path, { network, parameters: initial });
    const input = { x: rng(2).normals([3, 2]), t: 0.4, xi: {} };
    expect(() => loadField(path)).toThrow("Can't make the network");
    expect(await loadField(path, { network, engine: "cpu" })(input)).toEqual(
      await networkField({ network, parameters: initial, engine: "cpu" })(input),
    );
  });
});

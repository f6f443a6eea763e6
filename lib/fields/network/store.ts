import { ndarray } from "../../array";
import type { Values } from "../../engine";
import { UsageError } from "../../errors";
import { checksum } from "../../formats/checksum";
import {
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  type SafetensorsOptions,
  type StoredArray,
  saveSafetensors,
} from "../../formats/safetensors";
import type { Network } from "../../networks/network";
import { restoreNetwork } from "../../networks/restore";
import type { Field } from "../field";
import { type NetworkFieldOptions, networkField } from "./field";
import type { NetworkWithParameters } from "./program";

/**
 * Writes a network and its parameters, but not the state of its training, as safetensors.
 *
 * @example
 * saveNetwork("moons.safetensors", model);
 * const b = networkField(loadNetwork("moons.safetensors"));
 */
export function saveNetwork(
  path: string,
  { network, parameters }: NetworkWithParameters,
  options: Pick<SafetensorsOptions, "floats"> & {
    /** Further arrays by name, to be read by `loadSafetensors`. */
    readonly beside?: Readonly<Record<string, StoredArray>>;
  } = {},
): void {
  const { beside, ...encoding } = options;
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [`average.${name}`, value as Values]),
  );
  const metadata = { settings: JSON.stringify({ network: { name: network.name, ...network.options } }) };
  const all = { ...tensors, ...beside } as Record<string, StoredArray>;
  // Of the numbers as they are read again: half floats are rounded.
  const { tensors: stored } = decodeSafetensors(encodeSafetensors(all, encoding));
  saveSafetensors(path, all, {
    ...encoding,
    metadata: { ...metadata, checksum: checksum(stored, metadata) },
  });
}

/**
 * Reads a network and its (averaged) parameters from what `saveNetwork` or a training checkpoint wrote.
 * @param network only for networks that this library can't make from their stored name and options
 * @throws UsageError if the file isn't one of these, is damaged, or doesn't fit the network.
 *
 * @example
 * saveNetwork("moons.safetensors", model);
 * const divergence = networkDivergence(loadNetwork("moons.safetensors")); // later, for likelihoods
 */
export function loadNetwork(path: string, network?: Network): NetworkWithParameters {
  const { tensors, metadata } = loadSafetensors(path);
  const { checksum: stored, ...texts } = metadata;
  // Older files have none.
  if (stored !== undefined && stored !== checksum(tensors, texts)) {
    throw new UsageError(`${path} is damaged: its contents don't match its checksum. Put back a copy of it.`);
  }
  const made = network ?? networkOf(path, metadata.settings, Object.keys(tensors).length);
  const parameters = Object.fromEntries(
    Object.entries(made.shapes).map(([name, shape]) => {
      const value = tensors[`average.${name}`];
      if (!(value?.data instanceof Float32Array) || value.shape.join() !== shape.join()) {
        const found = value ? `one of shape [${value.shape.join(", ")}]` : "none";
        const wanted = `"${name}" of shape [${shape.join(", ")}]`;
        throw new UsageError(`${path} doesn't fit the network: it needs ${wanted}, the file has ${found}.`);
      }
      return [name, ndarray(shape, value.data)];
    }),
  );
  return Object.freeze({ network: made, parameters: Object.freeze(parameters) });
}

/**
 * The field of a stored network; see `loadNetwork` and `networkField`.
 *
 * @example
 * saveNetwork("moons.safetensors", model);
 * const b = loadField("moons.safetensors");
 * await b({ x: pairs.x0, t: 0, xi: pairs.xi });
 */
export function loadField(path: string, options: Pick<NetworkFieldOptions, "engine" | "chunk"> = {}): Field {
  return networkField({ ...loadNetwork(path), ...options });
}

/** A network's name and options as stored. */
interface StoredSettings {
  readonly name: string;
  readonly condition?: Readonly<Record<string, unknown>>;
}

/** @param arrays how many the file has: no network of more layers than that needs to be made */
function networkOf(path: string, settings: string | undefined, arrays: number): Network {
  const stored = settings ? storedSettings(settings) : undefined;
  if (!stored)
    throw new UsageError(`${path} doesn't say which network it holds; it wasn't written by this library.`);
  const { name, condition = {}, ...options } = stored;
  const { depth = 1, blocksPerLevel = 1 } = options as Readonly<Record<string, unknown>>;
  if (Number(depth) > arrays || Number(blocksPerLevel) > arrays) {
    throw new UsageError(`${path} has too few arrays, ${arrays}, for the network that it names.`);
  }
  try {
    return restoreNetwork(name, { ...options, condition: inParts(condition) });
  } catch (error) {
    throw new UsageError(`Can't make the network of ${path}: ${(error as Error).message.split("\n")[0]}`, {
      cause: error,
    });
  }
}

function storedSettings(text: string): StoredSettings | undefined {
  try {
    const { network } = JSON.parse(text) as { network?: StoredSettings };
    return typeof network?.name === "string" ? network : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A stored condition as parts, as JSON. Older files have one flat record for all of them, such as
 * `{ "classes": 3, "unlabelled": true, "keep": true }`.
 */
function inParts(condition: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (Object.values(condition).every((part) => typeof part === "object")) return condition;
  const { classes, unlabelled: missing, soft, embedding: width, unembedded, keep, imageChannels } = condition;
  const kind = soft ? "labelWeights" : "labels";
  return {
    ...(classes !== undefined && { [kind]: { kind, classes, missing } }),
    ...(width !== undefined && { embedding: { kind: "embedding", width, missing: unembedded } }),
    ...(keep === true && { keep: { kind: "keep" } }),
    ...(imageChannels !== undefined && { image: { kind: "image", channels: imageChannels } }),
  };
}

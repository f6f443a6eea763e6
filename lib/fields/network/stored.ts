import { ndarray } from "../../array";
import type { Values } from "../../engine/values";
import { UsageError } from "../../errors";
import {
  encodeSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArray,
} from "../../formats/safetensors-bytes";
import type { Network } from "../../networks/network";
import { restoreNetwork } from "../../networks/restore";
import type { NetworkWithParameters } from "./program";

/** Options of `saveNetwork`. */
export interface EncodeNetworkOptions extends Pick<SafetensorsOptions, "floats"> {
  /** Further arrays by name, to be read by `loadSafetensors`. */
  readonly beside?: Readonly<Record<string, StoredArray>>;
}

/** The bytes of the file that `saveNetwork` writes. */
export function encodeNetwork(
  { network, parameters }: NetworkWithParameters,
  { beside, ...encoding }: EncodeNetworkOptions = {},
): Uint8Array {
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [`average.${name}`, value as Values]),
  );
  const settings = JSON.stringify({ network: { name: network.name, ...network.options } });
  return encodeSafetensors({ ...tensors, ...beside } as Record<string, StoredArray>, {
    ...encoding,
    metadata: { settings },
  });
}

/**
 * A network and its parameters from what a file holds; see `loadNetwork`.
 * @param source what errors call it, such as a path
 */
export function storedNetwork(
  { tensors, metadata }: Safetensors,
  source: string,
  network?: Network,
): NetworkWithParameters {
  const made = network ?? networkOf(source, metadata.settings, Object.keys(tensors).length);
  const parameters = Object.fromEntries(
    Object.entries(made.shapes).map(([name, shape]) => {
      const value = tensors[`average.${name}`];
      if (!(value?.data instanceof Float32Array) || value.shape.join() !== shape.join()) {
        const found = value ? `one of shape [${value.shape.join(", ")}]` : "none";
        const wanted = `"${name}" of shape [${shape.join(", ")}]`;
        throw new UsageError(`${source} doesn't fit the network: it needs ${wanted}, the file has ${found}.`);
      }
      return [name, ndarray(shape, value.data)];
    }),
  );
  return Object.freeze({ network: made, parameters: Object.freeze(parameters) });
}

/** A network's name and options as stored. */
interface StoredSettings {
  readonly name: string;
  readonly condition?: Readonly<Record<string, unknown>>;
}

/** @param arrays how many the file has: no network of more layers than that needs to be made */
function networkOf(source: string, settings: string | undefined, arrays: number): Network {
  const stored = settings ? storedSettings(settings) : undefined;
  if (!stored)
    throw new UsageError(`${source} doesn't say which network it holds; it wasn't written by this library.`);
  const { name, condition = {}, ...options } = stored;
  const { depth = 1, blocksPerLevel = 1 } = options as Readonly<Record<string, unknown>>;
  if (Number(depth) > arrays || Number(blocksPerLevel) > arrays) {
    throw new UsageError(`${source} has too few arrays, ${arrays}, for the network that it names.`);
  }
  try {
    return restoreNetwork(name, { ...options, condition: inParts(condition) });
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new UsageError(
      `Can't make the network of ${source}: ${reason} Where it is one of your own, pass it: network.`,
      { cause: error },
    );
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

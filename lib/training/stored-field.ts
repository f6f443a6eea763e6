import type { NdArray } from "../array";
import { ndarray } from "../array";
import type { Values } from "../engine";
import { UsageError } from "../errors";
import type { Field } from "../fields/field";
import { loadSafetensors, type SafetensorsOptions, saveSafetensors } from "../formats/safetensors";
import type { Network, Parameters } from "../networks/network";
import { restoreNetwork } from "../networks/restore";
import { type NetworkFieldOptions, networkField } from "./network-field";

/** A network with its parameters. */
export interface StoredNetwork {
  readonly network: Network;
  readonly parameters: Parameters<NdArray>;
}

/** Writes a network and its parameters, but not the state of its training, as safetensors. */
export function saveNetwork(
  path: string,
  { network, parameters }: StoredNetwork,
  options: Pick<SafetensorsOptions, "floats"> = {},
): void {
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [`average.${name}`, value as Values]),
  );
  const settings = JSON.stringify({ network: { name: network.name, ...network.options } });
  saveSafetensors(path, tensors, { ...options, metadata: { settings } });
}

/**
 * Reads a network and its (averaged) parameters from what `saveNetwork` or a training checkpoint wrote.
 * @param network only for networks that this library can't make from their stored name and options
 * @throws UsageError if the file isn't one of these, or doesn't fit the network.
 */
export function loadNetwork(path: string, network?: Network): StoredNetwork {
  const { tensors, metadata } = loadSafetensors(path);
  const made = network ?? networkOf(path, metadata.settings);
  const parameters = Object.fromEntries(
    Object.entries(made.shapes).map(([name, shape]) => {
      const value = tensors[`average.${name}`];
      if (!value || value.shape.join() !== shape.join()) {
        const found = value ? `one of shape [${value.shape.join(", ")}]` : "none";
        throw new UsageError(
          `${path} doesn't fit the network: it needs "${name}" of shape [${shape.join(", ")}], the file has ${found}.`,
        );
      }
      return [name, ndarray(shape, value.data as Float32Array)];
    }),
  );
  return Object.freeze({ network: made, parameters: Object.freeze(parameters) });
}

/** The field of a stored network; see `loadNetwork` and `networkField`. */
export function loadField(path: string, options: Pick<NetworkFieldOptions, "engine" | "chunk"> = {}): Field {
  return networkField({ ...loadNetwork(path), ...options });
}

function networkOf(path: string, settings: string | undefined): Network {
  const stored = settings ? (JSON.parse(settings) as { network?: { name: string } }).network : undefined;
  if (!stored)
    throw new UsageError(`${path} doesn't say which network it holds; it wasn't written by this library.`);
  const { name, ...options } = stored;
  return restoreNetwork(name, options);
}

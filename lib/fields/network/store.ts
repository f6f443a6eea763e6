import { UsageError } from "../../errors";
import { writeAtomically } from "../../files/atomic-write";
import { checksum } from "../../formats/checksum";
import {
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  type Safetensors,
  type SafetensorsOptions,
} from "../../formats/safetensors";
import type { Network } from "../../networks/network";
import type { Field } from "../field";
import { type NetworkFieldOptions, networkField } from "./field";
import type { NetworkWithParameters } from "./program";
import { type EncodeNetworkOptions, encodeNetwork, storedNetwork } from "./stored";

/**
 * Writes a network and its parameters, but not the state of its training, as safetensors.
 *
 * @example
 * saveNetwork("moons.safetensors", model);
 * const b = networkField(loadNetwork("moons.safetensors"));
 */
export function saveNetwork(
  path: string,
  model: NetworkWithParameters,
  options: EncodeNetworkOptions = {},
): void {
  saveWithChecksum(path, encodeNetwork(model, options), options);
}

/**
 * Reads a network and its (averaged) parameters from what `saveNetwork` or a training checkpoint wrote.
 * @param network only for networks that this library can't make from their stored name and options
 * @throws UsageError if the file isn't one of these, or doesn't fit the network.
 *
 * @example
 * saveNetwork("moons.safetensors", model);
 * const divergence = networkDivergence(loadNetwork("moons.safetensors")); // later, for likelihoods
 */
export function loadNetwork(path: string, network?: Network): NetworkWithParameters {
  return storedNetwork(loadWithChecksum(path), path, network);
}

/** Options of {@link loadField}. */
export interface LoadFieldOptions extends Pick<NetworkFieldOptions, "engine" | "chunk"> {
  /** Only for networks that this library can't make from their stored name and options. */
  readonly network?: Network;
}

/**
 * The field of a stored network; see `loadNetwork` and `networkField`.
 *
 * @example
 * saveNetwork("moons.safetensors", model);
 * const b = loadField("moons.safetensors");
 * await b({ x: pairs.x0, t: 0, xi: pairs.xi });
 */
export function loadField(path: string, { network, ...options }: LoadFieldOptions = {}): Field {
  return networkField({ ...loadNetwork(path, network), ...options });
}

/** Writes what `encodeNetwork` gives, with a checksum of the numbers as they are read again, rounded. */
export function saveWithChecksum(
  path: string,
  bytes: Uint8Array,
  { floats }: Pick<SafetensorsOptions, "floats"> = {},
): void {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const checked = { ...metadata, checksum: checksum(tensors, metadata) };
  writeAtomically(path, encodeSafetensors(tensors, { floats, metadata: checked }));
}

/** Reads a file of `saveWithChecksum`, or an older one without. @throws UsageError if it is damaged. */
export function loadWithChecksum(path: string): Safetensors {
  const stored = loadSafetensors(path);
  const { checksum: wanted, ...texts } = stored.metadata;
  if (wanted !== undefined && wanted !== checksum(stored.tensors, texts)) {
    throw new UsageError(`${path} is damaged: its contents don't match its checksum. Put back a copy of it.`);
  }
  return stored;
}

import { writeAtomically } from "../../formats/atomic-write";
import { loadSafetensors } from "../../formats/safetensors";
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
  writeAtomically(path, encodeNetwork(model, options));
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
  return storedNetwork(loadSafetensors(path), path, network);
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

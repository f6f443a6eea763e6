import { type NdArray, ndarray } from "../../array";
import type { PairMoments } from "../../couplings/moments";
import { choose } from "../../errors";
import { velocityFromRest } from "../../fields/affine-rest";
import type { Field } from "../../fields/field";
import { type NetworkFieldOptions, networkField } from "../../fields/network/field";
import type { NetworkWithParameters } from "../../fields/network/program";
import { type EncodeNetworkOptions, encodeNetwork, storedNetwork } from "../../fields/network/stored";
import type { Safetensors } from "../../formats/safetensors-bytes";
import { affineVelocity } from "../../interpolants/affine-velocity";
import { linear } from "../../interpolants/linear";

/** A network that corrects the affine velocity of its coupling's draws. */
export interface RestModel extends NetworkWithParameters {
  /** Moments of the coupling's draws, which determine the affine velocity. */
  readonly moments: PairMoments;
}

/** The interpolant of all models in the box: I_t = (1 − t) x0 + t x1. */
export const modelInterpolant = linear();

/** The velocity of a model. */
export function modelVelocity(
  { network, parameters, moments }: RestModel,
  options: Pick<NetworkFieldOptions, "chunk" | "precision" | "examples"> = {},
): Field {
  const affine = affineVelocity({ interpolant: modelInterpolant, moments });
  return velocityFromRest(networkField({ network, parameters, ...options }), affine);
}

/** Names of the arrays of `moments` in a file. */
const momentNames = [
  "mean0",
  "mean1",
  "variance0",
  "variance1",
  "covariance",
] as const satisfies readonly (keyof PairMoments)[];

/**
 * A model from what a file of `saveModel` holds.
 * @param source what errors call it, such as a path
 * @throws UsageError if it holds something else.
 */
export function storedModel(stored: Safetensors, source: string): RestModel {
  const moments = Object.fromEntries(
    momentNames.map((name) => {
      const { shape, data } = choose(`array of ${source}`, `moments.${name}`, stored.tensors);
      return [name, ndarray(shape, data as Float32Array)];
    }),
  ) as unknown as RestModel["moments"];
  return Object.freeze({ ...storedNetwork(stored, source), moments });
}

/** The bytes of the file that `saveModel` writes: floats as float16. */
export function encodeModel(
  { network, parameters, moments }: RestModel,
  beside: EncodeNetworkOptions["beside"] = {},
): Uint8Array {
  const stored = Object.fromEntries(momentNames.map((name) => [`moments.${name}`, asFloats(moments[name])]));
  return encodeNetwork({ network, parameters }, { floats: "F16", beside: { ...stored, ...beside } });
}

const asFloats = ({ shape, data }: NdArray) => ({ shape, data: Float32Array.from(data) });

import { ndarray } from "../../array";
import type { DiagonalGaussians } from "../../couplings/diagonal-gaussian";
import { type RestModel, storedModel } from "../../experiments/models/velocity";
import { decodeSafetensors } from "../../formats/safetensors-bytes";
import { unpack } from "./packed";

/** A model as a page carries it: with the Gaussians of its classes where it starts from them. */
export interface CarriedModel extends RestModel {
  readonly bases?: DiagonalGaussians;
}

/** Names of the arrays that a model's file gains, where it starts from the Gaussians of its classes. */
export const baseNames = { means: "bases.means", deviations: "bases.deviations" } as const;

/** The model in packed bytes. @throws UsageError if they are something else. */
export async function unpackModel(packed: Uint8Array, name: string): Promise<CarriedModel> {
  const stored = decodeSafetensors(await unpack(packed), name);
  const [means, deviations] = [baseNames.means, baseNames.deviations].map((key) => stored.tensors[key]);
  const model = storedModel(stored, name);
  if (!means || !deviations) return model;
  return Object.freeze({
    ...model,
    bases: {
      means: ndarray(means.shape, means.data as Float32Array),
      deviations: ndarray(deviations.shape, deviations.data as Float32Array),
    },
  });
}

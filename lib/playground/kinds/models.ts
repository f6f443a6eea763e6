import { type NdArray, ndarray } from "../../array";
import type { DiagonalGaussians } from "../../couplings/diagonal-gaussian";
import { expected } from "../../errors";
import { encodeModel, modelVelocity, type RestModel } from "../../experiments/models/velocity";
import { toBase64 } from "../packing/base64";
import { baseNames } from "../packing/model";
import { pack } from "../packing/packed";
import type { Bench } from "../work/flow";

/** What figures with models have in common. */
export interface WithModels {
  /**
   * How many significant bits of each weight the figure carries, of the 11 that float16 has. Each bit less
   * makes the figure smaller by a sixteenth. Default 11.
   */
  readonly weightBits?: number;
}

/** A model that draws samples of a class. */
export interface ClassModel extends RestModel {
  /** The base of each class, where it starts from one: a `classGaussian` coupling. Default N(0, Id). */
  readonly bases?: DiagonalGaussians;
}

/** What models are called. @throws unless there are one to four. */
export function assertModels(models: Readonly<Record<string, RestModel>>): readonly string[] {
  const labels = Object.keys(models);
  if (labels.length > 0 && labels.length <= 4) return labels;
  throw expected("one to four models, by how they are called", `${labels.length}`);
}

/** Each label with the model of that name. */
export const asCarried = (labels: readonly string[]) => labels.map((label) => ({ label, model: label }));

/** Where flows of the models are computed for a still picture. */
export const benchOf = (models: Readonly<Record<string, RestModel>>): Bench => ({
  velocity: async (name) => modelVelocity(models[name]),
});

/** Models as a figure carries them. @throws unless their weights are to have 4 to 11 bits. */
export async function carriedModels(
  models: Readonly<Record<string, ClassModel>>,
  weightBits = 11,
): Promise<Readonly<Record<string, string>>> {
  if (!(Number.isInteger(weightBits) && weightBits >= 4 && weightBits <= 11)) {
    throw expected("4 to 11 bits as weightBits", `${weightBits}`);
  }
  const entries = Object.entries(models).map(async ([name, { bases, ...given }]) => {
    const model = weightBits === 11 ? given : { ...given, parameters: rounded(given.parameters, weightBits) };
    const beside = bases && {
      [baseNames.means]: floats(bases.means),
      [baseNames.deviations]: floats(bases.deviations),
    };
    return [name, toBase64(await pack(encodeModel(model, beside), "halves"))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Weights rounded to so many significant bits. */
function rounded(parameters: RestModel["parameters"], bits: number): RestModel["parameters"] {
  const round = (value: number) => {
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits);
    return value === 0 ? 0 : Math.round(value / unit) * unit;
  };
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      ndarray(shape, Float32Array.from(data, round)),
    ]),
  );
}

const floats = ({ shape, data }: NdArray) => ({ shape, data: Float32Array.from(data) });

import type { Model } from "../ir/graph";
import type { Ort } from "../run/session";
import { calibrate, type Examples } from "./calibrate";
import { largestWeight } from "./largest-weight";
import { type ConvolutionSteps, inInt8 } from "./quantise";

export type { Examples } from "./calibrate";

let largest: Promise<number> | undefined;

/** Puts models of one program into int8, all by what is measured on its examples for the first. */
export function reducer(
  name: string,
): (ort: Ort, model: Model, examples: () => Examples[]) => Promise<Model> {
  let steps: Promise<readonly ConvolutionSteps[]> | undefined;
  return async (ort, model, examples) => {
    steps ??= calibrate(ort, name, examples());
    largest ??= largestWeight(ort);
    return inInt8(model, await steps, await largest);
  };
}

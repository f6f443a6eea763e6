import type { Values } from "../engine";
import type { Interpolant } from "../interpolants";
import type { CoefficientsOf } from "../interpolants/terms";
import { column } from "./fit";

/** α, β, γ and their derivatives at the time of each sample, for `interpolateTensors`. */
export function coefficientsAt(interpolant: Interpolant, t: Float32Array): CoefficientsOf<Values> {
  const at = Array.from(t, (time) => interpolant.at(time));
  const values = (name: keyof CoefficientsOf<Values>) =>
    column(Float32Array.from(at, (coefficients) => coefficients[name]));
  return {
    ...{ alpha: values("alpha"), beta: values("beta"), dAlpha: values("dAlpha"), dBeta: values("dBeta") },
    ...(interpolant.hasLatent && { gamma: values("gamma"), dGamma: values("dGamma") }),
  };
}

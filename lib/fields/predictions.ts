import { expected } from "../errors";
import type { Coefficients, Interpolant } from "../interpolants/interpolant";
import { type ConversionFacts, converted } from "./converted";
import type { Field } from "./field";

/**
 * With x0̂ = E[x0 | I_t], x1̂ = E[x1 | I_t] (the base and the data prediction) and g = E[z | I_t], the
 * expectations of I_t and İ_t given I_t = x are two linear equations relating the fields,
 *
 *     x = α x0̂ + β x1̂ + γ g        b = α̇ x0̂ + β̇ x1̂ + γ̇ g,
 *
 * which every function in this file solves for one field. They hold for any coupling.
 */
export interface PredictionOptions {
  /** The interpolant that the fields are of. */
  readonly interpolant: Interpolant;
  /** The denoiser E[z | I_t]; needed if and only if the interpolant has a latent. */
  readonly g?: Field;
}

/**
 * x0̂ = (x − β x1̂ − γ g) / α, from the first equation. Singular where α = 0: at t = 1.
 *
 * @example
 * const x0 = baseFromData(dataFromVelocity(b, { interpolant }), { interpolant });
 * await x0({ x: pairs.x0, t: 0, xi: pairs.xi }); // pairs.x0: at t = 0 the state is the base draw
 */
export function baseFromData(data: Field, options: PredictionOptions): Field {
  return solved("baseFromData", data, options, {
    known: "x",
    singular: "where α = 0, as at t = 1",
    formula: ({ alpha, beta }, x, given) => (x - beta * given) / alpha,
  });
}

/**
 * x1̂ = (x − α x0̂ − γ g) / β, from the first equation. Singular where β = 0: at t = 0.
 *
 * @example
 * const x1 = dataFromBase(baseFromVelocity(b, { interpolant }), { interpolant });
 * await x1({ x: pairs.x1, t: 1, xi: pairs.xi }); // pairs.x1: at t = 1 the state is the target
 */
export function dataFromBase(base: Field, options: PredictionOptions): Field {
  return solved("dataFromBase", base, options, {
    known: "x",
    singular: "where β = 0, as at t = 0",
    formula: ({ alpha, beta }, x, given) => (x - alpha * given) / beta,
  });
}

/**
 * b = (α̇/α)(x − β x1̂ − γ g) + β̇ x1̂ + γ̇ g: `baseFromData` put into the second equation. Singular where
 * α = 0, at t = 1, and where γ̇ is infinite.
 *
 * @example
 * const objective = dataLoss();
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const b = velocityFromData(model.field(), { interpolant }); // not defined at t = 1
 * const { x } = await solveOde(b, atBase(pairs), { method: euler({ steps: 10 }) });
 */
export function velocityFromData(data: Field, options: PredictionOptions): Field {
  return solved("velocityFromData", data, options, {
    known: "zero",
    singular: `where α = 0, as at t = 1,${orInfinite}`,
    formula: ({ alpha, beta, dAlpha, dBeta }, x, given, dLatent) =>
      (dAlpha / alpha) * (x - beta * given) + dBeta * given + dLatent,
  });
}

/**
 * b = α̇ x0̂ + (β̇/β)(x − α x0̂ − γ g) + γ̇ g: `dataFromBase` put into the second equation. Singular where
 * β = 0, at t = 0, and where γ̇ is infinite.
 *
 * @example
 * const objective = baseLoss();
 * const model = await train({ data, coupling, interpolant, network, objective, steps: 10, seed: 0 });
 * const b = velocityFromBase(model.field(), { interpolant }); // not defined at t = 0
 * await b({ x: pairs.x1, t: 1, xi: pairs.xi });
 */
export function velocityFromBase(base: Field, options: PredictionOptions): Field {
  return solved("velocityFromBase", base, options, {
    known: "zero",
    singular: `where β = 0, as at t = 0,${orInfinite}`,
    formula: ({ alpha, beta, dAlpha, dBeta }, x, given, dLatent) =>
      dAlpha * given + (dBeta / beta) * (x - alpha * given) + dLatent,
  });
}

/**
 * x1̂ = (α (b − γ̇ g) − α̇ (x − γ g)) / (αβ̇ − βα̇): both equations by Cramer's rule. Singular where
 * αβ̇ = βα̇, which for linear() and trigonometric() is nowhere, and where γ̇ is infinite.
 *
 * @example
 * const x1 = dataFromVelocity(b, { interpolant }); // E[x1 | I_t = x]
 * await x1({ x: pairs.x0, t: 0, xi: pairs.xi }); // for the exact b, the mean of `data`
 */
export function dataFromVelocity(b: Field, options: PredictionOptions): Field {
  return solved("dataFromVelocity", b, options, {
    known: "x",
    singular: `where αβ̇ = βα̇${orInfinite}`,
    formula: ({ alpha, beta, dAlpha, dBeta }, x, given, dLatent) =>
      (alpha * (given - dLatent) - dAlpha * x) / (alpha * dBeta - beta * dAlpha),
  });
}

/**
 * x0̂ = (β̇ (x − γ g) − β (b − γ̇ g)) / (αβ̇ − βα̇): both equations by Cramer's rule. Singular where
 * αβ̇ = βα̇, which for linear() and trigonometric() is nowhere, and where γ̇ is infinite.
 *
 * @example
 * const x0 = baseFromVelocity(b, { interpolant }); // E[x0 | I_t = x]
 * await x0({ x: pairs.x1, t: 1, xi: pairs.xi }); // for the exact b, the mean of the base
 */
export function baseFromVelocity(b: Field, options: PredictionOptions): Field {
  return solved("baseFromVelocity", b, options, {
    known: "x",
    singular: `where αβ̇ = βα̇${orInfinite}`,
    formula: ({ alpha, beta, dAlpha, dBeta }, x, given, dLatent) =>
      (dBeta * x - beta * (given - dLatent)) / (alpha * dBeta - beta * dAlpha),
  });
}

const orInfinite = " or where γ̇ is infinite";

interface Solution extends ConversionFacts {
  /** The value at one element, from those of x − γg, of the field given, and of γ̇g. */
  formula(at: Coefficients, x: number, given: number, dLatent: number): number;
}

function solved(
  name: string,
  field: Field,
  { interpolant, g }: PredictionOptions,
  { known, singular, formula }: Solution,
): Field {
  const { hasLatent } = interpolant;
  if (hasLatent && !g) {
    throw expected(
      `the denoiser as g for ${name} with the interpolant "${interpolant.name}", which has a latent`,
      "none",
      "Pass g, or use an interpolant without a latent.",
    );
  }
  return converted({
    name,
    known,
    singular,
    fields: hasLatent && g ? [field, g] : [field],
    on:
      () =>
      (x, t, [given, latent]) => {
        const at = interpolant.at(t);
        return Float64Array.from(given, (value, e) => {
          const z = latent ? latent[e] : 0;
          return formula(at, x.data[e] - at.gamma * z, value, latent ? at.dGamma * z : 0);
        });
      },
  });
}

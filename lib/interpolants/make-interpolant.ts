import { assertKnown, described, expected, UsageError } from "../errors";
import { assertDerivative, checkedTimes } from "./assert-derivative";
import type { Gamma } from "./gamma";
import type { Coefficients, Interpolant } from "./interpolant";

/** α_t, β_t and their time derivatives. */
export type AlphaBeta = Pick<Coefficients, "alpha" | "beta" | "dAlpha" | "dBeta">;

/** What an interpolant is made of. */
export interface InterpolantParts {
  /** Its kind and parameters; checkpoints compare it. */
  readonly name: string;
  /** α, β and their derivatives at time t, between 0 and 1. */
  readonly alphaBeta: (t: number) => AlphaBeta;
  /** γ_t and its derivative; `noLatent` for none. */
  readonly gamma: Gamma;
}

/**
 * Makes the interpolant I_t = α_t x0 + β_t x1 + γ_t z from its schedules, which must satisfy Def. 3.1: α_0 =
 * β_1 = 1 and α_1 = β_0 = γ_0 = γ_1 = 0, with α̇, β̇ and γγ̇ finite and α² + β² + γ² > 0 for all t in [0, 1].
 * Whether it is convex (α + β = 1) is determined from their values.
 *
 * The ends are checked to 1e-12, the rest at 65 times; derivatives are compared with differences.
 *
 * @example
 * const cubic = makeInterpolant({
 *   name: "cubic",
 *   alphaBeta: (t) => ({ alpha: 1 - t ** 3, beta: t ** 3, dAlpha: -3 * t ** 2, dBeta: 3 * t ** 2 }),
 *   gamma: noLatent,
 * });
 * cubic.convex; // true
 * @throws when a condition is violated: the error names it and the time; `at` throws for a time outside [0,
 * 1].
 */
export function makeInterpolant(options: InterpolantParts): Interpolant {
  assertKnown(options, { name: true, alphaBeta: true, gamma: true }, "makeInterpolant");
  const { name, alphaBeta, gamma } = options;
  if (typeof gamma?.at !== "function") {
    throw expected(
      `a γ for the interpolant "${name}", such as brownian()`,
      described(gamma),
      typeof gamma === "function" ? "It must be called." : "",
    );
  }
  const at = (t: number): Coefficients => {
    if (!(t >= 0 && t <= 1)) throw expected("a time from 0 (the base) to 1 (the data)", `${t}`);
    const { alpha, beta, dAlpha, dBeta } = alphaBeta(t);
    const { gamma: latent, dGamma, gammaDGamma } = gamma.at(t);
    return { alpha, beta, gamma: latent, dAlpha, dBeta, dGamma, gammaDGamma }; // spreading takes far longer
  };
  for (const [t, alpha, beta] of [
    [0, 1, 0],
    [1, 0, 1],
  ]) {
    const end = at(t);
    if (!(equal(end.alpha, alpha) && equal(end.beta, beta) && equal(end.gamma, 0))) {
      throw expected(
        `alpha = ${alpha}, beta = ${beta}, gamma = 0 at t = ${t} of the interpolant "${name}"`,
        `alpha = ${end.alpha}, beta = ${end.beta}, gamma = ${end.gamma}`,
      );
    }
  }
  let convex = true;
  for (const t of checkedTimes) {
    const here = at(t);
    assertDifferentiable(name, t, here);
    if (!(here.alpha ** 2 + here.beta ** 2 + here.gamma ** 2 > 1e-12)) {
      throw new UsageError(
        `The interpolant "${name}" has α = β = γ = 0 at t = ${t}, where all draws would meet in one point. ` +
          "Give it a γ that is not zero there, such as sinSquared().",
      );
    }
    convex &&= near(here.alpha + here.beta, 1) && near(here.dAlpha + here.dBeta, 0);
  }
  assertDerivatives(name, at, gamma);
  return Object.freeze({
    name: gamma.zero ? name : `${name} + ${gamma.name}`,
    convex,
    hasLatent: !gamma.zero,
    insideHole: false,
    at,
  });
}

const equal = (a: number, b: number) => Math.abs(a - b) < 1e-12;
const near = (a: number, b: number) => Math.abs(a - b) < 1e-9;

function assertDerivatives(name: string, at: (t: number) => Coefficients, gamma: Gamma): void {
  const of = `the interpolant "${name}"`;
  for (const [curve, derivative] of [
    ["alpha", "dAlpha"],
    ["beta", "dBeta"],
  ] as const) {
    assertDerivative({
      ...{ names: [curve, derivative], of },
      ...{ curve: (t) => at(t)[curve], derivative: (t) => at(t)[derivative] },
      advice: "Correct its formula, or use ownSchedule, which needs none.",
    });
  }
  if (gamma.zero) return;
  const advice = "Correct its formula, or use ownGamma, which needs none.";
  assertDerivative({
    ...{ names: ["gamma", "dGamma"], of, advice },
    ...{ curve: (t) => at(t).gamma, derivative: (t) => at(t).dGamma },
  });
  assertDerivative({
    ...{ names: ["gamma² / 2", "gammaDGamma"], of, advice },
    ...{ curve: (t) => at(t).gamma ** 2 / 2, derivative: (t) => at(t).gammaDGamma },
  });
}

function assertDifferentiable(name: string, t: number, { dAlpha, dBeta, gammaDGamma }: Coefficients): void {
  for (const [what, value] of [
    ["α̇", dAlpha],
    ["β̇", dBeta],
    ["γγ̇", gammaDGamma],
  ] as const) {
    if (Number.isFinite(value)) continue;
    throw expected(
      `${what} finite on [0, 1] of the interpolant "${name}", since Def. 3.1 requires differentiable α, β and γ²`,
      `${value} at t = ${t}`,
    );
  }
}

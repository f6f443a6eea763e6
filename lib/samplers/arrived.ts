import { UsageError } from "../errors";
import type { Solution } from "./trajectory";

/**
 * The solution, for what is said of whole flows: their ends, costs and densities.
 * @param what the flow, as the message's subject
 * @throws UsageError unless all samples reached the time `to`, with the solver's own reasons.
 */
export function arrived<S extends Pick<Solution, "t" | "warnings">>(
  solution: S,
  what = "The flow whose samples are measured",
  { to = 1 }: { readonly to?: number } = {},
): S {
  if (solution.t === to) return solution;
  const reasons = solution.warnings.join(" ");
  throw new UsageError(`${what} did not reach t = ${to}: ${reasons} Use a method with fixed steps.`);
}

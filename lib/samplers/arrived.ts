import { UsageError } from "../errors";
import type { Solution } from "./trajectory";

/**
 * For what is said of whole flows: their ends, costs and densities.
 * @param what the flow, as the message's subject
 * @throws UsageError unless all samples reached the time `to`, with the solver's own reasons.
 */
export function assertArrived(
  { t, warnings }: Pick<Solution, "t" | "warnings">,
  what: string,
  { to = 1 }: { readonly to?: number } = {},
): void {
  if (t === to) return;
  throw new UsageError(
    `${what} did not reach t = ${to}: ${warnings.join(" ")} Use a method with fixed steps.`,
  );
}

import { assertRng, type Rng } from "../../random";
import type { Samples } from "../samples";
import type { Dynamics } from "./dynamics";

/**
 * n independent pairs of a state and the next one, as training data: `x0` is the present, `x` the future.
 *
 * @example
 * const { x0, x } = await transitions(jumpDiffusion(), { n: 100, rng: rng(0) });
 */
export async function transitions(
  system: Dynamics,
  { n, rng }: { readonly n: number; readonly rng: Rng },
): Promise<Required<Pick<Samples, "x" | "x0">>> {
  assertRng(rng);
  const x0 = await system.states(n, rng.fork("present"));
  return Object.freeze({ x0, x: await system.next(x0, rng.fork("future")) });
}

import type { Condition } from "../conditions/condition";
import { partsOf } from "../conditions/part";
import { atBase, type Coupling, type DirectCoupling, type Request } from "../couplings/coupling";
import { paired } from "../couplings/paired";
import { assertSamples, type Samples } from "../data/samples";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import type { Rng } from "../random";
import { type OdeOptions, type Solution, solveOde } from "../samplers";
import { arrived } from "../samplers/arrived";

/** Options of {@link reflow}. */
export interface ReflowOptions extends Omit<OdeOptions, "from" | "to" | "saveAt"> {
  /** The velocity of the coupling's flow, trained or exact. */
  readonly b: Field;
  /** What that flow was trained on. Its base must need no x1. */
  readonly coupling: Coupling;
  /** The shape of the draws of the base, such as `[10_000, 2]`, and their condition where ξ has some. */
  readonly request: Request;
  /** Source of the draws of the base. */
  readonly rng: Rng;
}

/** What {@link reflow} makes. */
export interface Reflow {
  /** The pairs: x is where the flow ended, x0 where it started, besides the condition asked for. */
  readonly data: Samples;
  /**
   * Joins these pairs as they are. It has the condition and the starts of the original coupling, so that it
   * can take its place.
   */
  readonly coupling: DirectCoupling;
  /** The flow that made them; its evaluations are the price. */
  readonly solution: Solution;
}

/**
 * Reflow (Liu, Gong and Liu 2023, "Flow straight and fast"): joins draws of the base to where the flow takes
 * them. Train again with `data` and `coupling` for a flow whose paths are straighter, and whose bound
 * ∫E|İ_t|² dt is the cost of the flow before. The base stays the same; the targets are the flow's samples,
 * with its errors. Can be repeated.
 *
 * Where elements hardly vary in the data, as black borders of images, the velocity grows without bound
 * towards t = 1. Heun's method asks for it there and leaves noise in the targets; the midpoint rule doesn't.
 *
 * @throws UsageError when the coupling's base needs x1, the condition asked for is not for as many samples as
 * the draws, or the solver gives up.
 *
 * @example
 * const request = { shape: [64, 2] };
 * const straighter = await reflow({ b, coupling, request, rng: rng(1), method: dopri5() });
 * const model = await train({ ...straighter, interpolant, network, steps: 10, seed: 0 });
 */
export async function reflow({ b, coupling, request, rng, ...options }: ReflowOptions): Promise<Reflow> {
  const { name, condition } = coupling;
  if (!coupling.start) {
    throw expected(
      "a coupling whose base can be drawn alone, for reflow",
      `"${name}", whose base is made from x1`,
    );
  }
  const { shape: _, ...known } = request;
  const start = coupling.start(request, rng);
  assertSamples({ x: start.x0, ...known });
  const solution = arrived(await solveOde(b, atBase(start), options), "The flow to be straightened");
  const data: Samples = Object.freeze({ x: solution.x, x0: start.x0, ...known, ...start.xi });
  const pairs = paired();
  return Object.freeze({
    data,
    coupling: Object.freeze({
      name: `reflow of ${name}`,
      condition,
      start: coupling.start,
      draw(targets: Samples, random: Rng) {
        const { x0, x1 } = pairs.draw(targets, random);
        return Object.freeze({ x0, x1, xi: shown(targets) });
      },
    } satisfies DirectCoupling),
    solution,
  });

  /** The parts that the condition shows; labels where label weights would be, but none are given. */
  function shown({ x: _, x0: __, ...given }: Samples): Condition {
    const names = partsOf(condition).map(([part]) =>
      part === "labelWeights" && !given.labelWeights ? "labels" : part,
    );
    return Object.freeze(
      Object.fromEntries(Object.entries(given).filter(([part, value]) => value && names.includes(part))),
    );
  }
}

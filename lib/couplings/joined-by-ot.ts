import { type NdArray, takeRows } from "../array";
import { rowsOf, type Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import { type CostMatrix, exact, type OtSolver, squaredDistances } from "../transport";
import type { DirectCoupling, Pairs } from "./coupling";
import { drawDirectly } from "./draw-directly";
import { joinByPlan } from "./join-by-plan";

/** Options of {@link joinedByOT}. */
export interface JoinedByOTOptions {
  /** A coupling whose base doesn't depend on the target, such as `uncoupledInpainting`. */
  readonly coupling: DirectCoupling;
  /** A balanced solver. Default `exact()`. */
  readonly solver?: OtSolver;
  /** The costs of pairing base draws with targets. Default |x0 − x1|². */
  readonly cost?: (x0: NdArray, x1: NdArray) => CostMatrix;
}

/**
 * The draws of another coupling, with the base draws of each batch dealt to its targets anew by optimal
 * transport; each target keeps its condition. It is `minibatchOT` for conditions of any kind, masked images
 * and masks among them.
 *
 * The plan doesn't look at ξ, so the base draws that go with a given ξ no longer follow ρ₀, while sampling
 * starts from all of ρ₀: plain minibatch OT is biased under a condition (Cheng and Schwing, The Curse of
 * Conditions, 2025). Where every target has a ξ of its own, as in in-painting, their remedy (a plan that
 * respects ξ) leaves nothing to join. So don't sample from the pairs drawn here: start from those of
 * `coupling`.
 *
 * @example
 * const coupling = uncoupledInpainting({ mask: tiles({ grid: 4 }), channels: 1 });
 * const joined = joinedByOT({ coupling });
 * const shorter = joined.draw(images, rng(0));
 * transportCost(shorter.x0, shorter.x1).value; // a little less than for the draws of coupling
 * @throws when the solver isn't balanced; when drawing, if the coupling returns a promise, its base depends
 * on the target or its label, or the plan leaves more than a hundredth of the mass misplaced.
 */
export function joinedByOT(options: JoinedByOTOptions): DirectCoupling {
  assertKnown(options, { coupling: true, solver: true, cost: true }, "joinedByOT");
  const { coupling, solver = exact(), cost = squaredDistances } = options;
  if (!solver.balanced) throw expected("a balanced solver", `"${solver.name}"`);
  const name = `${coupling.name}, joined by minibatch OT (${solver.name})`;
  let judged = false;
  return Object.freeze({
    name,
    condition: coupling.condition,
    draw(targets: Samples, rng: Rng): Pairs {
      assertRng(rng);
      const { x0, x1, xi } = drawDirectly(coupling, targets, rng);
      if (xi.keep) {
        throw expected(
          "a coupling whose base doesn't depend on the target",
          `"${coupling.name}", whose base holds the target's known pixels`,
        );
      }
      if (!judged && targets.x.shape[0] > 1) {
        assertIndependentBase(coupling, targets, rng);
        judged = true;
      }
      const n = x0.shape[0];
      const { from } = joinByPlan({ solver, cost: cost(x0, x1), n, name, rng: rng.fork("plan") });
      return Object.freeze({ x0: takeRows(x0, from), x1, xi });
    },
  });
}

/** @throws where the same generator gives other base draws for the same targets in reverse order. */
function assertIndependentBase(coupling: DirectCoupling, targets: Samples, rng: Rng): void {
  const n = targets.x.shape[0];
  const reversed = rowsOf(
    targets,
    Int32Array.from({ length: n }, (_, i) => n - 1 - i),
  );
  const [first, second] = [targets, reversed].map((given) =>
    drawDirectly(coupling, given, rng.fork("whether the base depends on the target")),
  );
  if (first.x0.data.every((value, e) => value === second.x0.data[e])) return;
  throw expected(
    "a coupling whose base doesn't depend on the target",
    `"${coupling.name}", whose base is another for other targets`,
  );
}

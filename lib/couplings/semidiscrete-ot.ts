import { assertShape, type NdArray, takeRows } from "../array";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import type { Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import { assertRng, type Base, type Rng, standardNormalBase } from "../random";
import type { SemidiscretePlan } from "../transport";
import type { Coupling, Request, Start } from "./coupling";

/** Options of {@link semidiscreteOT}. */
export interface SemidiscreteOTOptions {
  /** The plan from the base to the data, by `semidiscrete`. */
  readonly plan: SemidiscretePlan;
  /** The base that the plan was made for. Default N(0, I). */
  readonly base?: Base;
}

/** A semidiscrete coupling. Its base can be drawn alone. */
export interface SemidiscreteOTCoupling extends Coupling {
  /** Draws x0 from the base alone. */
  start(request: Request, rng: Rng): Start;
}

/**
 * Semidiscrete optimal transport between a base density and a whole data set (SD-FM, Mousavi-Hosseini et al.,
 * arXiv 2509.25519): a base draw is joined to the data point in whose Laguerre cell it lies, by a plan with
 * one number for each point that was found before training. Its pairs don't depend on the size of a batch.
 *
 * It draws base points and takes the targets from the plan, so `draw` looks at how many targets it is given,
 * not at which: x1 are the plan's points, each equally often once the plan has converged. Without a
 * condition: one plan for all data would be biased under one, as `minibatchOT` explains.
 *
 * @example
 * const plan = await semidiscrete({ points: data.x, batch: 64, steps: 100, rng: rng(0) });
 * const coupling = semidiscreteOT({ plan });
 * const { x0, x1 } = await coupling.draw(take(data, 16), rng(1));
 * @throws when drawing, if the targets are not of the shape of the plan's points.
 */
export function semidiscreteOT(options: SemidiscreteOTOptions): SemidiscreteOTCoupling {
  assertKnown(options, { plan: true, base: true }, "semidiscreteOT");
  const { plan, base = standardNormalBase } = options;
  const name = "semidiscrete OT";
  const tail = plan.points.shape.slice(1);
  const start = ({ shape }: Request, rng: Rng): Start => {
    assertRng(rng);
    const x0 = base(shape, rng);
    assertShape(x0, shape, "draws of the base");
    const xi = conditionLabels(undefined, { n: shape[0], classes: undefined, coupling: name });
    return Object.freeze({ x0, xi: Object.freeze(xi) });
  };
  return Object.freeze({
    name,
    condition: Object.freeze(labelsSpec(undefined)),
    async draw({ x }: Samples, rng: Rng) {
      assertShape(x, [-1, ...tail], "targets, like the points of the plan,");
      const { x0, xi } = start({ shape: x.shape }, rng);
      return Object.freeze({ x0, x1: await targetsOf(plan, x0), xi });
    },
    start,
  });
}

async function targetsOf(plan: SemidiscretePlan, x0: NdArray): Promise<NdArray> {
  const to = await plan.assign(x0);
  if (to.length !== x0.shape[0]) throw expected(`${x0.shape[0]} points, one for each draw`, `${to.length}`);
  return takeRows(plan.points, to);
}

import { assertShape, type NdArray, takeRows } from "../../array";
import type { Condition } from "../../conditions/condition";
import { assertEmbedding, embeddingPart } from "../../conditions/embedding";
import { assertClasses, labelsSpec, shownLabels } from "../../conditions/labels";
import { takeConditionRows } from "../../conditions/rows";
import type { Samples } from "../../data/samples";
import { expected, UsageError } from "../../errors";
import type { Rng } from "../../random";
import { type Base, standardNormal } from "../base";
import type { DirectCoupling, Request, Start } from "../coupling";
import { conditionWeight } from "./condition-weight";
import { exact } from "./exact";
import { drawPairs } from "./pairs";
import { type CostMatrix, type Planner, squaredDistances } from "./plan";

/** A continuous condition ξ of the targets, shown as `embedding`. */
export interface ContinuousCondition {
  /** Length k of the vectors. */
  readonly width: number;
  /** The vectors `[n, k]` of targets, of a size of about 1. */
  readonly of: (targets: Samples) => NdArray;
}

export interface MinibatchOTOptions {
  /** Draws the base. Default N(0, I). */
  readonly base?: Base;
  /** `exact()` (the default), `sinkhorn`, `unbalanced` or `partial`. */
  readonly plan?: Planner;
  /** Costs of joining base draws to targets. Default |x0 − x1|². */
  readonly cost?: (x0: NdArray, x1: NdArray) => CostMatrix;
  /** Show the labels to the velocity; there are so many classes. */
  readonly classes?: number;
  /** Show a continuous condition to the velocity. */
  readonly embedding?: ContinuousCondition;
  /**
   * Let the plan respect ξ (C2OT). Labels: base draws are joined to targets of one class only, as with an infinite
   * weight. Embedding: the cost gains w |ξ − ξ'|², with the given weight, or with the w at which `ratio` of all pairs are
   * candidates (`conditionWeight`). `true` stands for a ratio of 0.05. Default: the plan does not look at ξ.
   */
  readonly conditionAware?: boolean | { readonly ratio: number } | { readonly weight: number };
}

/** A minibatch OT coupling. Its base can be drawn alone. */
export interface MinibatchOTCoupling extends DirectCoupling {
  start(request: Request, rng: Rng): Start;
}

/**
 * Minibatch optimal transport, mb-OT(x1, x0): Table 1, third row. For every batch of targets as many base points are drawn,
 * and the plan that is optimal *within this batch* decides which are joined. Paths get shorter and cross less, the more
 * so the larger the batch; the pairs of a small batch are not those of optimal transport between ρ₀ and ρ₁.
 *
 * With a balanced plan x1 is the batch as it came and each x0 is drawn from the plan given its target: over batches the
 * marginals are ρ₀ and ρ₁. With `unbalanced` or `partial` whole pairs are drawn from the plan: both marginals change, as
 * these say, and x1 holds some targets several times and others never.
 *
 * **With a condition, plain OT is a trap.** The plan joins a target to base draws near it, so the base draws of the targets
 * with one ξ are not ρ₀ any more, while sampling starts from all of ρ₀ whatever ξ is. `conditionAware` mends this
 * (C2OT, Cheng and Schwing, The Curse of Conditions, 2025): each base draw is given a condition of the batch, independent of
 * its place, and is joined to targets with the same or a near condition. Exact for labels; for an embedding as nearly
 * as the weight is large.
 * @throws on drawing, when the plan leaves more than a hundredth of the mass out of place.
 */
export function minibatchOT(options: MinibatchOTOptions = {}): MinibatchOTCoupling {
  const { base = standardNormal, plan = exact(), cost = squaredDistances, classes, embedding } = options;
  const aware = awareness(options);
  assertClasses(classes);
  if (embedding && !(Number.isInteger(embedding.width) && embedding.width > 0)) {
    throw expected("a whole width of the embedding above 0", `${embedding.width}`);
  }
  const name = `${aware ? "condition-aware minibatch OT" : "minibatch OT"} (${plan.name})`;
  const of = ` for the coupling "${name}"`;

  const condition = (n: number, labels: Int32Array | undefined, vectors: NdArray | undefined): Condition => {
    if (embedding) {
      if (!vectors) throw expected(`an embedding [${n}, ${embedding.width}]${of}`, "none");
      assertEmbedding(vectors, { n, width: embedding.width }, of);
    }
    return Object.freeze({
      ...shownLabels(labels, { n, classes, coupling: name }),
      ...(embedding && { embedding: vectors }),
    });
  };
  const drawBase = (shape: readonly number[], rng: Rng) => {
    const x0 = base(shape, rng);
    assertShape(x0, shape, `draws of the base${of}`);
    return x0;
  };

  /** Which base draws to join to which targets, among those numbered `rows`, or all. */
  const join = (x0: NdArray, x1: NdArray, vectors: NdArray | undefined, rng: Rng) => {
    let matrix = cost(x0, x1);
    if (aware && vectors) {
      const distance = squaredDistances(vectors, vectors);
      const weight = "weight" in aware ? aware.weight : conditionWeight(matrix, distance, aware.ratio);
      matrix = { ...matrix, data: matrix.data.map((value, e) => value + weight * distance.data[e]) };
    }
    const solved = plan.solve(matrix);
    if (solved.residual > 0.01) throw new UsageError(solved.warning ?? `The plan${of} is not finished.`);
    return drawPairs(solved, plan.balanced, rng);
  };

  return Object.freeze({
    name,
    condition: Object.freeze({
      ...labelsSpec(classes),
      ...(embedding && { embedding: embeddingPart({ width: embedding.width }) }),
    }),
    draw(targets: Samples, rng: Rng) {
      const { x } = targets;
      const n = x.shape[0];
      const xi = condition(n, targets.labels, embedding?.of(targets));
      const x0 = drawBase(x.shape, rng);
      const from = new Int32Array(n);
      const to = new Int32Array(n);
      for (const rows of aware && xi.labels ? byLabel(xi.labels) : [allRows(n)]) {
        const whole = rows.length === n;
        const part = (array: NdArray) => (whole ? array : takeRows(array, rows));
        const pairs = join(part(x0), part(x), xi.embedding && part(xi.embedding), rng);
        rows.forEach((row, k) => {
          from[row] = rows[pairs.from[k]];
          to[row] = rows[pairs.to[k]];
        });
      }
      const joined = takeRows(x0, from);
      return plan.balanced
        ? Object.freeze({ x0: joined, x1: x, xi })
        : Object.freeze({ x0: joined, x1: takeRows(x, to), xi: takeConditionRows(xi, to) });
    },
    start({ shape, labels, embedding: vectors }: Request, rng: Rng) {
      const xi = condition(shape[0], labels, vectors);
      return Object.freeze({ x0: drawBase(shape, rng), xi });
    },
  });
}

type Aware = { readonly ratio: number } | { readonly weight: number } | undefined;

function awareness({ conditionAware = false, classes, embedding }: MinibatchOTOptions): Aware {
  if (conditionAware === false) return undefined;
  if (classes === undefined && !embedding) {
    throw expected("classes or an embedding for a condition-aware plan", "neither");
  }
  if (conditionAware === true) return { ratio: 0.05 };
  if (!embedding) {
    throw expected(
      "a ratio or weight with an embedding",
      "one with labels alone, whose weight is infinite",
      "Pass conditionAware: true.",
    );
  }
  if ("weight" in conditionAware && !(conditionAware.weight >= 0 && Number.isFinite(conditionAware.weight))) {
    throw expected("a condition weight of 0 or more", `${conditionAware.weight}`);
  }
  if ("ratio" in conditionAware && !(conditionAware.ratio > 0 && conditionAware.ratio <= 1)) {
    throw expected("a ratio above 0, at most 1", `${conditionAware.ratio}`);
  }
  return conditionAware;
}

const allRows = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

function byLabel(labels: Int32Array): Int32Array[] {
  const rows = new Map<number, number[]>();
  labels.forEach((label, i) => {
    rows.set(label, [...(rows.get(label) ?? []), i]);
  });
  return [...rows.values()].map((list) => Int32Array.from(list));
}

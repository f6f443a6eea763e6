import { assertShape, type NdArray, takeRows } from "../array";
import type { Condition } from "../conditions/condition";
import { assertEmbedding, embeddingPart } from "../conditions/embedding";
import { assertClasses, conditionLabels, labelsSpec } from "../conditions/labels";
import { takeConditionRows } from "../conditions/rows";
import type { Samples } from "../data/samples";
import { assertKnown, described, expected } from "../errors";
import { assertRng, type Base, type Rng, standardNormalBase } from "../random";
import { type CostMatrix, exact, type OtSolver, squaredDistances } from "../transport";
import { assertCost } from "../transport/plan";
import type { DirectCoupling, Request, Start } from "./coupling";
import { joinByPlan } from "./join-by-plan";

/** A continuous condition ξ of the targets, passed on as `embedding`. */
export interface ContinuousCondition {
  /** Length k of the vectors. */
  readonly width: number;
  /** The vectors `[n, k]` of the targets, scaled to a size of about 1. */
  readonly of: (targets: Samples) => NdArray;
}

/** Options of {@link minibatchOT}. */
export interface MinibatchOTOptions {
  /** Draws the base. Default N(0, I). */
  readonly base?: Base;
  /** `exact()` (the default), `sinkhorn`, `unbalanced` or `partial`. */
  readonly solver?: OtSolver;
  /** The costs of pairing base draws with targets. Default |x0 − x1|². */
  readonly cost?: (x0: NdArray, x1: NdArray) => CostMatrix;
  /** The number of classes. Given, the velocity is conditioned on the labels. */
  readonly classes?: number;
  /** Condition the velocity on a vector per sample. */
  readonly embedding?: ContinuousCondition;
  /**
   * Makes the plan respect ξ (C2OT). Labels: each class is matched on its own, as with an infinite weight.
   * Embedding: w |ξ − ξ'|² is added to the cost, with the given weight, or the w at which a fraction `ratio`
   * of all pairs are candidates (`conditionWeight`). `true` stands for a ratio of 0.05. Default: the plan
   * ignores ξ.
   */
  readonly conditionAware?: boolean | { readonly ratio: number } | { readonly weight: number };
}

const known = {
  base: true,
  solver: true,
  cost: true,
  classes: true,
  embedding: true,
  conditionAware: true,
} as const satisfies Record<keyof MinibatchOTOptions, true>;

/** A minibatch OT coupling. Its base can be drawn alone. */
export interface MinibatchOTCoupling extends DirectCoupling {
  /** Draws x0 from the base alone, N(0, I) unless another was given. */
  start(request: Request, rng: Rng): Start;
}

/**
 * Minibatch optimal transport, mb-OT(x1, x0): Table 1, third row. As many base points are drawn as the batch
 * has targets, and the plan that is optimal *within this batch* decides which go together. Paths get shorter
 * and cross less, and the more so the larger the batch; the pairs of a small batch are not those of optimal
 * transport between ρ₀ and ρ₁.
 *
 * With a balanced plan, x1 is the batch as given, and each x0 is drawn from the plan given its target: over
 * batches the marginals are ρ₀ and ρ₁. With `unbalanced` or `partial`, whole pairs are drawn from the plan:
 * both marginals change, as documented there, and x1 holds some targets several times and others never.
 *
 * **With a condition, plain OT is biased.** The plan pairs a target with base draws near it, so the base
 * draws of the targets with a given ξ no longer follow ρ₀, while sampling starts from all of ρ₀ whatever ξ
 * is. `conditionAware` fixes this (C2OT: Cheng and Schwing, The Curse of Conditions, 2025): each base draw is
 * given a condition of the batch, independently of its position, and is paired with targets that have the
 * same or a similar condition. Exact for labels; for an embedding, the larger the weight, the closer.
 *
 * @example
 * const coupling = minibatchOT({ classes: 2, conditionAware: true });
 * const { x0, x1 } = coupling.draw(take(data, 64), rng(0)); // matched optimally within each class
 * transportCost(x0, x1).value; // less than for `independent`
 * @throws when drawing, if the plan leaves more than a hundredth of the mass misplaced.
 */
export function minibatchOT(options: MinibatchOTOptions = {}): MinibatchOTCoupling {
  const {
    base = standardNormalBase,
    solver = exact(),
    cost = squaredDistances,
    classes,
    embedding,
  } = options;
  assertKnown(options, known, "minibatchOT");
  if (typeof solver?.solve !== "function") {
    throw expected("a solver of transport, such as exact()", described(solver));
  }
  const aware = awareness(options);
  assertClasses(classes);
  if (embedding && !(Number.isInteger(embedding.width) && embedding.width > 0)) {
    throw expected("a whole width of the embedding above 0", `${embedding.width}`);
  }
  const name = `${aware ? "condition-aware minibatch OT" : "minibatch OT"} (${solver.name})`;
  const of = ` for the coupling "${name}"`;

  const condition = (n: number, labels: Int32Array | undefined, vectors: NdArray | undefined): Condition => {
    if (embedding) {
      if (!vectors) throw expected(`an embedding [${n}, ${embedding.width}]${of}`, "none");
      assertEmbedding(vectors, { n, width: embedding.width }, of);
    }
    return Object.freeze({
      ...conditionLabels(labels, { n, classes, coupling: name }),
      ...(embedding && { embedding: vectors }),
    });
  };
  const drawBase = (shape: readonly number[], rng: Rng) => {
    assertRng(rng);
    const x0 = base(shape, rng);
    assertShape(x0, shape, `draws of the base${of}`);
    return x0;
  };

  /** Which base draws to pair with which targets. */
  const join = (x0: NdArray, x1: NdArray, vectors: NdArray | undefined, rng: Rng) => {
    let matrix = cost(x0, x1);
    if (aware && vectors) {
      const distance = squaredDistances(vectors, vectors);
      const weight = "weight" in aware ? aware.weight : conditionWeight(matrix, distance, aware.ratio);
      matrix = { ...matrix, data: matrix.data.map((value, e) => value + weight * distance.data[e]) };
    }
    return joinByPlan({ solver, cost: matrix, n: x0.shape[0], name, rng });
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
      return solver.balanced
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

/**
 * The weight w of condition-aware OT (C2OT, Cheng and Schwing, 2025) for a target ratio. Base draw i comes
 * with the condition of target i. Under the cost C + w D, with D the distances between conditions, base draw
 * i is a *candidate* for target j where it costs no more than the one that came with j: C_ij + w D_ij ≤ C_jj.
 * Without w about half of all pairs are candidates; the larger w, the fewer, and the nearer their conditions.
 * Returns the least w ≥ 0 at which at most a fraction `ratio` of all n² pairs are candidates.
 *
 * Found without a search: a pair with D_ij > 0 stops being a candidate at w_ij = (C_jj − C_ij) / D_ij, so w
 * lies just above one of these numbers. Pairs of equal conditions always remain; where these alone exceed the
 * ratio, w is the least at which no others do.
 *
 * @example
 * const cost = squaredDistances(pairs.x0, pairs.x1);
 * const distance = squaredDistances(pairs.x1, pairs.x1); // for the targets' own positions as conditions
 * conditionWeight(cost, distance, 0.1); // with it, a tenth of all pairs are candidates
 * @param cost n × n, C
 * @param distance n × n, D ≥ 0
 * @throws when the two differ in size, or the ratio is not above 0 and at most 1.
 */
export function conditionWeight(cost: CostMatrix, distance: CostMatrix, ratio: number): number {
  assertCost(cost, { square: true });
  assertCost(distance, { square: true });
  const n = cost.rows;
  if (distance.rows !== n) throw expected(`distances of ${n} conditions`, `${distance.rows}`);
  if (!(ratio > 0 && ratio <= 1)) throw expected("a ratio above 0, at most 1", `${ratio}`);
  const limits = new Float64Array(n * n);
  let finite = 0;
  let always = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const gain = cost.data[j * n + j] - cost.data[i * n + j];
      const apart = distance.data[i * n + j];
      if (gain < 0) continue;
      if (apart > 0) limits[finite++] = gain / apart;
      else always++;
    }
  }
  const allowed = Math.max(0, Math.floor(ratio * n * n) - always);
  if (allowed >= finite) return 0;
  const sorted = limits.subarray(0, finite).sort();
  return sorted[finite - 1 - allowed] * (1 + 1e-9) + Number.MIN_VALUE;
}

import { type NdArray, ndarray, zeros } from "../array";
import { keepSpan } from "../conditions/mask";
import type { Coupling } from "../couplings/coupling";
import { batchOf, type Samples } from "../data/samples";
import type { Named, Values } from "../engine";
import { expected } from "../errors";
import { type Interpolant, interpolate } from "../interpolants";
import type { Objective } from "../objectives";
import type { Rng } from "../random";
import { conditionInputs, floats } from "./condition-inputs";
import type { TimeSampler } from "./times/time-density";

/** What decides a batch, besides chance. */
export interface BatchOptions {
  readonly data: Samples;
  readonly coupling: Coupling;
  readonly interpolant: Interpolant;
  readonly objective: Objective;
  readonly batch: number;
  readonly times: TimeSampler;
  readonly importance: boolean;
  readonly timeWeight?: (t: number) => number;
  readonly antithetic: boolean;
  readonly lossOver: "all" | "hole";
}

/**
 * Draws a batch: the network's inputs under their own names; `target`; and where there are any, `loss.factor` and
 * `loss.samples` (`[n]`) and `loss.elements` (of the mask's shape), as `objectiveLoss` takes them.
 */
export function trainingBatch(options: BatchOptions, source: Rng): Named<Values> {
  const { data, coupling, interpolant, objective, batch, times } = options;
  const targets = batchOf(data, batch, source.fork("rows"));
  const pairs = coupling.draw(targets, source.fork("coupling"));
  const t = times.draw(batch, source.fork("times"));
  const z = interpolant.hasLatent ? source.fork("latent").normals(pairs.x0.shape) : undefined;
  const { keep } = pairs.xi;

  const drawn = (latent: NdArray | undefined): Named<Values> => {
    const { xt, dxt } = interpolate({ interpolant, pairs, t, z: latent, keep });
    const seen = { interpolant, pairs, t, dxt, z: latent };
    const target = objective.target(seen);
    const factor = objective.factor?.(seen);
    return {
      x: floats(xt),
      target: floats(keep ? inHole(target, keep) : target),
      ...(factor && { "loss.factor": { shape: [batch], data: factor } }),
    };
  };
  const samples = sampleWeights(t, options);
  const shared: Named<Values> = {
    t: { shape: [batch], data: t },
    ...conditionInputs(pairs.xi, coupling.condition, batch),
    ...(samples && { "loss.samples": { shape: [batch], data: samples } }),
    ...(options.lossOver === "hole" && keep && { "loss.elements": floats(holeWeights(keep)) }),
  };
  const plus = { ...drawn(z), ...shared };
  if (!options.antithetic || !z) return plus;
  const minus = { ...drawn(inverted(z)), ...shared };
  return Object.fromEntries(Object.keys(plus).map((name) => [name, joined(plus[name], minus[name])]));
}

function sampleWeights(
  t: Float32Array,
  { times, importance, timeWeight }: BatchOptions,
): Float32Array | undefined {
  if (!importance && !timeWeight) return undefined;
  return t.map((time) => {
    const weight = timeWeight?.(time) ?? 1;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw expected(`a finite timeWeight of 0 or more at t = ${time}`, `${weight}`);
    }
    return importance ? weight / times.relative(time) : weight;
  });
}

/** The target with zeros at known pixels, as a masked network's output has. */
function inHole(target: NdArray, keep: NdArray): NdArray {
  const span = keepSpan(keep, target);
  const out = zeros(target.shape, target);
  for (let e = 0; e < out.data.length; e++) {
    if (keep.data[Math.floor(e / span)] !== 1) out.data[e] = target.data[e];
  }
  return out;
}

/** Factors that turn a mean over all elements into one over those in the batch's holes; zeros where there are none. */
function holeWeights(keep: NdArray): NdArray {
  let holes = 0;
  for (const value of keep.data) if (value !== 1) holes++;
  const weight = holes === 0 ? 0 : keep.data.length / holes;
  return ndarray(
    keep.shape,
    Float32Array.from(keep.data, (value) => (value === 1 ? 0 : weight)),
  );
}

function inverted(z: NdArray): NdArray {
  return ndarray(
    z.shape,
    z.data.map((value) => -value),
  );
}

/** The rows of both. */
export function joined(a: Values, b: Values): Values {
  const Numbers = a.data.constructor as Float32ArrayConstructor;
  const data = new Numbers(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { shape: [a.shape[0] + b.shape[0], ...a.shape.slice(1)], data };
}

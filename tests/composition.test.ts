import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  atBase,
  atData,
  baseLoss,
  bernstein,
  bosh3,
  brownian,
  classGaussian,
  colourisation,
  type DirectCoupling,
  dataDependent,
  dataLoss,
  deblurring,
  denoiserLoss,
  dequantisation,
  dopri5,
  encodingDecoding,
  euler,
  eulerMaruyama,
  exact,
  type Field,
  type Gamma,
  heun,
  type Interpolant,
  independent,
  inpainting,
  insideHole,
  labelDropout,
  linear,
  midpoint,
  minibatchOT,
  mirror,
  mlp,
  type NdArray,
  type Network,
  ndarray,
  noiseLoss,
  noLatent,
  type Objective,
  oneSided,
  ownSchedule,
  paired,
  parabola,
  partial,
  polynomial,
  rk4,
  rng,
  type Samples,
  type SdeFields,
  type Solution,
  scoreFromNoise,
  scoreLoss,
  sigmoidBump,
  sinkhorn,
  sinSquared,
  sit,
  softLabels,
  solveOde,
  solveSde,
  stochasticHeun,
  superResolution,
  takeRows,
  threeModes,
  tiles,
  train,
  trigonometric,
  UsageError,
  unbalanced,
  uncoupledInpainting,
  unet,
  variancePreserving,
  velocityFromBase,
  velocityFromData,
  velocityLoss,
  withEmbedding,
} from "../lib";

// Any coupling × schedule × γ × objective × network × sampler either works, and then gives finite values of
// the right shape, the same ones again for the same seed, and known pixels untouched; or is refused for a
// reason that is foreseen here.

/** How many compositions are drawn with each seed. */
const RUNS = 40;

/** Seeds of every run: one to begin with, and each that once failed. */
const SEEDS = [20231];

/** The seed of this run alone: $COMPOSITION_SEED, or any in continuous integration, where CI is set. */
const ownSeed =
  process.env.COMPOSITION_SEED ?? (process.env.CI ? Math.floor(Math.random() * 2 ** 31) : undefined);
const seeds = ownSeed === undefined ? SEEDS : [...SEEDS, Number(ownSeed)];

const n = 12;
const random = rng("composition");
const labels = Int32Array.from({ length: n }, (_, i) => i % 3);
const points: Samples = {
  x: random.fork("points").normals([n, 2]),
  x0: random.fork("partners").normals([n, 2]),
  embedding: random.fork("embedding").normals([n, 2]),
  labels,
};
const images = (channels: number): Samples => ({
  x: ndarray(
    [n, 8, 8, channels],
    random
      .fork("images", channels)
      .normals([n, 8, 8, channels])
      .data.map((v) => Math.tanh(v)),
  ),
  labels,
});
const grey = images(1);
const colour = images(3);

interface Case {
  readonly data: Samples;
  readonly coupling: DirectCoupling;
}
const onPoints = (coupling: DirectCoupling): Case => ({ data: points, coupling });
const onGrey = (coupling: DirectCoupling): Case => ({ data: grey, coupling });
const mask = tiles({ grid: 4, p: 0.4 });

const couplings: Record<string, Case> = {
  independent: onPoints(independent()),
  "data-dependent": onPoints(dataDependent({ mean: ({ x }) => x, sigma: 0.5 })),
  "σ as a matrix": onPoints(
    dataDependent({
      mean: ({ x }) => x,
      sigma: [
        [1, 0.5],
        [0, 0.3],
      ],
    }),
  ),
  "mixture, labelled": onPoints(threeModes({ pairing: "matched", labelled: true })),
  paired: onPoints(paired()),
  "OT, exact": onPoints(minibatchOT({ solver: exact() })),
  "OT, entropic": onPoints(minibatchOT({ solver: sinkhorn({ epsilon: 1 }) })),
  "OT, unbalanced": onPoints(minibatchOT({ solver: unbalanced({ epsilon: 1, penalty: 5 }) })),
  "OT, partial": onPoints(minibatchOT({ solver: partial({ share: 0.5 }) })),
  C2OT: onPoints(minibatchOT({ classes: 3, conditionAware: true })),
  "labels now and then": onPoints(labelDropout(independent({ classes: 3 }), { p: 0.5 })),
  "soft labels": onPoints(softLabels(independent(), { classes: 3, smoothing: 0.2 })),
  embedding: onPoints(withEmbedding(independent({ classes: 3 }), { width: 2 })),
  "in-painting": onGrey(inpainting({ mask, classes: 3 })),
  "in-painting, uncoupled": onGrey(uncoupledInpainting({ mask, channels: 1 })),
  "class base": onGrey(classGaussian({ samples: grey, classes: 3, labelled: true })),
  "super-resolution": onGrey(superResolution({ factor: 2, channels: 1, sigma: 0.2 })),
  deblurring: onGrey(deblurring({ width: 1, channels: 1, sigma: 0.2 })),
  dequantisation: onGrey(dequantisation({ quality: 20, channels: 1, sigma: 0.2 })),
  colourisation: { data: colour, coupling: colourisation({ sigma: 0.2 }) },
};

const gammas: Record<string, Gamma> = {
  none: noLatent,
  brownian: brownian(),
  parabola: parabola(),
  "sin²": sinSquared(),
  sigmoid: sigmoidBump(),
};
const schedules: Record<string, (gamma: Gamma) => Interpolant> = {
  linear: (gamma) => linear({ gamma }),
  trigonometric: (gamma) => trigonometric({ gamma }),
  "variance-preserving": (gamma) => variancePreserving({ gamma }),
  polynomial: (gamma) => polynomial({ power: 2, gamma }),
  "encoding-decoding": (gamma) => encodingDecoding({ gamma }),
  mirror: (gamma) => mirror({ gamma, dip: 0.5 }),
  "one-sided": (gamma) => oneSided(linear({ gamma })),
  "inside the hole": (gamma) => insideHole(trigonometric({ gamma })),
  own: (gamma) => ownSchedule({ alpha: (t) => 1 - t, beta: (t) => t, gamma }),
  "learned family": () => bernstein({ alpha: [0.7, 0.2], beta: [0.3, 0.8] }),
};
const objectives: Record<string, () => Objective> = {
  velocity: velocityLoss,
  denoiser: denoiserLoss,
  score: scoreLoss,
  noise: noiseLoss,
  data: dataLoss,
  base: baseLoss,
};
const odes = {
  euler: euler({ steps: 3 }),
  midpoint: midpoint({ steps: 2 }),
  heun: heun({ steps: 2 }),
  rk4: rk4({ steps: 2 }),
  bosh3: bosh3({ rtol: 1e-2, atol: 1e-2 }),
  dopri5: dopri5({ rtol: 1e-2, atol: 1e-2 }),
};
const sdes = {
  "Euler-Maruyama": eulerMaruyama({ steps: 4 }),
  "stochastic Heun": stochasticHeun({ steps: 3 }),
};

/** Why a composition can't be made: patterns of which the error's text fits one. */
function refusals(
  name: Composition,
  interpolant: Interpolant | undefined,
  coupling: DirectCoupling,
  data: Samples,
): RegExp[] {
  const gamma = gammas[name.gamma];
  if (gamma.zero && ["encoding-decoding", "mirror"].includes(name.schedule)) return [/γ/];
  if (name.schedule === "one-sided" && name.gamma === "brownian") return [/differentiable|parabola/];
  if (!interpolant) return [];
  const { zeta, sigma } = coupling.draw(data, rng(0));
  const latent = interpolant.hasLatent;
  const masked = coupling.condition.keep && !interpolant.convex && name.schedule !== "inside the hole";
  return [
    ...(masked ? [/α/] : []),
    ...(name.objective === "denoiser" && !latent ? [/latent/] : []),
    ...(name.objective === "score" && !latent && !(zeta && sigma !== undefined) ? [/ζ|zeta|sigma/] : []),
    ...(name.objective === "noise" && !zeta ? [/ζ/] : []),
    // A base without noise has no score of its own; a latent gives the interpolant one.
    ...(name.objective === "noise" && sigma === 0 ? [/not invertible/] : []),
    ...(name.objective === "score" && sigma === 0 && !latent ? [/sigma above 0/] : []),
    // α is zero from t = ½ on: the base is forgotten, and its noise tells nothing of the score.
    ...(name.objective === "noise" && name.schedule === "encoding-decoding" ? [/α = 0/] : []),
    ...(name.antithetic && !latent ? [/latent/] : []),
  ];
}

interface Composition {
  readonly coupling: string;
  readonly schedule: string;
  readonly gamma: string;
  readonly objective: string;
  readonly transformer: boolean;
  readonly antithetic: boolean;
  readonly ode: keyof typeof odes;
  readonly sde: keyof typeof sdes;
  readonly backwards: boolean;
}

const networkFor = ({ coupling, data }: Case, transformer: boolean): Network => {
  const { condition } = coupling;
  const channels = data.x.shape[3];
  if (data.x.shape.length === 2) return mlp({ dim: 2, width: 8, depth: 1, condition });
  return transformer
    ? sit({ channels, condition, patch: 4, width: 16, depth: 1, heads: 2 })
    : unet({ channels, condition, dim: 8, mults: [1], blocksPerLevel: 1, attention: "none", stem: 3 });
};

async function compose(name: Composition) {
  const given = couplings[name.coupling];
  const { coupling, data } = given;
  const interpolant = schedules[name.schedule](gammas[name.gamma]);
  const learn = (objective: Objective, antithetic: boolean) =>
    train({
      data,
      coupling,
      interpolant,
      network: networkFor(given, name.transformer),
      objective,
      antithetic,
      steps: 2,
      batch: 8,
      seed: 3,
    });
  const model = await learn(objectives[name.objective](), name.antithetic);
  const field = model.field();
  const pairs = coupling.draw(data, rng(5));
  // Inside (0, 1): some conversions divide by what is zero at the ends, and say so.
  const span = name.backwards ? { from: 0.9, to: 0.1 } : { from: 0.1, to: 0.9 };
  const noise = { rng: rng(7), epsilon: (t: number) => 0.1 * t * (1 - t) };
  const start = name.backwards ? atData(pairs) : atBase(pairs);
  const results: Solution[] = [];
  const flow = async (b: Field) =>
    results.push(await solveOde(b, start, { method: odes[name.ode], ...span }));
  const stochastic = async (fields: SdeFields) =>
    results.push(await solveSde(fields, start, { method: sdes[name.sde], ...noise, ...span }));
  switch (name.objective) {
    case "velocity":
      await flow(field);
      break;
    case "data":
      if (!interpolant.hasLatent) await flow(velocityFromData(field, { interpolant }));
      break;
    case "base":
      if (!interpolant.hasLatent) await flow(velocityFromBase(field, { interpolant }));
      break;
    case "denoiser":
      await stochastic({ b: (await learn(velocityLoss(), false)).field(), g: field, interpolant });
      break;
    case "score":
      await stochastic({ b: (await learn(velocityLoss(), false)).field(), s: field });
      break;
    default: {
      const sigma = pairs.sigma ?? 1;
      await stochastic({
        b: (await learn(velocityLoss(), false)).field(),
        s: scoreFromNoise(field, { interpolant, sigma }),
      });
    }
  }
  return { losses: model.losses, pairs, results, value: await field({ x: pairs.x0, t: 0.5, xi: pairs.xi }) };
}

const finite = (array: NdArray) => array.data.every((value) => Number.isFinite(value));

const composition = fc.record<Composition>({
  coupling: fc.constantFrom(...Object.keys(couplings)),
  schedule: fc.constantFrom(...Object.keys(schedules)),
  gamma: fc.constantFrom(...Object.keys(gammas)),
  objective: fc.constantFrom(...Object.keys(objectives)),
  transformer: fc.boolean(),
  antithetic: fc.boolean(),
  ode: fc.constantFrom(...(Object.keys(odes) as (keyof typeof odes)[])),
  sde: fc.constantFrom(...(Object.keys(sdes) as (keyof typeof sdes)[])),
  backwards: fc.boolean(),
});

async function check(name: Composition): Promise<void> {
  const { coupling, data } = couplings[name.coupling];
  let interpolant: Interpolant | undefined;
  try {
    interpolant = schedules[name.schedule](gammas[name.gamma]);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
  }
  const reasons = refusals(name, interpolant, coupling, data);
  if (reasons.length > 0) {
    const error = await compose(name).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as Error;
    expect(
      reasons.some((reason) => reason.test(message)),
      message,
    ).toBe(true);
    expect(message).toMatch(/\.$/);
    return;
  }
  const first = await compose(name);
  expect(first.losses.every((loss) => Number.isFinite(loss) && loss >= 0)).toBe(true);
  expect(first.value.shape).toEqual(data.x.shape);
  expect(finite(first.value)).toBe(true);
  for (const { x: end, nfe, warnings, t } of first.results) {
    expect(end.shape).toEqual(data.x.shape);
    expect(finite(end)).toBe(true);
    expect(nfe).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
    expect(t).toBe(name.backwards ? 0.1 : 0.9);
    const { keep } = first.pairs.xi;
    if (coupling.condition.keep && keep) {
      const channels = data.x.shape[3];
      keep.data.forEach((known, p) => {
        for (let c = 0; known === 1 && c < channels; c++) {
          expect(Object.is(end.data[p * channels + c], first.pairs.x0.data[p * channels + c])).toBe(true);
        }
      });
    }
  }
}

describe("any composition", () => {
  it.each(seeds)("works, or says why it can't: seed %s", async (seed) => {
    if (!Number.isInteger(seed)) throw new Error(`COMPOSITION_SEED must be a whole number, not ${ownSeed}.`);
    if (!SEEDS.includes(seed)) console.log(`Compositions are drawn with COMPOSITION_SEED=${seed}.`);
    try {
      await fc.assert(fc.asyncProperty(composition, check), { seed, numRuns: RUNS });
    } catch (cause) {
      const advice =
        `To repeat this, set COMPOSITION_SEED=${seed} and run tests/composition.test.ts. ` +
        "Once it is mended, add the seed to SEEDS there, so that every run repeats it.";
      throw new Error(`${advice}\n${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  });

  it("gives the same again for the same seeds", async () => {
    const name: Composition = {
      coupling: "in-painting",
      schedule: "linear",
      gamma: "brownian",
      objective: "denoiser",
      transformer: true,
      antithetic: true,
      ode: "rk4",
      sde: "stochastic Heun",
      backwards: false,
    };
    const [a, b] = [await compose(name), await compose(name)];
    expect(a.losses).toEqual(b.losses);
    expect(a.results[0].x.data).toEqual(b.results[0].x.data);
  });

  it.each(Object.keys(couplings))("joins draws of one shape: %s", (key) => {
    const { coupling, data } = couplings[key];
    const { x0, x1 } = coupling.draw(
      { ...data, x: takeRows(data.x, [0, 1, 2, 3, 4, 5]), ...first(data, 6) },
      rng(1),
    );
    expect(x0.shape).toEqual(x1.shape);
    expect(finite(x0) && finite(x1)).toBe(true);
  });
});

function first(data: Samples, count: number): Partial<Samples> {
  const rows = Array.from({ length: count }, (_, i) => i);
  return {
    ...(data.labels && { labels: data.labels.slice(0, count) }),
    ...(data.x0 && { x0: takeRows(data.x0, rows) }),
    ...(data.embedding && { embedding: takeRows(data.embedding, rows) }),
  };
}

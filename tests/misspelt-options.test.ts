import { expect, it } from "vitest";
import * as lib from "../lib";

// Scripts run without a check of types: an option that there is not is refused, with the nearest one.

const { brownian, gaussianMixture, independent, noLatent, partKinds, rng, tiles } = lib;

// biome-ignore lint/suspicious/noExplicitAny: as scripts see it
type Any = any;
const named = lib as unknown as Readonly<Record<string, (...given: Any[]) => unknown>>;

const points = rng(0).normals([8, 2]);
const labelled = { x: points, labels: Int32Array.from({ length: 8 }, (_, i) => i % 2) };
const identity = [
  [1, 0],
  [0, 1],
];
const component = { weight: 1, mean0: [0, 0], mean1: [1, 1], cov00: identity, cov11: identity };

/** For each function, options with which it works, one of them misspelt, and what comes before them. */
const cases: readonly [name: string, given: object, misspelt: string, nearest: string, before?: Any[]][] = [
  ["classGaussian", { samples: labelled, classes: 2, labelled: true }, "sprad", "spread"],
  ["fittedGaussian", { samples: labelled }, "flor", "floor"],
  ["uncoupledPaired", { channels: 1 }, "clases", "classes"],
  ["colourisation", { sigma: 0.1 }, "clases", "classes"],
  ["deblurring", { channels: 1, sigma: 0.1, width: 1 }, "clases", "classes"],
  ["dequantisation", { channels: 1, sigma: 0.1, quality: 9 }, "clases", "classes"],
  ["uncoupledSuperResolution", { factor: 2, channels: 1 }, "clases", "classes"],
  ["gaussianMixture", { components: [component] }, "labeled", "labelled"],
  ["imputation", { mask: tiles(), dim: 2 }, "clases", "classes"],
  ["joinedByOT", { coupling: independent() }, "costs", "cost"],
  ["ringPairs", { sigma: 0.1 }, "shares", "share"],
  ["unmaskedInpainting", { mask: tiles(), hole: "grey" }, "sigm", "sigma"],
  ["labelDropout", { p: 0.1 }, "P", "p", [independent({ classes: 2 })]],
  ["conditionDropout", { p: 0.1, kinds: [partKinds.labels] }, "whta", "what", [independent({ classes: 2 })]],
  [
    "embeddingDropout",
    { p: 0.1 },
    "P",
    "p",
    [lib.withEmbedding(independent(), { width: 2, of: () => points })],
  ],
  ["softLabels", { classes: 2 }, "smooth", "smoothing", [independent()]],
  ["withLabels", { classes: 2 }, "mising", "missing", [independent()]],
  ["withEmbedding", { width: 2 }, "mising", "missing", [independent()]],
  ["gaussianBlur", { width: 1 }, "widht", "width"],
  ["jpegLike", { quality: 9 }, "yCbCr", "ycbcr"],
  ["lanczosDown", { factor: 2 }, "lobe", "lobes"],
  ...["averagePool", "bicubicDown", "bicubicUp", "bilinearUp", "nearestUp"].map(
    (name): [string, object, string, string] => [name, { factor: 2 }, "factr", "factor"],
  ),
  ["columns", { spans: [[0, 1]] }, "P", "p"],
  ["embeddingPart", { width: 2 }, "mising", "missing"],
  ["labelWeightsPart", { classes: 2 }, "mising", "missing"],
  ["labelsPart", { classes: 2 }, "mising", "missing"],
  ["bernstein", { beta: [0.5] }, "aplha", "alpha"],
  ...["brownian", "parabola", "sigmoidBump", "sinSquared", "wiener"].map(
    (name): [string, object, string, string] => [name, {}, "scael", "scale"],
  ),
  ...["encodingDecoding", "mirror", "trigonometric", "variancePreserving"].map(
    (name): [string, object, string, string] => [name, {}, "Gamma", "gamma"],
  ),
  ["polynomial", { power: 2 }, "Gamma", "gamma"],
  [
    "makeGamma",
    { name: "t(1−t)", curve: (t: number) => ({ gamma: t * (1 - t), dGamma: 1 - 2 * t }) },
    "scael",
    "scale",
  ],
  ["ownGamma", { gamma: (t: number) => t * (1 - t) }, "nmae", "name"],
  ["ownSchedule", { alpha: (t: number) => 1 - t, beta: (t: number) => t }, "Gamma", "gamma"],
  [
    "makeInterpolant",
    {
      ...{ name: "straight", gamma: noLatent },
      alphaBeta: (t: number) => ({ alpha: 1 - t, beta: t, dAlpha: -1, dBeta: 1 }),
    },
    "nmae",
    "name",
  ],
  ...["baseLoss", "dataLoss", "denoiserLoss", "driftLoss", "noiseLoss", "velocityLoss"].map(
    (name): [string, object, string, string] => [name, {}, "eror", "error"],
  ),
  ["scoreLoss", {}, "form", "from"],
  ["restLoss", {}, "eror", "error", [{}]],
  ["pseudoHuber", { c: 0.1 }, "C", "c"],
  ["quadraticGrid", { towards: 1 }, "toward", "towards"],
  ["geometricGrid", { towards: 1, last: 0.1 }, "toward", "towards"],
  ["sinkhorn", { epsilon: 0.1 }, "tolerence", "tolerance"],
  ["unbalanced", { epsilon: 0.1, penalty: 1 }, "tolerence", "tolerance"],
  ["logitNormalTimes", {}, "maen", "mean"],
  ["moons", { n: 4, rng: rng(0) }, "widht", "width"],
  ["eightGaussians", { n: 4, rng: rng(0) }, "radus", "radius"],
  ["rings", { n: 4, rng: rng(0) }, "radi", "radii"],
  ["spirals", { n: 4, rng: rng(0) }, "turn", "turns"],
  ["copiedShare", { generated: points, train: points }, "ration", "ratio"],
  ["precisionRecall", { real: points, generated: points }, "K", "k"],
  ["densityCoverage", { real: points, generated: points }, "K", "k"],
  ["slicedW2", { rng: rng(0) }, "projection", "projections", [points, points]],
  ["sinkhornW2", { epsilon: 0.1 }, "tolerence", "tolerance", [points, points]],
  ["sinkhornDivergence", { epsilon: 0.1 }, "tolerence", "tolerance", [points, points]],
  ["bitsPerDim", { dimensions: 2 }, "bins", "bin", [[1]]],
];

it.each(cases)("%s", (name, given, misspelt, nearest, before = []) => {
  expect(() => named[name](...before, given)).not.toThrow();
  expect(() => named[name](...before, { ...given, [misspelt]: 1 })).toThrow(
    new RegExp(`^There is no option "${misspelt}" of .+\\. Did you mean "${nearest}"\\?$`),
  );
});

it("refuses a misspelt option of a mixture's component, and says of which", () => {
  const components = [component, { ...component, lable: 1 } as typeof component];
  expect(() => gaussianMixture({ components })).toThrow(
    'There is no option "lable" of component 1. Did you mean "label"?',
  );
});

it("refuses a number in place of options", () => {
  expect(() => brownian(2 as Any)).toThrow(
    "Expected a record of options of brownian, such as { scale: … }, but received 2.",
  );
  expect(() => named.labelDropout(independent({ classes: 2 }), 0.1)).toThrow("such as { p: … }");
});

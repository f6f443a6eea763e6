import { expect, it } from "vitest";
import * as lib from "../lib";
import * as rooms from "../lib/couplings";

// Whatever draws refuses a generator that was left out, or a seed in its place, in a sentence: every
// coupling, every mask and every set of points that the library exports.

// biome-ignore lint/suspicious/noExplicitAny: as scripts see it
type Any = any;
type Draw = (rng: Any) => unknown;

const labels = Int32Array.of(0, 1, 0, 1);
const embedding = lib.zeros([4, 2]);
const images = { x: lib.rng(0).normals([4, 8, 8, 3]), labels };
const points = { x: lib.rng(0).normals([4, 2]), labels, embedding, x0: lib.zeros([4, 2]) };
const request = { shape: [4, 2], labels, embedding };
const mask = lib.tiles({ grid: 2 });
const many = lib.rng(0).normals([40, 2]);
const squares = { x: lib.rng(0).normals([12, 8, 8, 1]) };
const filled = {
  x: lib.rng(1).normals([12, 8, 8, 1]),
  truth: squares.x,
  keep: lib.centre().draw({ n: 12, h: 8, w: 8 }, lib.rng(0)),
};
const cells = lib.anyCells();
const independent = lib.independent();
const labelled = lib.independent({ classes: 2 });
const embedded = lib.withEmbedding(independent, { width: 2 });
/** A base that takes no notice of its generator. */
const base = (shape: readonly number[]) => lib.zeros(shape);
const sigma = 0.1;
const channels = 3;

/** A coupling whose draws and, where it has one, `start` are to refuse. */
const ofCoupling = (coupling: lib.Coupling, targets: lib.Samples = points): Record<string, Draw> => ({
  draw: (rng) => coupling.draw(targets, rng),
  ...(coupling.start && { start: (rng) => coupling.start?.(request, rng) }),
});
const ofImages = (coupling: lib.Coupling) => ofCoupling(coupling, images);
const ofMask = (sampler: lib.MaskSampler): Record<string, Draw> => ({
  draw: (rng) => sampler.draw({ n: 2, h: 8, w: 8 }, rng),
});

const ones = lib.ndarray([2], [1, 1]);
const none = lib.zeros([2]);
const moments = { mean0: none, mean1: none, variance0: ones, variance1: ones, covariance: none };
const mixture = lib.diagonalMixture({ components: [{ weight: 1, moments }] });
const plan = { points: points.x, assign: async () => Int32Array.of(0, 1, 2, 3) } as Any;
const imputation = lib.imputation({ mask: cells, dim: 2 });
const gaussians = lib.threeModes({ pairing: "matched" });

const ofMixture = (coupling: lib.MixtureCoupling): Record<string, Draw> => ({
  ...ofCoupling(coupling),
  targets: (rng) => coupling.targets(2, rng),
});
const cov = [
  [1, 0],
  [0, 1],
];
const mixtures: Record<string, Record<string, Draw>> = {
  gaussianMixture: ofMixture(
    lib.gaussianMixture({
      components: [0, 1].map(() => ({ weight: 1, mean0: [0, 0], mean1: [0, 0], cov00: cov, cov11: cov })),
    }),
  ),
  ringPairs: ofMixture(lib.ringPairs({ sigma: 1, share: 1 })),
  threeModes: ofMixture(gaussians),
};

const drawn: Record<string, Record<string, Draw>> = {
  balancedDraws: { call: (rng) => lib.balancedDraws({ coupling: gaussians, n: 18, rng }) },
  classGaussian: ofCoupling(lib.classGaussian({ samples: points, classes: 2, labelled: true })),
  colourisation: ofImages(lib.colourisation({ sigma })),
  conditionDropout: ofCoupling(lib.conditionDropout(labelled, { p: 0.5, kinds: [lib.partKinds.labels] })),
  couplingStrength: { call: (rng) => lib.couplingStrength({ coupling: independent, targets: points, rng }) },
  dataDependent: ofCoupling(lib.dataDependent({ mean: ({ x }) => x, sigma })),
  deblurring: ofImages(lib.deblurring({ channels, width: 1, sigma })),
  dequantisation: ofImages(lib.dequantisation({ channels, quality: 10, sigma })),
  diagonalMixture: { ...ofCoupling(mixture, { x: points.x }), targets: (rng) => mixture.targets(2, rng) },
  drawAhead: {
    call: (rng) => lib.drawAhead({ coupling: independent, data: points, batch: 2, batches: 1, rng }),
  },
  embeddingDropout: ofCoupling(lib.embeddingDropout(embedded, { p: 0.5 })),
  fittedGaussian: ofCoupling(lib.fittedGaussian({ samples: points })),
  imputation: { ...ofCoupling(imputation), impute: (rng) => imputation.impute(points, rng) },
  independent: {
    ...ofCoupling(independent),
    "draw from a base of one's own": (rng) => lib.independent({ base }).draw(points, rng),
  },
  inpainting: {
    ...ofImages(lib.inpainting({ mask })),
    "draw for points": (rng) => lib.inpainting({ mask: cells }).draw(points, rng),
  },
  joinedByOT: ofCoupling(lib.joinedByOT({ coupling: independent })),
  knownCells: {
    ...ofCoupling(lib.knownCells({ mask: cells })),
    "draw from a Gaussian": (rng) =>
      lib
        .knownCells({ mask: cells, gaussian: lib.gaussianRows(lib.rng(0).normals([20, 2])) })
        .draw({ x: points.x, keep: lib.zeros([4, 2]) }, rng),
  },
  labelDropout: ofCoupling(lib.labelDropout(labelled, { p: 0.5 })),
  minibatchOT: {
    ...ofCoupling(lib.minibatchOT()),
    "draw from a base of one's own": (rng) => lib.minibatchOT({ base }).draw(points, rng),
  },
  paired: ofCoupling(lib.paired()),
  pairMoments: { call: (rng) => lib.pairMoments({ coupling: independent, data: points, draws: 4, rng }) },
  restoration: ofImages(lib.restoration({ channels, sigma, corrupt: (x) => x })),
  semidiscreteOT: ofCoupling(lib.semidiscreteOT({ plan })),
  softLabels: ofCoupling(lib.softLabels(independent, { classes: 2 })),
  superResolution: ofImages(lib.superResolution({ factor: 2, channels, sigma })),
  uncoupledInpainting: ofImages(lib.uncoupledInpainting({ mask, channels })),
  uncoupledPaired: ofCoupling(lib.uncoupledPaired({ channels: 2 })),
  uncoupledSuperResolution: ofImages(lib.uncoupledSuperResolution({ factor: 2, channels })),
  unmaskedInpainting: ofImages(lib.unmaskedInpainting({ mask, hole: "grey" })),
  withEmbedding: ofCoupling(embedded),
  withLabels: ofCoupling(lib.withLabels(independent, { classes: 2 })),

  anyCells: ofMask(cells),
  centre: ofMask(lib.centre()),
  columns: { draw: (rng) => lib.columns({ spans: [[0, 2]] }).draw({ n: 2, h: 1, w: 2 }, rng) },
  half: ofMask(lib.half()),
  makeMask: ofMask(lib.makeMask("own", (keep) => keep.fill(0))),
  rectangle: ofMask(lib.rectangle()),
  strokes: ofMask(lib.strokes()),
  tiles: ofMask(mask),

  bootstrap: {
    call: (rng) => lib.bootstrap({ n: 8, statistic: (rows) => rows[0], kind: "percentile", rng }),
  },
  classifierTest: { call: (rng) => lib.classifierTest({ ...filled, rng }) },
  distanceFloor: {
    call: (rng) => lib.distanceFloor({ train: points.x, test: points.x, n: 2, distance: lib.exactW2, rng }),
  },
  edgePatchDistance: { call: (rng) => lib.edgePatchDistance({ ...filled, rng }) },
  gaussianRows: { sample: (rng) => lib.gaussianRows(points.x).sample(2, rng) },
  kernelDistance: {
    call: (rng) => lib.kernelDistance(many, many, { blockSize: 10, rng: rng ?? null }),
  },
  kMeans: { call: (rng) => lib.kMeans({ x: points.x, count: 2, rng }) },
  mixtureLawTest: {
    call: (rng) =>
      lib.mixtureLawTest({ x: points.x, coupling: gaussians, interpolant: lib.linear(), t: 1, rng }),
  },
  outlierPixels: { call: (rng) => lib.outlierPixels({ ...filled, rng }) },
  permutationTest: {
    call: (rng) => lib.permutationTest({ a: many.data, b: many.data, paired: true, most: 100, rng }),
  },
  rankHistogram: {
    call: (rng) => lib.rankHistogram({ members: [points.x, points.x], truth: points.x, rng }),
  },
  slicedW2: { call: (rng) => lib.slicedW2(points.x, points.x, { rng }) },

  batchOf: { call: (rng) => lib.batchOf(points, 2, rng) },
  shuffled: { call: (rng) => lib.shuffled(points, rng) },
  missingCells: { call: (rng) => lib.missingCells(points.x, { share: 0.5, kind: "large", rng }) },
  tableFaults: { call: (rng) => lib.tableFaults(points.x, { fault: "outcome", rng }) },
  weakLabels: { call: (rng) => lib.weakLabels(points, { classes: 2, rng }) },
  checkerboard: { call: (rng) => lib.checkerboard({ n: 4, rng }) },
  eightGaussians: { call: (rng) => lib.eightGaussians({ n: 4, rng }) },
  moons: { call: (rng) => lib.moons({ n: 4, rng }) },
  rings: { call: (rng) => lib.rings({ n: 4, rng }) },
  spirals: { call: (rng) => lib.spirals({ n: 4, rng }) },
};

/** What the room of couplings exports besides, of which nothing is drawn. */
const still = [
  ...["atBase", "atData", "averagePool", "bicubicDown", "bicubicUp", "bilinearUp", "classBases"],
  ...[
    "conditionWeight",
    "gaussianBlur",
    "greyscale",
    "jpegLike",
    "lanczosDown",
    "nearestLabels",
    "nearestUp",
  ],
  "solveSigma",
];

it("has every coupling and every mask on its list", () => {
  const functions = Object.entries(rooms).filter(([, value]) => typeof value === "function");
  const listed = [...Object.keys(drawn), ...still, ...Object.keys(mixtures)];
  expect(functions.map(([name]) => name).filter((name) => !listed.includes(name))).toEqual([]);
});

it.each(
  Object.entries({ ...drawn, ...mixtures }).flatMap(([name, ways]) =>
    Object.entries(ways).map(([way, draw]) => ({ name, way, draw })),
  ),
)("$name, $way, draws by a generator and by nothing else", async ({ draw }) => {
  for (const [given, received] of [
    [undefined, "none"],
    [0, "0"],
    [lib.rng, "a function"],
  ]) {
    const refused = Promise.resolve().then(() => draw(given));
    await expect(refused).rejects.toThrow(`Expected a generator, such as rng(0), but received ${received}.`);
    await expect(refused).rejects.toBeInstanceOf(lib.UsageError);
  }
  await Promise.resolve().then(() => draw(lib.rng(0)));
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, expect, it } from "vitest";
import {
  adam,
  adamsBashforth,
  anyCells,
  arrays,
  atBase,
  brownian,
  centre,
  checkerboard,
  cosine,
  cosineGrid,
  dataDependent,
  dopri5,
  eightGaussians,
  euler,
  eulerMaruyama,
  exact,
  exactFlow,
  exactW2,
  exportField,
  guided,
  half,
  heun,
  imageFolder,
  independent,
  inpainting,
  learnClassBase,
  learnCoupling,
  learnSchedule,
  linear,
  logitNormalTimes,
  makeField,
  minibatchOT,
  minimise,
  mlp,
  moons,
  muon,
  ndarray,
  networkField,
  paired,
  pseudoHuber,
  rectangle,
  rings,
  rng,
  saveModel,
  scoreFromData,
  scoreFromVelocity,
  sit,
  solveOde,
  solveSde,
  spirals,
  stepLR,
  stochasticHeun,
  strokes,
  superResolution,
  table,
  tiles,
  train,
  trapezoid,
  UsageError,
  uncoupledInpainting,
  unet,
  velocityLoss,
  zeros,
} from "../lib";
import { assertKnown } from "../lib/errors";

// Scripts run without a check of types: what is often passed in place of something else is refused in a
// sentence, not by a TypeError from within.

const folder = mkdtempSync(join(tmpdir(), "wrong-"));
afterAll(() => rmSync(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: as scripts see it
type Any = any;
const wrong = (value: unknown): Any => value;

const data = moons({ n: 8, rng: rng(0) });
const network = mlp({ dim: 2, width: 4, depth: 1 });
const options = {
  data,
  coupling: independent(),
  interpolant: linear(),
  network,
  steps: 1,
  batch: 4,
  seed: 0,
};
const trainings: Record<string, (given: Any) => unknown> = {
  train,
  learnSchedule,
  learnCoupling: (given) => learnCoupling({ ...given, encoder: network, klWeight: 1 }),
  learnClassBase: (given) => learnClassBase({ ...given, classes: 2, klWeight: 1 }),
};
/** A quadratic to minimise, under these options. */
const minimal = ({ optimizer }: Any) => ({
  ...{ name: "square", initial: { at: zeros([1]) }, steps: 1, optimizer },
  batch: () => ({ to: { shape: [1], data: new Float32Array(1) } }),
  loss: ({ at }: Any, { to }: Any) => tf.mean(tf.square(tf.sub(at, to))),
});
const still = makeField(() => async (x) => ndarray(x.shape, new Float32Array(x.data.length)));
const start = { x: rng(0).normals([5, 2]), xi: {} };
const method = euler({ steps: 1 });
const b = networkField({ network, parameters: network.init(rng(0)) });
const image = { x: rng(0).normals([2, 8, 8, 1]) };
const method_ = "Expected a method, such as dopri5() or euler({ steps: 20 }), but received";
const generator = "Expected a generator, such as rng(0), but received";

it.each<[what: string, work: () => unknown, message: string]>([
  ["fewer points than none", () => moons({ n: -1, rng: rng(0) }), "0 or more, as n, but received -1."],
  ["no number of points", () => moons(wrong({ rng: rng(0) })), "as n, but received undefined."],
  ["no generator", () => moons(wrong({ n: 5 })), `${generator} none.`],
  ...[moons, eightGaussians, checkerboard, rings, spirals].map((draw): [string, () => unknown, string] => [
    `a seed as the generator of ${draw.name}`,
    () => draw(wrong({ n: 5, rng: 0 })),
    `${generator} 0.`,
  ]),
  ["a seed for a coupling", () => independent().draw(data, wrong(0)), `${generator} 0.`],
  [
    "a seed for a coupling that depends on data",
    () => inpainting({ mask: tiles({ grid: 2, p: 0.5 }) }).draw(image, wrong(0)),
    `${generator} 0.`,
  ],
  [
    "a coupling that wasn't called",
    () => train({ ...options, coupling: wrong(independent) }),
    "Expected a coupling, such as independent(), but received a function.",
  ],
  [
    "an interpolant that wasn't called",
    () => train({ ...options, interpolant: wrong(linear) }),
    "Expected an interpolant, such as linear(), but received a function.",
  ],
  [
    "no network",
    () => train(wrong({ ...options, network: undefined })),
    "a network, such as mlp({ dim: 2 })",
  ],
  [
    "lists of numbers as data",
    () =>
      train({
        ...options,
        data: {
          x: wrong([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        },
      }),
    "but received an x that is a plain array. Give it a shape: ndarray([3, 2], [...].flat()).",
  ],
  [
    "no data for class bases",
    () => trainings.learnClassBase({ ...options, data: undefined }),
    "Expected data { x }, x of shape [n, ...], but received none. Pass a split, such as data.train.",
  ],
  [
    "lists as data",
    () => train({ ...options, data: wrong([[1, 2]]) }),
    "but received a plain array. Give it a",
  ],
  ["no options", () => solveOde(still, start, wrong(undefined)), `${method_} none.`],
  ["no method", () => solveOde(still, start, wrong({})), `${method_} none.`],
  ["a method's name", () => solveOde(still, start, { method: wrong("euler") }), `${method_} "euler".`],
  [
    "a method that wasn't called",
    () => solveOde(still, start, { method: wrong(euler) }),
    `${method_} a function.`,
  ],
  [
    "a stochastic method for the ODE",
    () => solveOde(still, start, { method: wrong(eulerMaruyama({ steps: 2 })) }),
    `${method_} a method for solveSde.`,
  ],
  [
    "another object as a method",
    () => solveOde(still, start, { method: wrong({ kind: "implicit" }) }),
    `${method_} an object.`,
  ],
  [
    "a method that wasn't called, by name",
    () => solveOde(still, start, { method: wrong(heun) }),
    `${method_} a function. It must be called: heun(…).`,
  ],
  ...(
    [
      ["no options", undefined, "none."],
      ["no method", { rng: rng(0), epsilon: 1 }, "none."],
      ["a method's name", { method: "heun", rng: rng(0), epsilon: 1 }, '"heun".'],
      ...Object.values({
        euler: euler({ steps: 2 }),
        heun: heun({ steps: 2 }),
        dopri5: dopri5(),
        adamsBashforth: adamsBashforth({ steps: 2 }),
      }).map((method) => [
        `a method for the ODE, ${method.kind},`,
        { method, rng: rng(0), epsilon: 1 },
        "a method for solveOde.",
      ]),
      [
        "a method that wasn't called",
        { method: stochasticHeun, rng: rng(0), epsilon: 1 },
        "a function. It must be called: stochasticHeun(…).",
      ],
    ] as [string, unknown, string][]
  ).map(([what, given, received]): [string, () => unknown, string] => [
    `${what} for the SDE`,
    () => solveSde({ b: still, s: still }, start, wrong(given)),
    "Expected a stochastic method, such as eulerMaruyama({ steps: 50 }) or " +
      `stochasticHeun({ steps: 50 }), but received ${received}`,
  ]),
  ...[undefined, 0].map((given): [string, () => unknown, string] => [
    `${given === undefined ? "no" : "a seed as the"} generator of the SDE's noise`,
    () =>
      solveSde({ b: still, s: still }, start, {
        ...{ method: eulerMaruyama({ steps: 2 }), epsilon: 1 },
        rng: wrong(given),
      }),
    `${generator} ${given ?? "none"}.`,
  ]),
  ...(
    [
      [undefined, "none. For a base without noise give 0."],
      ["0.1", '"0.1".'],
      [true, "true."],
      [{}, "an object."],
      [[0.1, 0.2], "a plain array. Standard deviations need a shape: ndarray([2], [...])."],
      [[["1"]], "a plain array."],
    ] as const
  ).flatMap(([sigma, received]) =>
    Object.entries({
      superResolution: () => superResolution({ factor: 2, channels: 1, sigma: wrong(sigma) }),
      dataDependent: () => dataDependent({ mean: ({ x }) => x, sigma: wrong(sigma) }),
      "a function of the targets": () =>
        dataDependent({ mean: ({ x }) => x, sigma: () => wrong(sigma) }).draw(data, rng(0)),
    }).map(([where, work]): [string, () => unknown, string] => [
      `the sigma ${JSON.stringify(sigma)} of ${where}`,
      work,
      `but received ${received}`,
    ]),
  ),
  [
    "lists as an initial state",
    () => solveOde(still, { x: wrong([[1, 2]]), xi: {} }, { method }),
    "x of shape [n, ...], but received an x that is a plain array. Give it a shape: ndarray([1, 2],",
  ],
  [
    "a model as a field",
    () => solveOde(wrong({ network }), start, { method }),
    "Expected a field, such as model.field(), but received an object.",
  ],
  [
    "points of another dimension, of which the shape is given as it was",
    () => solveOde(b, { x: rng(0).normals([5, 3]), xi: {} }, { method }),
    "Expected points of shape [any, 2] for the MLP, but received shape [5, 3].",
  ],
  [
    "a size in quotes",
    () => imageFolder(folder, { size: wrong("32") }),
    'Expected a size of whole pixels from 1 to 4096, but received "32".',
  ],
  [
    "a model of `train` for `saveModel`",
    () => saveModel(join(folder, "a.safetensors"), wrong({ network, parameters: network.init(rng(0)) })),
    "Expected a model of trainModel, with its moments, but received one without. " +
      "For a model of train, use saveNetwork(path, model).",
  ],
  [
    "a misspelt option of imageFolder",
    () => imageFolder(folder, wrong({ siez: 8 })),
    'There is no option "siez" of imageFolder. Did you mean "size"?',
  ],
  ["a misspelt option of table", () => table([{ a: 1 }], wrong({ targets: [] })), 'Did you mean "target"?'],
  [
    "a misspelt option of arrays",
    () => arrays(image.x, wrong({ lables: [] })),
    'There is no option "lables" of arrays.',
  ],
  [
    "a misspelt option of train",
    () => train(wrong({ ...options, steps: undefined, clipnorm: 1 })),
    'Did you mean "clipNorm"?',
  ],
  ...(
    [
      ["learningRate", 1e-3, "It is the optimizer's: give optimizer: adam({ learningRate: 0.001 })."],
      ["lr", 0.01, "It is the optimizer's: give optimizer: adam({ learningRate: 0.01 })."],
      ["lr", "1e-3", "It is the optimizer's: give optimizer: adam({ learningRate: 1e-3 })."],
      ["weightDecay", 0.1, "It is the optimizer's: give optimizer: adam({ weightDecay: 0.1 })."],
      ["epochs", 3, "Give steps: of an epoch there are as many as samples divided by batch"],
      ["batchsize", 4, 'Did you mean "batch"?'],
      ["optimiser", adam(), 'Did you mean "optimizer"?'],
    ] as const
  ).flatMap(([option, value, advice]) =>
    Object.entries(trainings).map(([name, work]): [string, () => unknown, string] => {
      const { batch, ...rest } = options;
      return [
        `${option} of ${name}`,
        () => work(wrong({ ...rest, [option]: value })),
        `There is no option "${option}" of ${name}. ${advice}`,
      ];
    }),
  ),
  ...Object.entries({ ...trainings, minimise: (given: object) => minimise(wrong(minimal(given))) }).flatMap(
    ([name, work]) =>
      [
        ["an optimizer's name for", "adam", '"adam"'],
        ["an optimizer that wasn't called for", adam, "a function"],
        ["another object as the optimizer of", {}, "an object"],
      ].map(([what, optimizer, received]): [string, () => unknown, string] => [
        `${what} ${name}`,
        () => work(wrong({ ...options, optimizer })),
        `Expected an optimizer, such as adam({ learningRate: 1e-3 }), but received ${received}.`,
      ]),
  ),
  ...(
    [
      [
        "lr of adam",
        () => adam(wrong({ lr: 1e-3 })),
        'There is no option "lr" of adam. There are learningRate,',
      ],
      ["learningrate of adam", () => adam(wrong({ learningrate: 1 })), 'Did you mean "learningRate"?'],
      ["weightdecay of muon", () => muon(wrong({ weightdecay: 0.1 })), 'Did you mean "weightDecay"?'],
      ["warmUp of cosine", () => cosine(wrong({ steps: 9, warmUp: 2 })), 'Did you mean "warmup"?'],
      ["decays of trapezoid", () => trapezoid(wrong({ steps: 9, decays: 2 })), 'Did you mean "decay"?'],
      ["gamma of stepLR", () => stepLR(wrong({ gamma: 0.9 })), "There are every, factor."],
      ["tol of dopri5", () => dopri5(wrong({ tol: 1e-3 })), 'Did you mean "rtol"?'],
      ["gird of euler", () => euler(wrong({ steps: 2, gird: cosineGrid })), 'Did you mean "grid"?'],
      ["hidden of mlp", () => mlp(wrong({ dim: 2, hidden: 8 })), 'There is no option "hidden" of mlp.'],
      ["dims of unet", () => unet(wrong({ channels: 1, dims: 8 })), 'Did you mean "dim"?'],
      ["layers of sit", () => sit(wrong({ channels: 1, layers: 8 })), 'There is no option "layers" of sit.'],
      ["Gamma of linear", () => linear(wrong({ Gamma: brownian() })), 'Did you mean "gamma"?'],
      ["clases of independent", () => independent(wrong({ clases: 2 })), 'Did you mean "classes"?'],
      [
        "class of inpainting",
        () => inpainting(wrong({ mask: tiles(), class: 2 })),
        'There is no option "class" of inpainting. Did you mean "classes"?',
      ],
      [
        "labels of uncoupledInpainting",
        () => uncoupledInpainting(wrong({ mask: tiles(), channels: 1, labels: 2 })),
        'There is no option "labels" of uncoupledInpainting.',
      ],
      [
        "clases of superResolution",
        () => superResolution(wrong({ factor: 2, channels: 1, sigma: 0.1, clases: 2 })),
        'There is no option "clases" of the coupling "super-resolution ×2". Did you mean "classes"?',
      ],
      [
        "conditionOnx0 of paired",
        () => paired(wrong({ conditionOnx0: {} })),
        'Did you mean "conditionOnX0"?',
      ],
      ["aware of minibatchOT", () => minibatchOT(wrong({ classes: 2, aware: true })), "of minibatchOT."],
      ["gird of tiles", () => tiles(wrong({ gird: 4 })), 'Did you mean "grid"?'],
      ["maximum of rectangle", () => rectangle(wrong({ maximum: 1 })), "There are min, max."],
      ["turn of strokes", () => strokes(wrong({ turn: 1 })), 'Did you mean "turns"?'],
      ["share of centre", () => centre(wrong({ share: 1 })), "There are fraction."],
      ["sides of half", () => half(wrong({ sides: "left" })), 'Did you mean "side"?'],
      ["none of anyCells", () => anyCells(wrong({ none: 1 })), "There are nothing."],
      [
        "sigma of scoreFromVelocity",
        () => scoreFromVelocity(still, wrong({ interpolant: linear(), sigma: 0.1 })),
        'There is no option "sigma" of scoreFromVelocity. There are interpolant, base.',
      ],
      [
        "std of a base",
        () => scoreFromData(still, wrong({ interpolant: linear(), base: { std: 0.1 } })),
        'There is no option "std" of the base of scoreFromData.',
      ],
      ["w of guided", () => guided(still, wrong({ w: 2 })), 'There is no option "w" of guided.'],
      ["intervall of guided", () => guided(still, wrong({ scale: 2, intervall: [0, 1] })), '"interval"?'],
      ["saveat of solveOde", () => solveOde(still, start, wrong({ method, saveat: [1] })), '"saveAt"?'],
      [
        "laststep of solveSde",
        () =>
          solveSde({ b: still, s: still }, start, {
            ...{ method: eulerMaruyama({ steps: 2 }), epsilon: 1, rng: rng(0) },
            ...wrong({ laststep: "mean" }),
          }),
        'Did you mean "lastStep"?',
      ],
    ] satisfies [string, () => unknown, string][]
  ).map(([what, work, message]): [string, () => unknown, string] => [`the option ${what}`, work, message]),
  ...(
    [
      [
        "a γ",
        () => linear({ gamma: wrong(brownian) }),
        "such as brownian(), but received a function. It must",
      ],
      ["a number as γ", () => linear({ gamma: wrong(1) }), 'a γ for the interpolant "linear"'],
      [
        "a mask",
        () => inpainting({ mask: wrong(tiles) }).draw(image, rng(0)),
        "a function. It must be called.",
      ],
      [
        "a solver of transport",
        () => minibatchOT({ solver: wrong(exact) }),
        "such as exact(), but received a",
      ],
      [
        "a schedule",
        () => adam({ schedule: wrong(stepLR) }),
        "a schedule, such as cosine({ steps: 1000 }), but",
      ],
      ["a schedule's name", () => adam({ schedule: wrong("cosine") }), 'but received "cosine".'],
      [
        "names to except",
        () => muon({ except: wrong("out") }),
        'a regular expression as except, but received "out"',
      ],
      [
        "a grid's name",
        () => euler({ steps: 2, grid: wrong("cosine") }),
        "a grid for Euler, such as cosineGrid",
      ],
      [
        "a guidance scale",
        () => guided(still, { scale: wrong("2") }),
        "a guidance scale, such as 2, or a function",
      ],
      [
        "a density of times",
        () => train({ ...options, timeDensity: wrong(logitNormalTimes) }),
        "a density of times, such as logitNormalTimes(), but received a function.",
      ],
      [
        "an error",
        () => train({ ...options, objective: velocityLoss({ error: wrong(pseudoHuber) }) }),
        "an objective's error, such as squaredError(), but received a function.",
      ],
    ] satisfies [string, () => unknown, string][]
  ).map(([what, work, message]): [string, () => unknown, string] => [
    `something else, or uncalled, in place of ${what}`,
    work,
    message,
  ]),
  [
    "an objective that wasn't called",
    () => train({ ...options, objective: wrong(velocityLoss) }),
    "Expected an objective, such as velocityLoss(), but received a function.",
  ],
  [
    "an objective's name",
    () => train({ ...options, objective: wrong("velocity") }),
    'Expected an objective, such as velocityLoss(), but received "velocity".',
  ],
  [
    "a coupling that wasn't called for a schedule",
    () => learnSchedule({ ...options, coupling: wrong(independent) }),
    "Expected a coupling, such as independent(), but received a function.",
  ],
  [
    "an interpolant that wasn't called for a coupling",
    () => learnCoupling({ ...options, encoder: network, klWeight: 1, interpolant: wrong(linear) }),
    "Expected an interpolant, such as linear(), but received a function.",
  ],
  [
    "a coupling to be learned without an encoder",
    () => learnCoupling(wrong({ ...options, klWeight: 1 })),
    "Expected a network as encoder, such as mlp({ dim: 2 }), but received none.",
  ],
  ...(
    [
      ["rtol", 1e-8, "It is the method's: give method: dopri5({ rtol: 1e-8 })."],
      ["tolerance", 0.01, "It is the method's: give method: dopri5({ rtol: 0.01 })."],
      ["steps", 9, "It is the method's: give it as in euler({ steps: 9 })."],
      ["t1", 0.5, "The times are called from and to: time runs from 0, the base, to 1, the data."],
    ] as const
  ).flatMap(([option, value, advice]) =>
    ["solveOde", "solveSde"].map((name): [string, () => unknown, string] => [
      `${option} of ${name}, which is not its own`,
      () =>
        name === "solveOde"
          ? solveOde(still, start, wrong({ method, [option]: value }))
          : solveSde(
              { b: still, s: still },
              start,
              wrong({ method: eulerMaruyama({ steps: 1 }), epsilon: 1, rng: rng(0), [option]: value }),
            ),
      `There is no option "${option}" of ${name}. ${advice}`,
    ]),
  ),
  [
    "plain arrays as sets of points",
    () => exactW2(wrong([[1]]), wrong([[2]])),
    "as an array with a shape, such as ndarray([2, 1], [0.5, 1]), but received a plain array.",
  ],
  [
    "a field that gives bare numbers",
    () =>
      solveOde(
        makeField(() => wrong((x: Any) => x.data)),
        start,
        { method },
      ),
    "Expected an array of shape [",
  ],
  [
    "an exact flow of a coupling without a known law",
    () => exactFlow(wrong({ coupling: independent(), interpolant: linear() })),
    'such as threeModes({ pairing: "matched" }), whose law is known, but received "',
  ],
  [
    "an export without an example",
    () => exportField(join(folder, "b.onnx"), wrong({ network }), wrong({})),
    "Expected an example of what the field is given, { example: { x, xi } }, but received none.",
  ],
  [
    "normals of no shape",
    () => rng(0).normals(wrong(5)),
    "Expected a shape, such as [2, 3], but received 5.",
  ],
  [
    "normals of a negative shape",
    () => rng(0).normals([-1, 2]),
    "Expected a shape of whole numbers of 0 or more",
  ],
])("refuses %s", async (_, work, message) => {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => expect.unreachable(),
      (error) => error,
    );
  expect(error.message).toContain(message);
  expect(error).toBeInstanceOf(UsageError);
});

it("takes records with more in them, where options are often spread from those", async () => {
  expect(() =>
    assertKnown({ steps: 1, colour: 2 }, { steps: true, seed: true }, "train", { likely: true }),
  ).not.toThrow();
  const { losses } = await train({ ...options, ...({ colour: "red" } as object) });
  expect(losses.length).toBe(1);
  const optimizer = adam({ learningRate: 0.01 });
  expect((await train({ ...options, optimizer, ...{ learningRate: 0.01 } })).losses.length).toBe(1);
  for (const [name, work] of Object.entries(trainings)) {
    const labelled = { ...data, labels: new Int32Array(8) };
    // Each takes a record of what another needs: these are refused by none.
    const all = {
      antithetic: false,
      snapshots: [],
      lossOver: "all",
      accumulationSteps: 1,
      degree: 2,
      speed: 1,
    };
    await expect(work({ ...options, ...all, data: labelled }), name).resolves.toBeDefined();
  }
  const pairs = await independent().draw(data, rng(1));
  expect((await solveOde(still, atBase(pairs), { method })).x.data).toEqual(pairs.x0.data);
});

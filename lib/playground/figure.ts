import { type NdArray, ndarray, sliceRows } from "../array";
import type { DiagonalGaussians } from "../couplings/diagonal-gaussian";
import { toBytes } from "../data/pixels";
import { expected } from "../errors";
import { encodeModel, modelVelocity, type RestModel } from "../experiments/models/velocity";
import type { Displayable, MimeBundle } from "../figures/figure";
import { imageGrid } from "../figures/image-grid/image-grid";
import { trajectories } from "../figures/trajectories";
import { toBase64 } from "./packing/base64";
import { baseNames } from "./packing/model";
import { pack } from "./packing/packed";
import { type CarriedPictures, type CarriedPlay, playgroundMime } from "./spec";
import { drawClass } from "./work/classes";
import type { Bench, Flow } from "./work/flow";
import { fillHole, tiledKeep } from "./work/in-painting";
import { planeAtFirst, planeFlow } from "./work/plane";
import type { Solver } from "./work/solver";
import { sharpen } from "./work/super-resolution";

/** Pictures to play with, and what each shows. */
export interface PlayPictures {
  /** The pictures, `[n, h, w, 1 or 3]` in [-1, 1], at least one. */
  readonly x: NdArray;
  /** What each shows, for screen readers. Default "picture 1", "picture 2", … */
  readonly names?: readonly string[];
}

/** What figures with models have in common. */
interface WithModels {
  /**
   * How many significant bits of each weight the figure carries, of the 11 that float16 has. Each bit less
   * makes the figure smaller by a sixteenth. Default 11.
   */
  readonly weightBits?: number;
}

/** Holes that the reader paints, and a model fills. */
export interface InPaintingPlayground extends WithModels {
  /** Selects this kind of live figure. */
  readonly kind: "in-painting";
  /** Title of the figure. Default "Paint a hole". */
  readonly title?: string;
  /**
   * Models of `inpainting` and `uncoupledInpainting` couplings by how they are called: one, or several side
   * by side, which are given the same hole and the same noise in it.
   */
  readonly models: Readonly<Record<string, RestModel>>;
  /** Pictures to paint holes in, of the models' size; the first is shown at the beginning. */
  readonly pictures: PlayPictures;
  /** The hole at the beginning, `[h, w]`: 1 where a pixel is known. Default tiles as in the paper. */
  readonly keep?: Uint8Array;
  /** Seed of the initial noise, and of the tiles where `keep` is left out. Default 1. */
  readonly seed?: number;
}

/** Small pictures that a model enlarges, beside bicubic interpolation. */
export interface SuperResolutionPlayground extends WithModels {
  /** Selects this kind of live figure. */
  readonly kind: "super-resolution";
  /** Title of the figure. Default "Sharpen". */
  readonly title?: string;
  /** Models of `superResolution` couplings by how they are called. */
  readonly models: Readonly<Record<string, RestModel>>;
  /** Large pictures, which are made small. */
  readonly pictures: PlayPictures;
  /** How many times smaller they are made: a divisor of height and width, at most 16. */
  readonly factor: number;
  /** The σ of the models' coupling. */
  readonly sigma: number;
  /** Seed of the initial noise. Default 1. */
  readonly seed?: number;
}

/** A model that draws samples of a class. */
export interface ClassModel extends RestModel {
  /** The base of each class, where it starts from one: a `classGaussian` coupling. Default N(0, Id). */
  readonly bases?: DiagonalGaussians;
}

/** Samples of the class that the reader asks for, by one model or several. */
export interface ClassesPlayground extends WithModels {
  /** Selects this kind of live figure. */
  readonly kind: "classes";
  /** Title of the figure. Default "Ask for a class". */
  readonly title?: string;
  /** One to four models by how they are called, all with samples of the same shape. */
  readonly models: Readonly<Record<string, ClassModel>>;
  /** The classes' names. */
  readonly classes: readonly string[];
  /** Seed of the initial noise. Default 1. */
  readonly seed?: number;
}

/** Couplings of modes in the plane, with their exact flows: no model, all is computed where it is read. */
export interface CouplingPlayground {
  /** Selects this kind of live figure. */
  readonly kind: "coupling";
  /** Title of the figure. Default "A coupling in the plane". */
  readonly title?: string;
  /** Seed of the initial points. Default 1. */
  readonly seed?: number;
}

/** Options of {@link playground}, by the kind of live figure. */
export type PlaygroundOptions =
  | InPaintingPlayground
  | SuperResolutionPlayground
  | ClassesPlayground
  | CouplingPlayground;

/** A live figure. */
export interface Playground extends Displayable {
  /** The title given, or the default for this kind. */
  readonly title: string;
  /** The figure's data, a still picture (PNG) and a description, by MIME type; computed once. */
  toBundle(): Promise<MimeBundle>;
}

/**
 * A figure that runs its model where it is read: in reports, in any browser, without a network. On GitHub, in
 * JupyterLab, on paper and without JavaScript it is a picture, which the same code computes here.
 *
 * Its outputs hold weights (float16) and pictures, never code: a report brings the code along.
 *
 * @example
 * const { data } = await emojiInpainting.load();
 * await show(playground({
 *   kind: "in-painting",
 *   models: { coupled: await pretrained(emojiInpainting) },
 *   pictures: take(data.test, 12),
 * }));
 */
export function playground(options: PlaygroundOptions): Playground {
  const { title, carried } = madeOf(options);
  let bundle: Promise<MimeBundle> | undefined;
  return Object.freeze({
    title,
    toBundle() {
      bundle ??= carried().then(({ play, models, still }) =>
        Object.freeze({
          [playgroundMime]: { version: 1, play, models } satisfies CarriedPlay,
          "image/png": still,
          "text/plain": `${play.title}\n${play.alt}`,
        }),
      );
      return bundle;
    },
  });
}

interface Made {
  readonly title: string;
  carried(): Promise<Omit<CarriedPlay, "version"> & { readonly still: string }>;
}

const solver: Solver = { name: "dopri5", steps: 20, tolerance: 1e-3 };

/** Checks the options at once; pictures and weights are made when the bundle is asked for. */
function madeOf(options: PlaygroundOptions): Made {
  if (options.kind === "in-painting") return inPainting(options);
  if (options.kind === "super-resolution") return superResolution(options);
  if (options.kind === "classes") return classSamples(options);
  if (options.kind === "coupling") return couplings(options);
  throw expected(
    'a kind of playground: "in-painting", "super-resolution", "classes" or "coupling"',
    JSON.stringify((options as { kind?: unknown }).kind),
  );
}

function inPainting(options: InPaintingPlayground): Made {
  const { title = "Paint a hole", models, pictures, seed = 1 } = options;
  const [, h, w] = assertPictures(pictures);
  const labels = assertModels(models);
  const keep = options.keep ?? tiledKeep({ h, w }, seed);
  if (keep.length !== h * w) throw expected(`${h * w} values as keep, one a pixel`, `${keep.length}`);
  const carriedAs = labels.map((label) => {
    const { keep: masked, image } = models[label].network.condition;
    if (!masked && !image) {
      throw expected(
        `a model of in-painting as "${label}"`,
        "one whose condition has neither a mask nor an image",
        "Train it with inpainting(...) or uncoupledInpainting(...).",
      );
    }
    return { label, model: label, uncoupled: !masked };
  });
  return {
    title,
    async carried() {
      const original = sliceRows(pictures.x, 0, 1);
      const work = { shape: original.shape, pixels: toBytes(original), keep, seed, solver };
      const flows = [];
      for (const model of carriedAs) {
        const label = labels.length > 1 ? model.label : "flow";
        flows.push({ label, flow: await fillHole({ ...work, ...model }, benchOf(models)) });
      }
      const alt =
        labels.length > 1
          ? `${firstName(pictures)} with noise in a hole: states of the flows of ${labels.join(", ")}, and the original.`
          : `${firstName(pictures)} with noise in a hole, states of the flow that fills it, and the original.`;
      return {
        play: {
          kind: "in-painting",
          ...{ title, alt, models: carriedAs, seed },
          pictures: await carriedPictures(pictures),
          keep: toBase64(keep),
        },
        models: await carriedModels(models, options.weightBits),
        still: await flowStill({ title, alt, flows, rows: [{ label: "original", values: original.data }] }),
      };
    },
  };
}

function superResolution(options: SuperResolutionPlayground): Made {
  const { title = "Sharpen", models, pictures, factor, sigma, seed = 1 } = options;
  const labels = assertModels(models);
  assertPictures(pictures);
  return {
    title,
    async carried() {
      const original = sliceRows(pictures.x, 0, 1);
      const work = { shape: original.shape, pixels: toBytes(original), factor, sigma, seed, solver };
      const flow = await sharpen({ ...work, model: labels[0] }, benchOf(models));
      const alt =
        `${firstName(pictures)}, enlarged ${factor} times: states of the flow from the start with noise, ` +
        "bicubic interpolation, and the original.";
      const described = { title, alt, models: asCarried(labels), seed };
      return {
        play: {
          kind: "super-resolution",
          ...described,
          pictures: await carriedPictures(pictures),
          factor,
          sigma,
        },
        models: await carriedModels(models, options.weightBits),
        still: await flowStill({
          title,
          alt,
          flows: [{ label: "flow", flow }],
          rows: [
            { label: "bicubic", values: flow.bicubic },
            { label: "original", values: original.data },
          ],
        }),
      };
    },
  };
}

function classSamples(options: ClassesPlayground): Made {
  const { title = "Ask for a class", models, classes, seed = 1 } = options;
  const labels = assertModels(models);
  if (classes.length < 2) throw expected("two classes or more", `${classes.length}`);
  const shape = models[labels[0]].moments.mean0.shape;
  return {
    title,
    async carried() {
      const label = Math.min(3, classes.length - 1);
      const asked = { shape: [6, ...shape], classes: classes.length, label, seed, guidance: 1, solver };
      const rows = [];
      for (const name of labels) {
        const bench = { ...benchOf(models), bases: async () => models[name].bases };
        const { states } = await drawClass({ ...asked, model: name }, bench);
        rows.push({ label: name, images: ndarray(asked.shape, states[states.length - 1]) });
      }
      const alt = `Six samples of ${classes[label]} by each of ${labels.join(", ")}.`;
      const grid = imageGrid({ title, alt, rows, width: 640 });
      return {
        play: {
          kind: "classes",
          title,
          alt,
          models: labels.map((name) => ({
            label: name,
            model: name,
            guidance: models[name].network.condition.labels?.missing === true,
          })),
          classes,
          shape,
          seed,
        },
        models: await carriedModels(models, options.weightBits),
        still: (await grid.toBundle())["image/png"] as string,
      };
    },
  };
}

function couplings({ title = "A coupling in the plane", seed = 1 }: CouplingPlayground): Made {
  return {
    title,
    async carried() {
      const panels = [];
      for (const [name, free] of [
        ["independent", 10],
        ["matched", 0],
      ] as const) {
        const flow = await planeFlow({ ...planeAtFirst, free, seed });
        const points = (data: Float32Array) => ndarray([data.length / 2, 2], data);
        panels.push({
          title: name,
          start: points(flow.x0),
          end: points(flow.states[flow.states.length - 1]),
          paths: flow.times.map((t, k) => ({ t, x: points(flow.states[k]) })),
          labels: flow.ends,
        });
      }
      const alt =
        "Flow lines from three base modes to three data modes: bent for independent pairs, " +
        "straight for matched ones.";
      const drawn = trajectories({ title, alt, panels, classes: ["lower", "right", "upper"] });
      return {
        play: { kind: "coupling", title, alt, seed },
        models: {},
        still: (await drawn.toBundle())["image/png"] as string,
      };
    },
  };
}

function assertPictures({ x: { shape } }: PlayPictures): readonly number[] {
  if (shape.length === 4 && (shape[3] === 1 || shape[3] === 3) && shape[0] > 0) return shape;
  throw expected("pictures [n, h, w, 1 or 3]", `shape [${shape.join(", ")}]`);
}

function assertModels(models: Readonly<Record<string, RestModel>>): readonly string[] {
  const labels = Object.keys(models);
  if (labels.length > 0 && labels.length <= 4) return labels;
  throw expected("one to four models, by how they are called", `${labels.length}`);
}

const asCarried = (labels: readonly string[]) => labels.map((label) => ({ label, model: label }));
const firstName = ({ names }: PlayPictures) => names?.[0] ?? "A picture";

const benchOf = (models: Readonly<Record<string, RestModel>>): Bench => ({
  velocity: async (name) => modelVelocity(models[name]),
});

async function carriedPictures({ x, names = [] }: PlayPictures): Promise<CarriedPictures> {
  return { shape: x.shape, packed: toBase64(await pack(toBytes(x))), names };
}

async function carriedModels(
  models: Readonly<Record<string, ClassModel>>,
  weightBits = 11,
): Promise<Readonly<Record<string, string>>> {
  if (!(Number.isInteger(weightBits) && weightBits >= 4 && weightBits <= 11)) {
    throw expected("4 to 11 bits as weightBits", `${weightBits}`);
  }
  const entries = Object.entries(models).map(async ([name, { bases, ...given }]) => {
    const model = weightBits === 11 ? given : { ...given, parameters: rounded(given.parameters, weightBits) };
    const beside = bases && {
      [baseNames.means]: floats(bases.means),
      [baseNames.deviations]: floats(bases.deviations),
    };
    return [name, toBase64(await pack(encodeModel(model, beside), "halves"))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Weights rounded to so many significant bits. */
function rounded(parameters: RestModel["parameters"], bits: number): RestModel["parameters"] {
  const round = (value: number) => {
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits);
    return value === 0 ? 0 : Math.round(value / unit) * unit;
  };
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      ndarray(shape, Float32Array.from(data, round)),
    ]),
  );
}

const floats = ({ shape, data }: NdArray) => ({ shape, data: Float32Array.from(data) });

/** The picture of flows, one a row: states in time, and what they are compared with. */
async function flowStill(options: {
  readonly title: string;
  readonly alt: string;
  readonly flows: readonly { readonly label: string; readonly flow: Flow }[];
  readonly rows: readonly { readonly label: string; readonly values: ArrayLike<number> }[];
}): Promise<string> {
  const { title, alt, flows, rows } = options;
  const { states, times, shape } = flows[0].flow;
  const shown = [0, 0.25, 0.5, 0.75, 1].map((t) => Math.round(t * (states.length - 1)));
  const images = flows.map(({ label, flow }) => {
    const all = [...shown.map((k) => flow.states[k]), ...rows.map(({ values }) => values)];
    const data = Float32Array.from(all.flatMap((values) => Array.from(values)));
    return { label, images: ndarray([all.length, ...shape.slice(1)], data) };
  });
  const columns = [...shown.map((k) => `t = ${times[k].toFixed(2)}`), ...rows.map(({ label }) => label)];
  const grid = imageGrid({ title, alt, columns, rows: images, width: 640 });
  return (await grid.toBundle())["image/png"] as string;
}

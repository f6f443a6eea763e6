import { type NdArray, ndarray, sliceRows } from "../array";
import type { DiagonalGaussians } from "../couplings/diagonal-gaussian";
import { toBytes } from "../data/pixels";
import { expected } from "../errors";
import { encodeModel, modelVelocity, type RestModel } from "../experiments/models/velocity";
import type { Displayable, MimeBundle } from "../figures/figure";
import { imageGrid } from "../figures/image-grid";
import { toBase64 } from "./packing/base64";
import { baseNames } from "./packing/model";
import { pack } from "./packing/packed";
import { type CarriedPictures, type CarriedPlay, playgroundMime } from "./spec";
import type { Bench, Flow } from "./work/flow";
import { fillHole } from "./work/in-painting";
import type { Solver } from "./work/solver";

/** Pictures to play with: `[n, h, w, 1 or 3]` in [-1, 1], and what each shows. */
export interface PlayPictures {
  readonly x: NdArray;
  readonly names?: readonly string[];
}

/** Holes that the reader paints, and a model fills. */
export interface InPaintingPlayground {
  readonly kind: "in-painting";
  readonly title?: string;
  /** Models of `inpainting` couplings by how they are called: one, or several side by side. */
  readonly models: Readonly<Record<string, RestModel>>;
  readonly pictures: PlayPictures;
  /** The hole at the beginning, `[h, w]`: 1 where a pixel is known. Default a disc. */
  readonly keep?: Uint8Array;
  readonly seed?: number;
}

export type PlaygroundOptions = InPaintingPlayground;

/** A live figure. */
export interface Playground extends Displayable {
  readonly title: string;
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
  const { title, carried } = makers[options.kind](options);
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

const makers: { readonly [Kind in PlaygroundOptions["kind"]]: (options: PlaygroundOptions) => Made } = {
  "in-painting": (options) => {
    const { title = "Paint a hole", models, pictures, seed = 1 } = options;
    const [n, h, w] = pictures.x.shape;
    if (pictures.x.shape.length !== 4) {
      throw expected("pictures [n, h, w, c]", `shape [${pictures.x.shape.join(", ")}]`);
    }
    const keep = options.keep ?? disc(h, w);
    const labels = Object.keys(models);
    return {
      title,
      async carried() {
        const shape = [1, ...pictures.x.shape.slice(1)];
        const pixels = toBytes(sliceRows(pictures.x, 0, 1));
        const work = { shape, pixels, keep, seed, solver };
        const flow = await fillHole({ ...work, model: labels[0] }, benchOf(models));
        const alt =
          `${pictures.names?.[0] ?? "A picture"} with noise in a hole, states of the flow, ` +
          `and the filled picture beside the original; ${n} pictures to choose from in a live report.`;
        return {
          play: {
            kind: "in-painting",
            title,
            alt,
            models: labels.map((label) => ({ label, model: label })),
            pictures: await carriedPictures(pictures),
            keep: toBase64(keep),
            seed,
          },
          models: await carriedModels(models),
          still: await flowStill({ title, alt, flow, original: sliceRows(pictures.x, 0, 1) }),
        };
      },
    };
  },
};

const benchOf = (models: Readonly<Record<string, RestModel>>): Bench => ({
  velocity: async (name) => modelVelocity(models[name]),
});

function disc(h: number, w: number): Uint8Array {
  const radius = 0.27 * Math.min(h, w);
  return Uint8Array.from({ length: h * w }, (_, e) => {
    const [x, y] = [(e % w) + 0.5 - w / 2, Math.floor(e / w) + 0.5 - h / 2];
    return Math.hypot(x, y) < radius ? 0 : 1;
  });
}

async function carriedPictures({ x, names = [] }: PlayPictures): Promise<CarriedPictures> {
  return { shape: x.shape, packed: toBase64(await pack(toBytes(x))), names };
}

async function carriedModels(
  models: Readonly<Record<string, RestModel & { readonly bases?: DiagonalGaussians }>>,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(models).map(async ([name, { bases, ...model }]) => {
    const beside = bases && {
      [baseNames.means]: floats(bases.means),
      [baseNames.deviations]: floats(bases.deviations),
    };
    return [name, toBase64(await pack(encodeModel(model, beside), "halves"))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const floats = ({ shape, data }: NdArray) => ({ shape, data: Float32Array.from(data) });

/** The picture of a flow: states in time, and the original. */
async function flowStill(options: {
  readonly title: string;
  readonly alt: string;
  readonly flow: Flow;
  readonly original: NdArray;
}): Promise<string> {
  const { title, alt, flow, original } = options;
  const shown = [0, 0.25, 0.5, 0.75, 1].map((t) => Math.round(t * (flow.states.length - 1)));
  const rows = shown.map((k) => flow.states[k]);
  const images = ndarray(
    [rows.length + 1, ...original.shape.slice(1)],
    Float32Array.from([...rows, original.data].flatMap((values) => Array.from(values))),
  );
  const columns = [...shown.map((k) => `t = ${flow.times[k].toFixed(2)}`), "original"];
  const grid = imageGrid({ title, alt, columns, rows: [{ label: "flow", images }], width: 640 });
  return (await grid.toBundle())["image/png"] as string;
}

import { UsageError } from "../errors";

/** The MIME type of a live figure in a notebook's outputs. */
export const playgroundMime = "application/vnd.coupled-interpolants.playground+json";

/** Pictures as a figure carries them. */
export interface CarriedPictures {
  /** `[n, h, w, c]` */
  readonly shape: readonly number[];
  /** Base64 of `pack` of all pixels, 0 to 255. */
  readonly packed: string;
  /** What each shows, for its description. */
  readonly names: readonly string[];
}

/** A model of a live figure, by the name under which the figure carries it. */
interface PlayModel {
  readonly label: string;
  readonly model: string;
}

interface Described {
  readonly title: string;
  /** What the picture shows that stands in for the figure where it isn't live. */
  readonly alt: string;
}

/** Holes that the reader paints, and the model fills. */
export interface InPaintingPlay extends Described {
  readonly kind: "in-painting";
  readonly models: readonly (PlayModel & {
    /** Whether it starts from noise all over, and is shown the known pixels: `uncoupledInpainting`. */
    readonly uncoupled: boolean;
  })[];
  readonly pictures: CarriedPictures;
  /** The hole at the beginning: base64 of `[h, w]` bytes, 1 where a pixel is known. */
  readonly keep: string;
  readonly seed: number;
}

/** Small pictures that the model enlarges. */
export interface SuperResolutionPlay extends Described {
  readonly kind: "super-resolution";
  readonly models: readonly PlayModel[];
  readonly pictures: CarriedPictures;
  readonly factor: number;
  /** The σ that the model was trained with. */
  readonly sigma: number;
  readonly seed: number;
}

/** Samples of a class. */
export interface ClassesPlay extends Described {
  readonly kind: "classes";
  readonly models: readonly (PlayModel & {
    /** Whether the model can do without the label, so that guidance has something to compare with. */
    readonly guidance: boolean;
  })[];
  readonly classes: readonly string[];
  /** `[h, w, c]` of one sample. */
  readonly shape: readonly number[];
  readonly seed: number;
}

/** A coupling in the plane, whose exact flow is computed in the page. */
export interface PlanePlay extends Described {
  readonly kind: "coupling";
  readonly seed: number;
}

export type Play = InPaintingPlay | SuperResolutionPlay | ClassesPlay | PlanePlay;

/** A live figure as it stands in a notebook's outputs: data only, never code. */
export interface CarriedPlay {
  readonly version: 1;
  readonly play: Play;
  /** Base64 of packed models, by the names under which `play` asks for them. */
  readonly models: Readonly<Record<string, string>>;
}

/**
 * Reads a live figure from the outputs of a notebook of unknown origin.
 * @throws UsageError when it isn't one: a field is missing, of another type, or out of range.
 */
export function readPlay(json: unknown): CarriedPlay {
  const { version, play, models } = record(json);
  if (version !== 1) throw refused("version 1", version);
  const carried = Object.fromEntries(
    Object.entries(record(models)).map(([name, text]) => [name, base64(text)]),
  );
  const given = record(play);
  const described = {
    title: words(given["title"]),
    alt: words(given["alt"]),
    seed: whole(given["seed"], 1e9),
  };
  const asked = () =>
    list(given["models"], 4).map((entry) => {
      const { label, model } = record(entry);
      if (typeof model !== "string" || !Object.hasOwn(carried, model))
        throw refused("a carried model", model);
      return { label: words(label), model };
    });
  const { kind } = given;
  if (kind === "coupling") return { version: 1, play: { kind, ...described }, models: {} };
  if (kind === "in-painting") {
    const pictures = carriedPictures(given["pictures"]);
    const uncoupled = list(given["models"], 4).map((entry) => record(entry)["uncoupled"] === true);
    return {
      version: 1,
      play: {
        kind,
        ...described,
        models: asked().map((entry, k) => ({ ...entry, uncoupled: uncoupled[k] })),
        pictures,
        keep: base64(given["keep"]),
      },
      models: carried,
    };
  }
  if (kind === "super-resolution") {
    const factor = whole(given["factor"], 16);
    const sigma = Number(given["sigma"]);
    if (!(sigma >= 0 && sigma <= 10)) throw refused("a σ from 0 to 10", given["sigma"]);
    const pictures = carriedPictures(given["pictures"]);
    return {
      version: 1,
      play: { kind, ...described, models: asked(), pictures, factor, sigma },
      models: carried,
    };
  }
  if (kind === "classes") {
    const guidance = list(given["models"], 4).map((entry) => record(entry)["guidance"] === true);
    const shape = list(given["shape"], 3).map((length) => whole(length, 256));
    return {
      version: 1,
      play: {
        kind,
        ...described,
        models: asked().map((entry, k) => ({ ...entry, guidance: guidance[k] })),
        classes: list(given["classes"], 100).map(words),
        shape,
      },
      models: carried,
    };
  }
  throw refused("a kind of live figure", kind);
}

function carriedPictures(value: unknown): CarriedPictures {
  const { shape, packed, names } = record(value);
  const sizes = list(shape, 4).map((length) => whole(length, 1024));
  if (sizes.length !== 4) throw refused("pictures of shape [n, h, w, c]", shape);
  return { shape: sizes, packed: base64(packed), names: list(names, sizes[0]).map(words) };
}

const refused = (what: string, received: unknown) =>
  new UsageError(`A live figure needs ${what}, but has ${JSON.stringify(received)?.slice(0, 60)}.`);

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw refused("a record", value);
}

function list(value: unknown, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw refused(`a list of at most ${most}`, value);
}

function words(value: unknown): string {
  if (typeof value === "string" && value.length < 4000) return value;
  throw refused("a text", value);
}

function whole(value: unknown, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  throw refused(`a whole number up to ${most}`, value);
}

function base64(value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return value;
  throw refused("base64", value);
}

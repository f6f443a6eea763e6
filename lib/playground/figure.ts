import { expected } from "../errors";
import type { Displayable, MimeBundle } from "../figures/figure";
import { type ClassesPlayground, classSamples } from "./kinds/classes";
import { type CouplingPlayground, couplings } from "./kinds/coupling";
import { type InPaintingPlayground, inPainting } from "./kinds/in-painting";
import type { Made } from "./kinds/made";
import { type SuperResolutionPlayground, superResolution } from "./kinds/super-resolution";
import { type CarriedPlay, playgroundMime } from "./spec";

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

import { assertKnown, expected } from "../errors";
import type { Condition } from "./condition";
import { floatInput, present, wholeOption } from "./options";
import type { ImagePart, PartKind } from "./part";

/** Options of {@link imagePart}. */
export interface ImagePartOptions {
  /** Channels k of the images `[n, h, w, k]`, or coordinates of the points `[n, k]`. */
  readonly channels: number;
}

/** The part ξ.image: channels appended to those of x_t at all times. */
export function imagePart(options: ImagePartOptions): ImagePart {
  assertKnown(options, { channels: true }, "imagePart", { likely: true });
  const { channels } = options;
  return Object.freeze({
    kind: "image",
    channels: wholeOption("condition.image.channels", channels),
    entry: () => ({ into: "channels" as const, count: channels }),
    input(xi: Condition) {
      const image = present(xi.image, "image");
      const given = image.shape[image.shape.length - 1];
      if (given !== channels) {
        throw expected(`an image of ${channels} channels in the condition`, `${given}`);
      }
      return floatInput(image);
    },
    example: (n, sample, rng) => rng.normals([n, ...sample.slice(0, -1), channels]),
  } satisfies ImagePart);
}

export const imageKind: PartKind<ImagePart> = Object.freeze({
  name: "image",
  make: (options: unknown) => imagePart(options as ImagePartOptions),
});

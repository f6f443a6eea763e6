import type { NdArray } from "../../array";
import { toBytes } from "../../data/pixels";
import { expected } from "../../errors";
import { toBase64 } from "../packing/base64";
import { pack } from "../packing/packed";
import type { CarriedPictures } from "../spec";

/** Pictures to play with, and what each shows. */
export interface PlayPictures {
  /** The pictures, `[n, h, w, 1 or 3]` in [-1, 1], at least one. */
  readonly x: NdArray;
  /** What each shows, for screen readers. Default "picture 1", "picture 2", … */
  readonly names?: readonly string[];
}

/** Their shape. @throws unless there are some, in black and white or in colour. */
export function assertPictures({ x: { shape } }: PlayPictures): readonly number[] {
  if (shape.length === 4 && (shape[3] === 1 || shape[3] === 3) && shape[0] > 0) return shape;
  throw expected("pictures [n, h, w, 1 or 3]", `shape [${shape.join(", ")}]`);
}

/** What the first is called. */
export const firstName = ({ names }: PlayPictures) => names?.[0] ?? "A picture";

/** Pictures as a figure carries them. */
export async function carriedPictures({ x, names = [] }: PlayPictures): Promise<CarriedPictures> {
  return { shape: x.shape, packed: toBase64(await pack(toBytes(x))), names };
}

import { assertShape, type Floats, type NdArray, ndarray, sizeOf } from "../array";
import { expected } from "../errors";
import type { Condition } from "./condition";
import { floatInput, present } from "./options";
import type { MaskPart, PartKind } from "./part";

/** The part ξ.keep: a one-channel mask for images, one of x's shape for points. */
export function maskPart(): MaskPart {
  return Object.freeze({
    kind: "keep",
    entry: (x) => ({ into: "channels" as const, count: x.image ? 1 : x.channels }),
    input: (xi: Condition) => floatInput(assertZeroOrOne(present(xi.keep, "keep"))),
    example(n, sample, rng) {
      const shape = [n, ...(sample.length === 1 ? sample : [...sample.slice(0, -1), 1])];
      return ndarray(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => rng.int(2)),
      );
    },
  } satisfies MaskPart);
}

export const maskKind: PartKind<MaskPart> = Object.freeze({ name: "keep", make: () => maskPart() });

/** The mask ξ, broadcast to the elements of an array x. */
export interface Mask {
  /** 1 for every element of x that is known, where ξ = 1; 0 in the hole. */
  readonly known: Uint8Array;
  /**
   * Writes ξ∘known + (1−ξ)∘hole into `out` and returns it. Values are selected, not summed, so no bit
   * changes.
   */
  blend<Out extends Floats>(
    known: ArrayLike<number> | number,
    hole: ArrayLike<number> | number,
    out: Out,
  ): Out;
  /** The indices of the elements in the hole, in ascending order. */
  hole(): Int32Array;
}

/**
 * Broadcasts the mask `keep` to x: it has x's shape, or one channel for all of x's.
 * @throws when it fits neither way, or holds other numbers than 0 and 1.
 */
export function maskOn(keep: NdArray, x: Pick<NdArray, "shape">): Mask {
  const channels = x.shape[x.shape.length - 1];
  const whole = keep.shape[keep.shape.length - 1] === channels;
  assertShape(keep, whole ? x.shape : [...x.shape.slice(0, -1), 1], "a mask");
  assertZeroOrOne(keep);
  const span = whole ? 1 : channels;
  const known = new Uint8Array(sizeOf(x.shape));
  for (let p = 0; p < keep.data.length; p++) if (keep.data[p] === 1) known.fill(1, p * span, (p + 1) * span);
  const at = (values: ArrayLike<number> | number) =>
    typeof values === "number" ? () => values : (e: number) => values[e];
  return Object.freeze({
    known,
    blend<Out extends Floats>(
      inside: ArrayLike<number> | number,
      outside: ArrayLike<number> | number,
      out: Out,
    ): Out {
      const [first, second] = [at(inside), at(outside)];
      for (let e = 0; e < known.length; e++) out[e] = known[e] === 1 ? first(e) : second(e);
      return out;
    },
    hole() {
      let count = 0;
      for (const value of known) count += 1 - value;
      const out = new Int32Array(count);
      let at = 0;
      for (let e = 0; e < known.length; e++) if (known[e] === 0) out[at++] = e;
      return out;
    },
  });
}

/** A pixel is known or not: 0.5 or NaN in a mask is a mistake. */
export function assertZeroOrOne(keep: NdArray): NdArray {
  const odd = keep.data.findIndex((value) => value !== 0 && value !== 1);
  if (odd < 0) return keep;
  const sample = Math.floor(odd / (keep.data.length / keep.shape[0]));
  throw expected("a mask ξ.keep of 1 (known) and 0 (in the hole)", `${keep.data[odd]} in sample ${sample}`);
}

/** The mask in ξ, broadcast to x, where ξ has one. */
export function maskOf({ keep }: Condition, x: Pick<NdArray, "shape">): Mask | undefined {
  return keep && maskOn(keep, x);
}

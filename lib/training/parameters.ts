import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray, sizeOf } from "../array";
import { flatten, mapTree, pathText, type Tree } from "../engine/tree";

/** The same tree with something else in place of each array. */
export type TreeLike<T, Leaf> = T extends NdArray ? Leaf : { readonly [K in keyof T]: TreeLike<T[K], Leaf> };

/** How the parameters of a tree lie in one vector: one after another, in the order of the tree. */
export interface Layout<P> {
  /** Names with those of the records around them, such as `velocity.out.kernel`, and shapes, in order. */
  readonly entries: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Total number of elements. */
  readonly size: number;
  /** All parameters in one vector. */
  join(tree: P): Float32Array;
  /** The tree of a vector; the arrays share its memory. */
  split(vector: Float32Array): P;
  /** The same for a tensor, in tfjs operators. */
  splitTensor(vector: tf.Tensor): readonly tf.Tensor[];
  /** The tree of its leaves in order. */
  nest<Leaf>(leaves: readonly Leaf[]): TreeLike<P, Leaf>;
}

/** The layout of parameters like these. */
export function layoutOf<P>(tree: P): Layout<P> {
  const leaves = Object.entries(flatten(tree as Tree<NdArray>));
  const entries = leaves.map(([key, { shape }]) => ({ name: pathText(key), shape }));
  const sizes = entries.map(({ shape }) => sizeOf(shape));
  const place = new Map(leaves.map(([key], i) => [key, i]));
  const nest = <Leaf>(values: readonly Leaf[]) =>
    mapTree(tree as Tree<NdArray>, (_, key) => values[place.get(key) as number]) as TreeLike<P, Leaf>;
  const size = sizes.reduce((sum, length) => sum + length, 0);
  return Object.freeze({
    entries,
    size,
    nest,
    join(given: P) {
      const vector = new Float32Array(size);
      let offset = 0;
      for (const { data } of Object.values(flatten(given as Tree<NdArray>))) {
        vector.set(data, offset);
        offset += data.length;
      }
      return vector;
    },
    split(vector: Float32Array) {
      let offset = 0;
      return nest(
        entries.map(({ shape }, i) => {
          offset += sizes[i];
          return ndarray(shape, vector.subarray(offset - sizes[i], offset));
        }),
      ) as P;
    },
    splitTensor: (vector: tf.Tensor) =>
      tf.split(vector, sizes).map((piece, i) => tf.reshape(piece, [...entries[i].shape])),
  });
}

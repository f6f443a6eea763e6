import type * as tf from "@tensorflow/tfjs-core";
import type { Values } from "./values";

/**
 * A record whose entries are leaves or records again, nested as deeply as wanted: what programs take and
 * return. Entries that are `undefined` count as absent; records without entries are kept.
 */
export interface Tree<Leaf> {
  readonly [key: string]: Leaf | Tree<Leaf> | undefined;
}

/**
 * `T` itself if it is a tree of such leaves, as a constraint: `<T extends TreeOf<T, Values>>`. Unlike `Tree`,
 * it is met by interfaces, which have no index signature.
 */
export type TreeOf<T, Leaf> = { readonly [K in keyof T]: EntryOf<T[K], Leaf> };

type EntryOf<Entry, Leaf> = Entry extends Leaf | undefined
  ? Entry
  : Entry extends object
    ? TreeOf<Entry, Leaf>
    : never;

/** The same tree with a tensor for each array, or for each shape of an array. */
export type Tensors<T> = T extends tf.Tensor | Values | readonly number[]
  ? tf.Tensor
  : T extends object
    ? { readonly [K in keyof T]: Tensors<T[K]> }
    : T;

/** The same tree with an array for each tensor. */
export type Arrays<T> = T extends tf.Tensor | Values
  ? Values
  : T extends object
    ? { readonly [K in keyof T]: Arrays<T[K]> }
    : T;

/**
 * The tree, open to further names where it is a flat record: TypeScript knows only the names that are written
 * out, not those of entries that are spread into a record by a loop.
 */
export type Open<T, Leaf> = T extends Readonly<Record<string, Leaf>> ? T & Readonly<Record<string, Leaf>> : T;

/**
 * Whether an entry is a record of further entries rather than a leaf: a plain object without the shape or the
 * numbers of an array. Its class may be another realm's `Object`.
 */
export function isRecord(entry: unknown): entry is Tree<never> {
  if (typeof entry !== "object" || entry === null) return false;
  const prototype = Object.getPrototypeOf(entry);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  const own = (key: string) => (Object.hasOwn(entry, key) ? (entry as Tree<unknown>)[key] : undefined);
  return !Array.isArray(own("shape")) && !ArrayBuffer.isView(own("data"));
}

/**
 * The key of an entry of the record whose key is `parent`, "" for the whole tree: JSON Pointer (RFC 6901).
 */
export const childKey = (parent: string, name: string): string =>
  `${parent}/${/[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name}`;

/** The names on the way to a leaf: `/batch/x` → `["batch", "x"]`. */
export const pathOf = (key: string): string[] =>
  key
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));

/** A leaf's key for people: `/batch/x` → `batch.x`. */
export const pathText = (key: string): string => pathOf(key).join(".");

/** The same tree with `f` of each leaf; `key` is unique to the leaf. */
export function mapTree<A, B>(tree: Tree<A>, f: (leaf: A, key: string) => B, parent = ""): Tree<B> {
  const entries: [string, B | Tree<B>][] = [];
  for (const [name, entry] of Object.entries(tree)) {
    if (entry === undefined) continue;
    const key = childKey(parent, name);
    entries.push([name, isRecord(entry) ? mapTree(entry as Tree<A>, f, key) : f(entry as A, key)]);
  }
  return Object.fromEntries(entries);
}

/** All leaves in one record, by key; `mapTree(tree, (_, key) => flat[key])` is the way back. */
export function flatten<Leaf>(tree: Tree<Leaf>): Readonly<Record<string, Leaf>> {
  const entries: [string, Leaf][] = [];
  const collect = (record: Tree<Leaf>, parent: string) => {
    for (const [name, entry] of Object.entries(record)) {
      if (entry === undefined) continue;
      const key = childKey(parent, name);
      if (isRecord(entry)) collect(entry as Tree<Leaf>, key);
      else entries.push([key, entry as Leaf]);
    }
  };
  collect(tree, "");
  return Object.fromEntries(entries);
}

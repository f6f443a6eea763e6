import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flatten, mapTree, pathOf, pathText, type Tree } from "../../lib/engine/tree";

const name = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "a.b",
    "a/b",
    "a~1b",
    "~",
    "/",
    ".",
    "0",
    "shape",
    "data",
  ),
);

/** Trees of numbers, given as entries, so that names such as "__proto__" are names like all others. */
const { tree } = fc.letrec<{ tree: Tree<number>; entry: number | undefined | Tree<number> }>((tie) => ({
  tree: fc
    .array(fc.tuple(name, tie("entry")), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries) as Tree<number>),
  entry: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.integer(),
    fc.constant(undefined),
    tie("tree"),
  ),
}));

/** Each leaf with the names on its way, found without the functions under test. */
function leavesOf(node: Tree<number>, path: readonly string[] = []): [readonly string[], number][] {
  return Object.keys(node).flatMap((key): [readonly string[], number][] => {
    const entry = Object.getOwnPropertyDescriptor(node, key)?.value;
    if (entry === undefined) return [];
    return typeof entry === "number" ? [[[...path, key], entry]] : leavesOf(entry, [...path, key]);
  });
}

/** The tree as JSON, with the entries that are undefined left out and all others in their order. */
const text = (node: unknown) => JSON.stringify(node);

describe("a tree", () => {
  test("has a key of its own for each leaf, which tells its path", () => {
    fc.assert(
      fc.property(tree, (node) => {
        const leaves = leavesOf(node);
        const flat = Object.entries(flatten(node));
        expect(flat).toHaveLength(leaves.length);
        // Object.entries puts names that are whole numbers first.
        const sorted = (list: unknown[]) => list.map(text).sort();
        expect(sorted(flat.map(([key, leaf]) => [pathOf(key), leaf]))).toEqual(sorted(leaves));
      }),
    );
  });

  test("comes back from its flat record", () => {
    fc.assert(
      fc.property(tree, (node) => {
        const flat = flatten(node);
        const back = mapTree(node, (_, key) => {
          expect(Object.hasOwn(flat, key)).toBe(true);
          return flat[key];
        });
        expect(text(back)).toBe(text(node));
        expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
      }),
    );
  });

  test("is mapped leaf by leaf, with records without entries kept and undefined entries left out", () => {
    expect(mapTree({ a: 1, b: { c: 2, d: {} }, e: undefined }, (x, key) => `${key} ${x}`)).toEqual({
      a: "/a 1",
      b: { c: "/b/c 2", d: {} },
    });
  });

  test("has arrays, class instances and arrays of numbers with a shape as leaves, and no others", () => {
    const values = { shape: [1], data: Float32Array.of(1) };
    const instance = new Date();
    const shared = { shape: values, data: values };
    const flat = flatten<unknown>({ list: [1, 2], values, instance, nothing: null, record: shared });
    expect(Object.keys(flat)).toEqual([
      "/list",
      "/values",
      "/instance",
      "/nothing",
      "/record/shape",
      "/record/data",
    ]);
    expect(flatten<unknown>(Object.create(null, { a: { value: 1, enumerable: true } }))).toEqual({ "/a": 1 });
  });

  test("has paths that people can read", () => {
    expect(Object.keys(flatten({ batch: { xi: { keep: 1 } }, "a/b": 2 })).map(pathText)).toEqual([
      "batch.xi.keep",
      "a/b",
    ]);
  });
});

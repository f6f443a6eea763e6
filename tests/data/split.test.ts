import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinedGroups, splitByGroup } from "../../lib/data/split";

describe("splitByGroup", () => {
  const groups = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), {
    minLength: 1,
    maxLength: 40,
  });

  it("uses each sample once, and no group on two sides", () => {
    fc.assert(
      fc.property(
        groups,
        fc.integer(),
        fc.double({ min: 0.05, max: 0.6, noNaN: true }),
        fc.boolean(),
        (given, seed, test, both) => {
          const options = { seed, test, ...(both && { validation: 0.3 }) };
          const names = new Set(given);
          if (names.size < (both ? 3 : 2)) {
            expect(() => splitByGroup(given, options)).toThrow(
              given.length === 1 ? "One sample can't be split into training" : /at least [23] groups/,
            );
            return;
          }
          const rows = splitByGroup(given, options);
          const sides = [rows.train, rows.test, ...(both ? [rows.validation!] : [])];
          expect(sides.flat().sort((a, b) => a - b)).toEqual([...given.keys()]);
          expect(sides.every((side) => side.length > 0)).toBe(true);
          const held = sides.map((side) => new Set(side.map((row) => given[row])));
          expect(held.reduce((n, set) => n + set.size, 0)).toBe(names.size);
          // Validation takes nothing from the test split, unless too few groups would be left for it.
          const alone = splitByGroup(given, { seed, test }).test.toSorted();
          const left = names.size - new Set(alone.map((row) => given[row])).size;
          if (left >= sides.length - 1) expect(rows.test.toSorted()).toEqual(alone);
        },
      ),
    );
  });

  it("is as near to the shares as groups allow", () => {
    const alone = Array.from({ length: 1000 }, (_, k) => `${k}`);
    const rows = splitByGroup(alone, { seed: 1, test: 0.25, validation: 0.1 });
    expect([rows.train.length, rows.test.length, rows.validation!.length]).toEqual([650, 250, 100]);
  });

  it("never holds out a group of most samples where there are others", () => {
    const given = Array.from({ length: 100 }, (_, k) => (k < 90 ? "large" : `${k}`));
    for (let seed = 0; seed < 40; seed++) {
      const rows = splitByGroup(given, { seed, validation: 0.05 });
      expect(rows.train.filter((row) => row < 90).length).toBe(90);
      expect(rows.validation!.length).toBeGreaterThan(0);
      expect(rows.test.length).toBeGreaterThan(0);
      // Of two groups that are both too large, the smaller one.
      const two = splitByGroup(
        given.map((name) => (name === "large" ? name : "small")),
        { seed },
      );
      expect(two.test.length).toBe(10);
    }
  });

  it("moves few samples when some are added", () => {
    const alone = Array.from({ length: 1000 }, (_, k) => `${k}`);
    const before = new Set(splitByGroup(alone, { seed: 1 }).test);
    const after = splitByGroup([...alone, ...alone.slice(0, 50).map((name) => `new ${name}`)], {
      seed: 1,
    }).test;
    expect(after.filter((row) => row < 1000 && !before.has(row)).length).toBeLessThan(30);
  });
});

it("joinedGroups joins what shares a property, directly or through others", () => {
  const names = ["a", "b", "c", "d", "e"];
  const [first, second] = [
    [undefined, "x", "x", undefined, undefined],
    ["1", "2", "3", "3", undefined],
  ];
  expect(joinedGroups(names, [first, second])).toEqual([
    "sample a",
    "group x",
    "group x",
    "group x",
    "sample e",
  ]);
  expect(joinedGroups(names, [])).toEqual(names.map((name) => `sample ${name}`));
});

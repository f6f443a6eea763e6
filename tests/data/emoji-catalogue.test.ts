import { expect, test } from "vitest";
import { catalogue, groupsOf, type IconSet } from "../../lib/data/emoji-catalogue";

const set = (
  style: string,
  entries: Record<string, readonly [category: string, code: string, body: string]>,
): IconSet => {
  const categories: Record<string, string[]> = {};
  for (const [icon, [category]] of Object.entries(entries))
    categories[category] = [...(categories[category] ?? []), icon];
  return {
    style,
    icons: {
      width: 10,
      height: 10,
      icons: Object.fromEntries(Object.entries(entries).map(([icon, [, , body]]) => [icon, { body }])),
    },
    metadata: { categories },
    chars: Object.fromEntries(Object.entries(entries).map(([icon, [, code]]) => [code, icon])),
  };
};

const sets = [
  set("one", {
    hugging: ["Smileys & Emotion", "1f917", "<a/>"],
    crab: ["Food & Drink", "1f980", "<b/>"],
    zebra: ["Animals & Nature", "1f993", "<same/>"],
    horse: ["Animals & Nature", "1f40e", "<same/>"],
    person: ["People & Body", "1f9d1", "<c/>"],
  }),
  set("two", {
    "open-hands": ["Smileys Emotion", "1f917-fe0f", "<d/>"],
    crab: ["Animals Nature", "1f980", "<e/>"],
    horse: ["Animals Nature", "1f40e", "<g/>"],
  }),
  set("three", {
    "open-hands": ["Smileys & Emotion", "1f917", "<f/>"],
    crab: ["Animals & Nature", "1f980", "<a/>"],
  }),
];
const categories = ["Smileys & Emotion", "Animals & Nature", "Food & Drink"];
const found = catalogue({ sets, categories, leftOut: { two: { horse: "for a reason" } } });

test("an emoji goes by its code points: name and category are what most sets say", () => {
  expect(found.map(({ name, style }) => `${name} ${style}`)).toEqual([
    "crab one",
    "crab two",
    "crab three",
    "horse one",
    "open-hands one",
    "open-hands two",
    "open-hands three",
    "zebra one",
  ]);
  expect(found.filter(({ name }) => name === "crab").map(({ category }) => category)).toEqual(
    Array(3).fill("Animals & Nature"),
  );
});

test("emoji that share a picture share a group, also by way of a third", () => {
  const names = ["zebra", "horse", "crab", "horse", "pony", "pony", "crab"];
  const pictures = ["a", "a", "b", "c", "c", "d", "e"];
  expect(
    groupsOf(
      names.map((name) => ({ name })),
      pictures,
    ),
  ).toEqual(["horse", "horse", "crab", "horse", "horse", "horse", "crab"]);
});

test("a drawing is the icon's body in its view box", () => {
  expect(found[0].svg).toContain('viewBox="0 0 10 10"');
  expect(found[0].svg).toMatch(/<b\/><\/svg>$/);
});

test("an icon without code points is an error", () => {
  expect(() => catalogue({ sets: [{ ...sets[0], chars: {} }], categories, leftOut: {} })).toThrow(
    /an icon and code points for "hugging" in the set one/,
  );
});

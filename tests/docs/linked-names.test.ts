import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wrongNames } from "./linked-names";
import { prose, root } from "./texts";

describe("a name that links to a file of code", () => {
  it("is one of that file's in README, the guide, cards and notebooks", () => {
    const texts = prose();
    expect(texts.some(({ text }) => text.includes("[`makeInterpolant`](../../lib/"))).toBe(true);
    expect(texts.flatMap(({ file, text }) => wrongNames(join(root, file), text))).toEqual([]);
  });
});

it("tells a name that the file doesn't have from those that it has", () => {
  const names = (text: string) => wrongNames(join(root, "README.md"), text).map(({ name }) => name);
  const file = "lib/fields/masked-velocity.ts";
  expect(names(`[\`maskedVelocity\`](${file}) [\`masked\`](${file})`)).toEqual(["maskedVelocity"]);
  expect(names(`[\`masked(b)\`](${file}) [\`unmasked(b)\`](${file})`)).toEqual(["unmasked(b)"]);
  // Exported from another file, a type, and a constant.
  expect(names("[`linear`](lib/interpolants/index.ts) [`line`](lib/interpolants/index.ts)")).toEqual([
    "line",
  ]);
  expect(names("[`Interpolant`](lib/interpolants/interpolant.ts)")).toEqual([]);
  expect(names("[`partKinds`](lib/conditions/parts.ts)")).toEqual([]);
  expect(names("[`lib/index.ts`](lib/index.ts)")).toEqual([]);
});

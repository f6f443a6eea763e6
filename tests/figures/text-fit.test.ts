import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrap } from "../../lib/figures/text-fit";

describe("wrap", () => {
  it.each<[string, number, string[]]>([
    ["uncoupled, t = 0.5", 13, ["uncoupled,", "t = 0.5"]],
    ["coupled, t = 0", 14, ["coupled, t = 0"]],
    ["σ  =  0.25 in all rows", 8, ["σ = 0.25", "in all", "rows"]],
    ["low resolution", 8, ["low", "resolution"]],
    ["a = b", 1, ["a = b"]],
    ["=  a", 1, ["=", "a"]],
  ])("breaks %j after %i characters at most, and at no equals sign", (text, limit, lines) => {
    expect(wrap(text, limit)).toEqual(lines);
  });

  it("keeps all words in their order, in lines that are too long only where they can't be broken", () => {
    const word = fc.stringMatching(/^[a-zσ0-9.,]{1,9}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (words, limit) => {
        const lines = wrap(words.join(" "), limit);
        expect(lines.join(" ")).toBe(words.join(" "));
        for (const line of lines) if (line.length > limit) expect(line).not.toContain(" ");
      }),
    );
  });
});

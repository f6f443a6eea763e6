import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { type EmojiSamples, type EmojiStyle, stylePairs } from "../../lib/data";

const styles: readonly EmojiStyle[] = ["twemoji", "noto", "fluent", "openmoji"];
/** Six pictures of one pixel, whose value is their number. */
const samples: EmojiSamples = {
  x: ndarray([6, 1, 1, 1], [0, 1, 2, 3, 4, 5]),
  labels: new Int32Array(6),
  categories: new Int32Array(6),
  names: ["apple", "boat", "apple", "cat", "boat", "apple"],
  styles: Int32Array.of(0, 2, 2, 0, 0, 3),
};

describe("stylePairs", () => {
  it("joins pictures of one name, in the order of the target style", () => {
    const { x, x0, names } = stylePairs(samples, { styles, from: "twemoji", to: "fluent" });
    expect(names).toEqual(["boat", "apple"]);
    expect([...x.data]).toEqual([1, 2]);
    expect([...x0.data]).toEqual([4, 0]);
    const back = stylePairs(samples, { styles, from: "fluent", to: "twemoji" });
    expect([...back.x.data]).toEqual([0, 4]);
    expect([...back.x0.data]).toEqual([2, 1]);
  });

  it("says what it needs", () => {
    const pair = (from: EmojiStyle, to: EmojiStyle) => () => stylePairs(samples, { styles, from, to });
    expect(pair("noto", "fluent")).toThrow("Expected emoji in the styles noto and fluent");
    expect(pair("fluent", "fluent")).toThrow("two different styles");
    expect(pair("crayon" as "noto", "fluent")).toThrow("style");
  });
});

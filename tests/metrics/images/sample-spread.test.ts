import { expect, test } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { sampleSpread } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const images = (...values: number[]): NdArray =>
  ndarray(
    [values.length, 2, 2, 1],
    values.flatMap((value) => [value, value, value, value]),
  );

test("is the mean over pairs of samples, image by image", () => {
  const samples = [images(0, 1), images(1, 1), images(3, 2)];
  const { between, error, ratio } = sampleSpread({ samples, truth: images(2, 1) });
  expect(Array.from(between.values)).toEqual([(1 + 9 + 4) / 3, 2 / 3]);
  expect(Array.from(error.values)).toEqual([(4 + 1 + 1) / 3, 1 / 3]);
  expect(ratio).toBeCloseTo((14 / 3 + 2 / 3) / (6 / 3 + 1 / 3), 12);
});

test("draws from the law of the truth have the ratio 1, their mean 0, wider ones more", () => {
  const centre = rng(0).normals([400, 4, 4, 3]);
  const draw = (key: string, scale = 1) => {
    const noise = rng(key).normals(centre.shape);
    return ndarray(
      centre.shape,
      centre.data.map((value, e) => value + scale * noise.data[e]),
    );
  };
  const truth = draw("truth");
  expect(sampleSpread({ samples: [draw("a"), draw("b")], truth }).ratio).toBeCloseTo(1, 1);
  expect(sampleSpread({ samples: [centre, centre], truth }).ratio).toBe(0);
  // Two draws of variance s² differ by 2s², one of them and the truth by s² + 1.
  const wide = sampleSpread({ samples: [draw("a", 2), draw("b", 2), draw("c", 2)], truth });
  expect(wide.ratio).toBeCloseTo(8 / 5, 1);
});

test("one sample, or other shapes, are refused", () => {
  expect(() => sampleSpread({ samples: [images(0)], truth: images(0) })).toThrow(/2 samples/);
  expect(() => sampleSpread({ samples: [images(0), images(0, 1)], truth: images(0) })).toThrow(/shape/);
});

import { expect, test } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { conditionAgreement } from "../../../lib/metrics/agreement/class-agreement";
import type { FeatureNetwork } from "../../../lib/metrics/features/feature-network";

/** Sees in each image the class that its only pixel says. */
const network: FeatureNetwork = {
  name: "reader",
  dimension: 1,
  imageShape: [1, 1, 1],
  heads: { first: ["a", "b", "c"], second: ["x", "y"] },
  accuracy: { first: 0.9, second: 0.8 },
  features: async (images) => images,
  classify: async (images: NdArray) => Int32Array.from(images.data),
};
const images = ndarray([4, 1, 1, 1], [0, 1, 1, 0]);

test("agreement is the share of images that show what was asked for, over all and by class", async () => {
  expect(await conditionAgreement(network, images, Int32Array.of(0, 0, 1, 0))).toEqual({
    agreement: 0.75,
    perClass: [2 / 3, 1, null],
    judgeAccuracy: 0.9,
  });
  expect(await conditionAgreement(network, images, Int32Array.of(1, 1, 0, 0), "second")).toEqual({
    agreement: 0.5,
    perClass: [0.5, 0.5],
    judgeAccuracy: 0.8,
  });
});

test("agreement says what is wrong with its input", async () => {
  await expect(conditionAgreement(network, images, Int32Array.of(0))).rejects.toThrow(
    /as many labels as images, at least one, but received 1 and 4/,
  );
  await expect(conditionAgreement(network, images, Int32Array.of(0, 1, 2, 3))).rejects.toThrow(
    /labels from 0 to 2 for head "first", but received 3/,
  );
  await expect(conditionAgreement(network, images, Int32Array.of(0, 1, 0, 0), "secnd")).rejects.toThrow(
    /first, second as head of reader.*Did you mean "second"/,
  );
});

test.each([Number.NaN, 0.5, -1])("a label of %d is refused", async (label) => {
  const labels = Float64Array.of(0, 0, label, 0) as unknown as Int32Array;
  await expect(conditionAgreement(network, images, labels)).rejects.toThrow(
    `whole labels of at least 0, but received ${label} in row 2`,
  );
});

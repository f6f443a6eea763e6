import { beforeAll, describe, expect, it } from "vitest";
import {
  another,
  blurred,
  type Fault,
  grey,
  specks,
  type TrueHoles,
} from "../../../datasets/tools/hole-faults";
import { type FeatureNetwork, featureNetwork, type HoleMeasures, holeMeasures } from "../../../lib/metrics";
import { rng } from "../../../lib/random";
import { pairedComparison } from "../../../lib/statistics";
import { emojiWithHoles } from "./faults";

// The order that the ladder of datasets/tools/measure-ladder.ts shows at n = 480, with fewer images.
describe("measures of filled holes", () => {
  let holes: TrueHoles;
  let network: FeatureNetwork;
  beforeAll(async () => {
    [holes, network] = [await emojiWithHoles(50), await featureNetwork("emoji")];
  });
  const measure = async (fault: Fault) =>
    holeMeasures({ ...holes, x: fault(holes, rng(1)), network, rng: rng(2) });
  const worse = (a: HoleMeasures, b: HoleMeasures, by: keyof HoleMeasures) =>
    pairedComparison({ a: [a[by]!.values], b: [b[by]!.values] }).verdict === "a";

  it("tell more specks from fewer, by outliers, activations and pixels", async () => {
    const steps: HoleMeasures[] = [];
    for (const share of [0, 0.005, 0.02]) steps.push(await measure(specks(share)));
    for (const [step, next] of steps.slice(1).entries()) {
      for (const by of ["outliers", "perceptual", "error"] as const) {
        expect([by, step, worse(steps[step], next, by)]).toEqual([by, step, true]);
      }
    }
    // The excess is the share itself, less specks that resemble a neighbour or stand beside another.
    expect(steps[2].outliers.value).toBeGreaterThan(0.7 * 0.02);
    expect(steps[2].outliers.value).toBeLessThan(1.3 * 0.02);
    expect(steps[1].classifier.pValue).toBeLessThan(0.05);
    for (const { name, value, values } of Object.values(steps[1])) {
      const mean = values.reduce((sum: number, x: number) => sum + x, 0) / values.length;
      expect([name, values.length]).toEqual([name, 50]);
      expect(mean).toBeCloseTo(value, 8);
    }
  });

  it("tell a blurred hole, one of another image and an empty one, in this order", async () => {
    const steps: HoleMeasures[] = [];
    for (const fault of [blurred(0.5), blurred(1), another("same class"), grey])
      steps.push(await measure(fault));
    for (const [step, next] of steps.slice(1).entries()) {
      expect([step, worse(steps[step], next, "perceptual")]).toEqual([step, true]);
    }
    expect(worse(steps[2], steps[3], "edges")).toBe(true);
    expect(steps[0].outliers.value).toBeLessThan(0); // smoother than the truth
  });
});

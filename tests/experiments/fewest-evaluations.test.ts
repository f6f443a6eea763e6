import { describe, expect, it } from "vitest";
import { fewestEvaluations } from "../../lib/experiments";
import { rng } from "../../lib/random";

const noise = rng(0);
const base = Array.from(noise.normals([400]).data);
/** Values that differ from the reference's by `gap` ± 0.5 an image, with a standard error of 0.025. */
const shifted = (gap: number) => Array.from(noise.normals([400]).data, (z, k) => base[k] + gap + 0.5 * z);
const reference = { nfe: 50, measures: { error: base, perceptual: base } };
const setting = (nfe: number, error: number, perceptual = 0) => ({
  nfe,
  measures: { error: shifted(error), perceptual: shifted(perceptual) },
});

describe("fewestEvaluations", () => {
  it("finds from where on no measure is worse, in any order of the settings", () => {
    const settings = [
      setting(16, -0.2, -0.2),
      setting(4, 0.4),
      setting(8, -0.2, 0.3),
      setting(12, -0.2, -0.2),
      setting(2, 1),
    ];
    const found = fewestEvaluations({ settings, reference })!;
    expect(found.nfe).toBe(12);
    // −0.2 and 1.96 standard errors.
    expect(found.worseByAtMost["error"]).toBeCloseTo(-0.15, 1);
  });

  it("doesn't count a setting that is good by chance below one that is worse", () => {
    expect(
      fewestEvaluations({
        settings: [setting(2, -0.2, -0.2), setting(4, 0.4), setting(8, -0.2, -0.2)],
        reference,
      })?.nfe,
    ).toBe(8);
  });

  it("finds none where the finest is worse", () => {
    expect(fewestEvaluations({ settings: [setting(4, 1), setting(8, 0.5)], reference })).toBeUndefined();
  });

  it("refuses settings that lack a measure", () => {
    const bare = { nfe: 4, measures: { error: base } };
    expect(() => fewestEvaluations({ settings: [bare], reference })).toThrow("error, perceptual");
    expect(() => fewestEvaluations({ settings: [], reference })).toThrow("one setting or more");
  });
});

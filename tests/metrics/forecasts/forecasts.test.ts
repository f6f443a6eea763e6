import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { fairCrps, rankHistogram, spreadSkill } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

/** Members and truth from N(0, 1), the members times `width` plus `shift`. */
function forecast({ n, m, width = 1, shift = 0 }: { n: number; m: number; width?: number; shift?: number }) {
  const draw = (seed: number, scale: number, offset: number): NdArray => {
    const z = rng(seed).normals([n, 2]);
    return ndarray(
      z.shape,
      Float64Array.from(z.data, (value) => scale * value + offset),
    );
  };
  return { members: Array.from({ length: m }, (_, k) => draw(k, width, shift)), truth: draw(1000, 1, 0) };
}

/** The CRPS of N(0, w²) for N(0, 1): E|X − Y| − E|X − X'| / 2, of which E|N(0, v)| = √(2v/π). */
const closedForm = (w: number) => Math.sqrt((2 * (1 + w * w)) / Math.PI) - w / Math.sqrt(Math.PI);

describe("fairCrps", () => {
  it("is the mean over pairs, written out", () => {
    const members = [1, 4, 2].map((value) => ndarray([1, 1], [value]));
    const truth = ndarray([1, 1], [3]);
    expect(fairCrps({ members, truth }).value).toBeCloseTo((2 + 1 + 1) / 3 - (3 + 1 + 2) / (3 * 2), 6);
  });

  for (const m of [2, 5, 20]) {
    for (const width of [0.5, 1, 2]) {
      it(`has the expectation of the law's own score: ${m} members of sd ${width}`, () => {
        const { value, standardError } = fairCrps(forecast({ n: 6000, m, width }));
        expect(Math.abs(value - closedForm(width))).toBeLessThan(4 * standardError);
        expect(standardError).toBeLessThan(0.02);
      });
    }
  }

  it("is the absolute error of a single member, per case and averaged over its values", () => {
    const members = [ndarray([2, 2], [1, 2, 3, 4])];
    const { values } = fairCrps({ members, truth: ndarray([2, 2], [0, 0, 3, 2]) });
    expect([...values]).toEqual([1.5, 1]);
  });

  it("refuses ensembles that don't fit", () => {
    const truth = ndarray([1, 1], [0]);
    expect(() => fairCrps({ members: [], truth })).toThrow(/1 members or more/);
    expect(() => fairCrps({ members: [ndarray([2, 1], [0, 1])], truth })).toThrow(/like the truth/);
    expect(() => fairCrps({ members: [ndarray([1, 1], [Number.NaN])], truth })).toThrow(/finite/);
  });
});

describe("spreadSkill", () => {
  it("is written out for two members: spread √(1/2), error of the mean", () => {
    const members = [0, 1].map((value) => ndarray([1, 1], [value]));
    const result = spreadSkill({ members, truth: ndarray([1, 1], [2]) });
    expect(result.spread).toBeCloseTo(Math.sqrt(0.5), 10);
    expect(result.skill).toBeCloseTo(1.5, 10);
    expect(result.ratio).toBeCloseTo((Math.sqrt(1.5) * Math.sqrt(0.5)) / 1.5, 10);
  });

  for (const m of [2, 10]) {
    it(`is 1 for draws of the true law with ${m} members, and w √((m + 1) / (m + w²)) for others`, () => {
      for (const width of [0.5, 1, 2]) {
        const { ratio } = spreadSkill(forecast({ n: 8000, m, width }));
        // The mean of m members of sd w misses the truth by 1 + w²/m.
        expect(Math.abs(ratio - width * Math.sqrt((m + 1) / (m + width ** 2)))).toBeLessThan(0.03);
      }
    });
  }

  it("is 0 for a single answer", () => {
    expect(spreadSkill(forecast({ n: 10, m: 1 })).ratio).toBe(0);
  });
});

describe("rankHistogram", () => {
  it("counts the members below the truth", () => {
    const members = [1, 2, 3].map((value) => ndarray([2, 1], [value, value]));
    const { shares } = rankHistogram({ members, truth: ndarray([2, 1], [0, 2.5]), rng: rng(0) });
    expect([...shares]).toEqual([0.5, 0, 0.5, 0]);
  });

  it("is flat for draws of the true law, and has the closed form's ends for narrow ones", () => {
    const flat = rankHistogram({ ...forecast({ n: 10_000, m: 4 }), rng: rng(0) });
    for (const share of flat.shares) expect(Math.abs(share - 0.2)).toBeLessThan(0.012);
    expect(flat.unevenness).toBeLessThan(0.03);
    // One member of sd w → 0 at 0: the truth is above it half of the time; two: nearly always outside both.
    const narrow = rankHistogram({ ...forecast({ n: 10_000, m: 2, width: 1e-3 }), rng: rng(0) });
    expect(narrow.shares[0]).toBeCloseTo(0.5, 1);
    expect(narrow.shares[1]).toBeLessThan(0.003);
    expect(narrow.unevenness).toBeCloseTo(1 / 3, 1);
  });

  it("draws the rank among equal values", () => {
    const x = ndarray([6000, 1], new Float32Array(6000));
    const { shares } = rankHistogram({ members: [x, x], truth: x, rng: rng(0) });
    for (const share of shares) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.03);
  });
});

import { describe, expect, it } from "vitest";
import { normalCdf } from "../../lib/statistics/normal";
import { signTest, wilsonInterval } from "../../lib/statistics/proportion";

describe("wilsonInterval", () => {
  it.each([
    [9, 10],
    [240, 480],
    [479, 480],
  ])("ends where the score test of %d in %d is at 5 percent", (successes, n) => {
    const { value, low, high } = wilsonInterval({ successes, n });
    expect(value).toBe(successes / n);
    for (const p of [low, high]) {
      const z = Math.abs(value - p) / Math.sqrt((p * (1 - p)) / n);
      expect(2 * (1 - normalCdf(z))).toBeCloseTo(0.05, 8);
    }
  });

  it("reaches 0 and 1, with a width", () => {
    expect(wilsonInterval({ successes: 0, n: 10 }).low).toBeCloseTo(0, 12);
    // z² / (n + z²) with z = 1.959964, the rule of about 3.84 / (n + 3.84).
    expect(wilsonInterval({ successes: 0, n: 10 }).high).toBeCloseTo(
      3.841458820694124 / 13.841458820694124,
      8,
    );
    expect(wilsonInterval({ successes: 10, n: 10 }).high).toBeCloseTo(1, 12);
  });

  it("refuses what are no trials", () => {
    expect(() => wilsonInterval({ successes: 3, n: 2 })).toThrow("from 0 to 2 successes");
    expect(() => wilsonInterval({ successes: 0, n: 0 })).toThrow("1 trial or more");
    expect(() => wilsonInterval({ successes: 1, n: 2, level: 1 })).toThrow("a level between 0 and 1");
  });
});

describe("signTest", () => {
  it("counts the tail of the binomial", () => {
    expect(signTest({ successes: 9, n: 10 })).toBeCloseTo(11 / 1024, 14);
    expect(signTest({ successes: 0, n: 10 })).toBeCloseTo(1, 12);
    expect(signTest({ successes: 5, n: 9 })).toBeCloseTo(0.5, 12); // by symmetry
    expect(signTest({ successes: 0, n: 0 })).toBe(1);
    expect(() => signTest({ successes: 2.5, n: 5 })).toThrow("whole numbers of trials");
  });

  it("does not underflow, and comes to the normal's tail", () => {
    const p = signTest({ successes: 1300, n: 2500 });
    expect(p).toBeCloseTo(1 - normalCdf((1300 - 0.5 - 1250) / 25), 4);
  });
});

import { describe, expect, it } from "vitest";
import { checkerboard, eightGaussians, moons, rings, type Samples, spirals } from "../../lib/data";
import { rng } from "../../lib/random";

const points = ({ x, labels }: Samples) =>
  Array.from({ length: x.shape[0] }, (_, i) => ({
    x: x.data[2 * i],
    y: x.data[2 * i + 1],
    radius: Math.hypot(x.data[2 * i], x.data[2 * i + 1]),
    label: labels![i],
  }));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sd = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe.each(
  [checkerboard, eightGaussians, moons, rings, spirals].map((make) => ({ make, name: make.name })),
)("$name", ({ make }) => {
  it("is [n, 2] with n labels, the same for the same seed", () => {
    const { x, labels } = make({ n: 7, rng: rng(1) });
    expect(x.shape).toEqual([7, 2]);
    expect(labels).toHaveLength(7);
    expect(make({ n: 7, rng: rng(1) })).toEqual({ x, labels });
    expect(make({ n: 7, rng: rng(2) }).x).not.toEqual(x);
  });
});

describe("toy densities", () => {
  it("eightGaussians: each mode where its label says, as wide as asked", () => {
    const all = points(eightGaussians({ n: 8000, rng: rng(1), radius: 3, sd: 0.2 }));
    for (let mode = 0; mode < 8; mode++) {
      const of = all.filter(({ label }) => label === mode);
      expect(Math.abs(of.length - 1000)).toBeLessThan(120);
      expect(Math.abs(mean(of.map(({ x }) => x)) - 3 * Math.cos((mode * Math.PI) / 4))).toBeLessThan(0.03);
      expect(Math.abs(mean(of.map(({ y }) => y)) - 3 * Math.sin((mode * Math.PI) / 4))).toBeLessThan(0.03);
      expect(Math.abs(sd(of.map(({ x }) => x)) - 0.2)).toBeLessThan(0.02);
    }
  });

  it("eightGaussians: radius 5 and variance √0.1 by default, as in the published comparison", () => {
    const all = points(eightGaussians({ n: 20_000, rng: rng(2) }));
    const off = all.flatMap(({ x, y, label }) => [
      x - 5 * Math.cos((label * Math.PI) / 4),
      y - 5 * Math.sin((label * Math.PI) / 4),
    ]);
    // The standard error of a variance is its √(2/n): 0.7 % here.
    expect(Math.abs(mean(off.map((value) => value ** 2)) / Math.sqrt(0.1) - 1)).toBeLessThan(0.04);
  });

  it("moons: on two half circles of radius 3 when they are thin, as many points on each", () => {
    const all = points(moons({ n: 200, rng: rng(1), width: 0 }));
    expect(all.filter(({ label }) => label === 0)).toHaveLength(100);
    for (const { x, y, label } of all) {
      // Centres (0, 0) and (1, 1/2), each taken to 3c − 1.
      expect(Math.hypot(x - (label ? 2 : -1), y - (label ? 0.5 : -1))).toBeCloseTo(3, 5);
      if (label) expect(y).toBeLessThanOrEqual(0.5 + 1e-6);
      else expect(y).toBeGreaterThanOrEqual(-1 - 1e-6);
    }
    const thick = points(moons({ n: 200, rng: rng(1), width: 0.4 }));
    for (const { x, y, label } of thick) {
      const off = Math.abs(Math.hypot(x - (label ? 2 : -1), y - (label ? 0.5 : -1)) - 3);
      expect(off).toBeLessThan(0.4 * 3 * Math.SQRT2 + 1e-5);
    }
  });

  it("checkerboard: on squares of one colour only, all of them, in the row that the label says", () => {
    const seen = new Set<string>();
    for (const { x, y, label } of points(checkerboard({ n: 2000, rng: rng(1), fields: 6, half: 3 }))) {
      const [column, row] = [Math.floor(x + 3), Math.floor(y + 3)];
      expect((column + row) % 2).toBe(0);
      expect(row).toBe(label);
      seen.add(`${column},${row}`);
    }
    expect(seen.size).toBe(18);
    expect(() => checkerboard({ n: 1, rng: rng(1), fields: 3 })).toThrow("an even number of squares");
  });

  it("spirals: the angle grows with the radius, arms half a turn apart, half the points in radius/√2", () => {
    const all = points(spirals({ n: 2000, rng: rng(1), turns: 1, radius: 4, sd: 0 }));
    for (const { x, y, radius, label } of all) {
      const angle = (2 * Math.PI * radius) / 4 + Math.PI * label;
      expect(x).toBeCloseTo(radius * Math.cos(angle), 4);
      expect(y).toBeCloseTo(radius * Math.sin(angle), 4);
    }
    const inner = all.filter(({ radius }) => radius < 4 / Math.SQRT2).length;
    expect(Math.abs(inner / 2000 - 0.5)).toBeLessThan(0.05);
  });

  it("rings: at the radius that the label says, as likely as they are long", () => {
    const all = points(rings({ n: 4000, rng: rng(1), radii: [1, 3], sd: 0.1 }));
    for (const ring of [0, 1]) {
      const of = all.filter(({ label }) => label === ring);
      expect(Math.abs(of.length / 4000 - [0.25, 0.75][ring])).toBeLessThan(0.03);
      expect(Math.abs(mean(of.map(({ radius }) => radius)) - [1, 3][ring])).toBeLessThan(0.02);
      expect(Math.abs(sd(of.map(({ radius }) => radius)) - 0.1)).toBeLessThan(0.01);
    }
    expect(() => rings({ n: 1, rng: rng(1), radii: [] })).toThrow("one or more radii above 0");
  });
});

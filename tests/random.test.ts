import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rng, rng } from "../lib/random";

const word = (x: bigint) => x & 0xffffffffn;
const rotate = (x: bigint, k: bigint) => word((x << k) | (x >> (32n - k)));

/** xoshiro128** in whole numbers without wrap-around tricks, as Blackman and Vigna define it. */
function xoshiro(seed: readonly bigint[], count: number): bigint[] {
  const s = [...seed];
  return Array.from({ length: count }, () => {
    const result = word(rotate(word(s[1] * 5n), 7n) * 9n);
    const shifted = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11n);
    return result;
  });
}

/** The state behind the second of four outputs, by undoing the output function and the linear update. */
function stateBehind(outputs: readonly bigint[]): bigint[] {
  // 1/9 and 1/5 modulo 2³².
  const s1 = outputs.map((out) => word(rotate(word(out * 954437177n), 25n) * 3435973837n));
  const a = [0, 1, 2].map((i) => s1[i] ^ s1[i + 1]);
  const s2 = [a[0] ^ word(s1[0] << 9n), a[1] ^ word(s1[1] << 9n)];
  const s0 = [a[1] ^ s2[0], a[2] ^ s2[1]];
  return [s0[0], s1[1], s2[0], s0[0] ^ s0[1] ^ s1[1]];
}

const many = <T>(n: number, draw: () => T) => Array.from({ length: n }, draw);
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const correlation = (a: Rng, b: Rng) => mean(many(20000, () => a.normal() * b.normal()));

/** Pearson's statistic of equally likely outcomes. */
function chiSquared(counts: readonly number[]): number {
  const each = mean(counts);
  return counts.reduce((sum, count) => sum + (count - each) ** 2 / each, 0);
}

describe("uniform", () => {
  it("runs xoshiro128**: four outputs decide all that follow", () => {
    // First outputs for the state 1, 2, 3, 4, as published with implementations in other languages.
    expect(xoshiro([1n, 2n, 3n, 4n], 4)).toEqual([11520n, 0n, 5927040n, 70819200n]);
    for (const seed of [0, 1, -3.5, "emoji"]) {
      const source = rng(seed);
      const outputs = many(200, () => BigInt(source.uniform() * 2 ** 32));
      expect(outputs.slice(1)).toEqual(xoshiro(stateBehind(outputs), 199));
    }
  });

  it("fills [0, 1) evenly", () => {
    const source = rng(1);
    const counts = new Array(64).fill(0);
    for (let i = 0; i < 64_000; i++) counts[Math.floor(source.uniform() * 64)]++;
    // 63 degrees of freedom: mean 63, standard deviation 11.2.
    expect(chiSquared(counts)).toBeGreaterThan(63 - 4 * 11.2);
    expect(chiSquared(counts)).toBeLessThan(63 + 4 * 11.2);
  });
});

describe("normal", () => {
  it("has the moments of N(0, 1)", () => {
    const values = Array.from(rng(2).normals([200_000]).data);
    const power = (p: number) => mean(values.map((x) => x ** p));
    // Standard errors of the first four moments: √(Var(xᵖ) / n).
    const n = values.length;
    expect(Math.abs(power(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(power(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(power(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(power(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  it("follows the law of N(0, 1) in its tails too", () => {
    const values = rng(3).normals([100_000]).data;
    // P(x < q) by tables.
    for (const [q, p] of [
      [-3.0902, 0.001],
      [-1.96, 0.025],
      [-0.6745, 0.25],
      [0, 0.5],
      [1.2816, 0.9],
      [2.3263, 0.99],
    ]) {
      const below = values.filter((x) => x < q).length / values.length;
      expect(Math.abs(below - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / values.length));
    }
  });

  it("is not correlated with the next one", () => {
    const values = rng(4).normals([100_001]).data;
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += values[i] * values[i + 1];
    expect(Math.abs(sum / 100_000)).toBeLessThan(4 / Math.sqrt(100_000));
  });

  it("gives the same stream one by one and as an array", () => {
    const one = rng("a");
    expect(Array.from(rng("a").normals([3, 5]).data)).toEqual(many(15, () => Math.fround(one.normal())));
  });
});

describe("int and permutation", () => {
  it("draw every number and every order equally often", () => {
    const source = rng(5);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 14_000; i++) counts[source.int(7)]++;
    expect(chiSquared(counts)).toBeLessThan(6 + 4 * Math.sqrt(12));
    const orders = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = source.permutation(4).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    expect(chiSquared([...orders.values()])).toBeLessThan(23 + 4 * Math.sqrt(46));
  });

  it("refuse what is not a whole number above 0", () => {
    for (const n of [0, -1, 2.5, Number.NaN]) expect(() => rng(1).int(n)).toThrow("whole number above 0");
  });
});

describe("fork", () => {
  const key = fc.oneof(fc.integer(), fc.string({ maxLength: 8 }));

  it("depends on the seed and the keys alone, not on what was drawn", () => {
    fc.assert(
      fc.property(key, fc.array(key, { minLength: 1, maxLength: 3 }), fc.nat(20), (seed, keys, draws) => {
        const used = rng(seed);
        many(draws, () => used.normal());
        const [fork, fresh] = [used.fork(...keys), rng(seed).fork(...keys)];
        expect(many(5, () => fork.uniform())).toEqual(many(5, () => fresh.uniform()));
      }),
    );
  });

  it("leaves its parent's stream as it was", () => {
    const [forked, plain] = [rng(9), rng(9)];
    forked.fork("batch", 1).normal();
    expect(forked.uniform()).toBe(plain.uniform());
  });

  it("gives other streams for other keys, however alike", () => {
    const root = rng(0);
    const forks = [
      root,
      root.fork("1"),
      root.fork(1),
      root.fork("a", "b"),
      root.fork("ab"),
      root.fork("a").fork("b", "b"),
      root.fork("b", "a"),
      root.fork(""),
      rng(1),
      rng("0"),
      ...many(200, () => 0).map((_, i) => root.fork("batch", i)),
    ];
    const firsts = forks.map((fork) => many(2, () => fork.uniform()).join());
    expect(new Set(firsts).size).toBe(forks.length);
  });

  it("gives streams that are not correlated with each other or with their parent", () => {
    for (const [a, b] of [
      [rng(1), rng(2)],
      [rng(1), rng(1).fork(1)],
      [rng(1).fork("batch", 1), rng(1).fork("batch", 2)],
    ]) {
      expect(Math.abs(correlation(a, b))).toBeLessThan(4 / Math.sqrt(20000));
    }
  });

  it("spreads the first draws of consecutive keys evenly", () => {
    const root = rng(3);
    const counts = new Array(32).fill(0);
    for (let i = 0; i < 16_000; i++) counts[Math.floor(root.fork("batch", i).uniform() * 32)]++;
    expect(chiSquared(counts)).toBeLessThan(31 + 4 * Math.sqrt(62));
  });
});

/**
 * Seeded randomness.
 * @module random
 */

import { assertLengths, type NdArray, ndarray, sizeOf } from "./array";
import { described, expected } from "./errors";

/**
 * A seeded source of random numbers. The only source of randomness in the library: whatever needs random
 * numbers takes one as an argument. Equal seeds give equal streams on every machine.
 */
export interface Rng {
  /** A multiple of 2⁻³² in [0, 1), each equally likely. */
  uniform(): number;
  /** A draw from N(0, 1). */
  normal(): number;
  /**
   * An integer in 0, …, n−1: ⌊n u⌋ of a `uniform` u. Each has a probability of ⌊2³²/n⌋/2³² or ⌈2³²/n⌉/2³², so
   * they are equally likely if n is a power of two, and otherwise differ by at most a factor of 1 + n/2³².
   */
  int(n: number): number;
  /** Independent draws from N(0, 1) as a float32 array of this shape. */
  normals(shape: readonly number[]): NdArray;
  /** A random permutation of 0, …, n−1. */
  permutation(n: number): Int32Array;
  /**
   * An independent generator, determined by this one's seed and the keys alone, not by how many numbers were
   * drawn: `rng.fork("batch", 17)` is the same in a run that was stopped and resumed.
   */
  fork(...keys: readonly (string | number)[]): Rng;
}

/**
 * Draws x0 from a base ρ₀ that depends on nothing else: independent samples, in an array of the given shape
 * `[n, ...]`.
 */
export type Base = (shape: readonly number[], rng: Rng) => NdArray;

/** N(0, I). */
export const standardNormalBase: Base = (shape, rng) => {
  assertRng(rng);
  return rng.normals(shape);
};

/**
 * Makes a generator: xoshiro128** (Blackman and Vigna, 2018), seeded through MurmurHash3's finaliser; normals
 * by the Box-Muller transform.
 *
 * @throws if the seed, or a key of `fork`, is NaN, infinite, or neither a number nor a text.
 *
 * @example
 * const random = rng("experiment 1");
 * random.normals([16, 2]); // the same on every machine
 * random.fork("batch", 17).uniform(); // the same whatever was drawn before
 */
export function rng(seed: number | string): Rng {
  return generator([checkedKey(seed)]);
}

function generator(path: readonly (string | number)[]): Rng {
  const state = seedState(path);
  let spare = Number.NaN;

  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return result;
  };
  const uniform = () => bits() / 4294967296;
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log((bits() + 1) / 4294967296));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const int = (n: number) => {
    if (!(Number.isInteger(n) && n > 0)) throw expected("a whole number above 0", `${n}`);
    return Math.floor(uniform() * n);
  };
  return Object.freeze({
    uniform,
    normal,
    int,
    normals(shape: readonly number[]) {
      assertLengths(shape);
      const data = new Float32Array(sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = normal();
      return ndarray(shape, data);
    },
    permutation(n: number) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = int(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
    fork: (...keys: readonly (string | number)[]) => generator([...path, ...keys.map(checkedKey)]),
  });
}

/** Checks that what was given as `rng` is a generator. @throws UsageError unless it is one. */
export function assertRng(given: unknown): asserts given is Rng {
  if (typeof (given as Rng | undefined)?.normals === "function") return;
  throw expected("a generator, such as rng(0)", described(given));
}

/** A key that isn't a number, such as the NaN of a wrong calculation, would pass for a seed. */
function checkedKey(key: number | string): number | string {
  if (typeof key === "string" || Number.isFinite(key)) return key;
  throw expected("a finite number or a text as a seed, or as a key of fork", `${key}`);
}

const rotate = (x: number, k: number) => (x << k) | (x >>> (32 - k));

function seedState(path: readonly (string | number)[]): Int32Array {
  const state = Int32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x71374491);
  for (const key of path) {
    const text = `${typeof key}:${key};`;
    for (let i = 0; i < text.length; i++) {
      const lane = i & 3;
      state[lane] = finalise(state[lane] ^ state[(lane + 3) & 3] ^ (text.charCodeAt(i) + i));
    }
    for (let round = 0; round < 8; round++) {
      state[round & 3] = finalise(state[round & 3] + state[(round + 3) & 3] + 0x9e3779b9);
    }
  }
  return state;
}

function finalise(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

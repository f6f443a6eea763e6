import { expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { rng } from "../../lib/random";
import { gaussianRows } from "../../lib/statistics";
import { boundedCache } from "../../lib/statistics/bounded-cache";

it("makes a value once, and keeps no more than so many, the oldest going first", () => {
  const cache = boundedCache<string>(3);
  const made: string[] = [];
  const ask = (name: string) =>
    cache.of(name, () => {
      made.push(name);
      return name.toUpperCase();
    });
  for (const name of ["a", "b", "a", "c", "a", "d"]) expect(ask(name)).toBe(name.toUpperCase());
  expect(made).toEqual(["a", "b", "c", "d"]);
  expect(cache.size).toBe(3);
  for (const name of ["b", "c", "d"]) ask(name);
  expect(made).toHaveLength(4);
  expect(ask("a")).toBe("A");
  expect(made).toEqual(["a", "b", "c", "d", "a"]);
  for (let k = 0; k < 1000; k++) ask(`${k}`);
  expect(cache.size).toBe(3);
});

it("leaves rows as they are that are filled under more patterns than are kept", () => {
  const d = 11;
  const table = rng(0).normals([50, d]);
  const n = 2 ** d; // a row for each pattern
  const x = rng(1).normals([n, d]);
  const keep = ndarray(
    [n, d],
    Float32Array.from(x.data, (_, e) => (Math.floor(e / d) >> (e % d)) & 1),
  );
  const fitted = gaussianRows(table);
  const all = [fitted.fill(x, keep).data, fitted.fill(x, keep).data];
  expect(all[1]).toEqual(all[0]);
  for (const i of [0, 5, 1023, 1024, n - 1]) {
    const row = ({ data }: typeof x) => ndarray([1, d], data.slice(i * d, (i + 1) * d));
    expect(all[0].subarray(i * d, (i + 1) * d)).toEqual(gaussianRows(table).fill(row(x), row(keep)).data);
  }
});

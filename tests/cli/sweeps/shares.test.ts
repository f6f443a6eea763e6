import { describe, expect, it } from "vitest";
import { freeResources, parseBytes, shares } from "../../../lib/cli/sweeps/shares";

const GiB = 2 ** 30;
const machine = { cores: 8, memoryBytes: 16 * GiB };

describe("what each run of a sweep gets", () => {
  it.each([
    ["all cores, one each", { points: 100, needBytes: GiB }, { jobs: 8, threads: 1 }],
    ["as many as fit into the memory", { points: 100, needBytes: 5 * GiB }, { jobs: 3, threads: 2 }],
    ["one, even if it doesn't fit", { points: 100, needBytes: 20 * GiB }, { jobs: 1, threads: 8 }],
    ["more cores where there are few points", { points: 3, needBytes: GiB }, { jobs: 3, threads: 2 }],
    ["what was asked for", { points: 100, needBytes: 20 * GiB, jobs: 2 }, { jobs: 2, threads: 4 }],
    [
      "a thread where there are more runs than cores",
      { points: 99, needBytes: 1, jobs: 20 },
      { jobs: 20, threads: 1 },
    ],
  ])("is %s", (_, request, expected) => {
    expect(shares(machine, request)).toEqual(expected);
  });

  it("is eight threads at most", () => {
    expect(shares({ ...machine, cores: 64 }, { points: 2, needBytes: GiB })).toEqual({ jobs: 2, threads: 8 });
  });

  it("is a share of what this machine has", () => {
    const { cores, memoryBytes } = freeResources();
    expect(cores).toBeGreaterThanOrEqual(1);
    expect(memoryBytes).toBeGreaterThan(10 * 2 ** 20);
  });
});

describe("a size", () => {
  it.each([
    ["3G", 3 * GiB],
    ["1.5 GiB", 1.5 * GiB],
    ["500m", 500 * 2 ** 20],
    ["2TB", 2 * 2 ** 40],
    ["64k", 65_536],
    ["1000", 1000],
  ])("is %s", (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(["", "G", "0", "-1G", "3X", "3 G 4"])("is not %j", (text) => {
    expect(() => parseBytes(text)).toThrow("a size such as 3G or 500M after --memory");
  });
});

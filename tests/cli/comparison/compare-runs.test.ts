import { describe, expect, it } from "vitest";
import { asCsv } from "../../../lib/cli/comparison/as-csv";
import { asMarkdown } from "../../../lib/cli/comparison/as-markdown";
import { asText } from "../../../lib/cli/comparison/as-text";
import { type Choices, compareRuns } from "../../../lib/cli/comparison/compare-runs";
import type { Run } from "../../../lib/cli/comparison/run";
import { runOf } from "./records";

const compare = (runs: readonly Run[], choices: Partial<Choices> = {}) =>
  compareRuns(runs, [], { over: "seed", metrics: [], lower: [], higher: [], allPairs: false, ...choices });

/** One run per value, with seeds from 0 up. */
const runsOf = (kind: string, losses: readonly number[], rest: object = {}) =>
  losses.map((loss, seed) => runOf(`${kind}-${seed}`, { kind, seed, ...rest }, { loss }));

const coupled = runsOf("coupled", [1, 1.5, 1.4]);
const uncoupled = runsOf("uncoupled", [2, 2.52, 2.41]);

describe("groups", () => {
  it("are told apart by the parameters that differ, other than the seed", () => {
    const { by, groups, parameters } = compare([...coupled, ...uncoupled]);
    expect(by).toEqual(["kind"]);
    expect(groups.map(({ name, members }) => [name, members.length])).toEqual([
      ["coupled", 3],
      ["uncoupled", 3],
    ]);
    expect(parameters.map(({ name }) => name)).toEqual(["kind", "seed"]);
  });

  it("of numbers stand by size, of scales from quick to paper", () => {
    const names = (values: readonly (string | number)[]) =>
      compare(values.map((scale) => runOf(`${scale}`, { scale, seed: 0 }, {}))).groups.map(
        ({ values: [v] }) => v,
      );
    expect(names([100, 9, 20])).toEqual([9, 20, 100]);
    expect(names(["paper", "quick", "small"])).toEqual(["quick", "small", "paper"]);
  });

  it("of nothing but repetitions are commits, or else single runs, and the newest of a seed counts", () => {
    const at = (commit: string, day: number) =>
      runOf(
        `${commit}-${day}`,
        { seed: 0 },
        { loss: day },
        {
          git: { commit: commit.repeat(40), dirty: false },
          started: `2026-11-0${day}T00:00:00.000Z`,
        },
      );
    expect(compare([at("a", 1), at("b", 2)]).groups.map(({ name }) => name)).toEqual([
      "aaaaaaaaaa",
      "bbbbbbbbbb",
    ]);
    expect(compare([at("a", 1), at("a", 2)]).by).toEqual(["run"]);
    const { leftOut, metrics } = compare([at("a", 2), at("a", 1), at("b", 3)], { by: ["commit"] });
    expect(leftOut).toEqual([{ id: "a-1", reason: "a-2 repeats it, and is newer" }]);
    expect(metrics[0].cells.map(({ mean }) => mean?.value)).toEqual([2, 3]);
  });

  it("keep runs of different notebooks apart, whatever they are grouped by", () => {
    const other = runOf("o", { kind: "coupled", seed: 0 }, { loss: 3 }, { notebook: "02-other" });
    const { leftOut, metrics } = compare([coupled[0], other], { by: ["commit"] });
    expect(leftOut).toEqual([]);
    expect(metrics[0].cells[0].mean?.value).toBe(2);
  });

  it("by a name that no run has are refused with the nearest", () => {
    expect(() => compare(coupled, { by: ["knid"] })).toThrow('Did you mean "kind"?');
    expect(() => compare([...coupled, ...uncoupled], { baseline: "uncuopled" })).toThrow(
      'Did you mean "uncoupled"?',
    );
  });
});

describe("a paired difference", () => {
  it("is the mean of differences by seed ± t s / √n, computed by hand", () => {
    const [row] = compare([...coupled, ...uncoupled]).differences;
    // 1, 1.02, 1.01: mean 1.01, s = 0.01; t of 2 degrees of freedom is 4.3027.
    expect(row.paired).toBe(true);
    expect(row.difference.n).toBe(3);
    expect(row.difference.value).toBeCloseTo(1.01, 10);
    expect(row.difference.half).toBeCloseTo((4.3027 * 0.01) / Math.sqrt(3), 5);
    expect(row.verdict).toBe("worse");
  });

  it("is of equal seeds, whatever the order of the runs", () => {
    const [row] = compare([...coupled, ...uncoupled.toReversed()]).differences;
    expect(row.difference.half).toBeCloseTo((4.3027 * 0.01) / Math.sqrt(3), 5);
  });

  it("takes only the seeds that both have, and says so", () => {
    const { differences, warnings } = compare([...coupled, ...uncoupled.slice(1)]);
    expect(differences[0]).toMatchObject({ paired: true, difference: { n: 2 } });
    expect(warnings.join()).toContain("coupled: 0, 1, 2; uncoupled: 1, 2");
  });

  it("gives way to Welch's interval where fewer than two seeds are common", () => {
    const other = [3, 4].map((seed) => runOf(`u-${seed}`, { kind: "uncoupled", seed }, { loss: seed }));
    const comparison = compare([...coupled, ...other]);
    const [row] = comparison.differences;
    expect(row.paired).toBe(false);
    expect(row.difference.value).toBeCloseTo(3.5 - 1.3, 10);
    expect(asText(comparison, 100)).toContain("not paired");
  });

  it("is over seeds alone where other parameters differ within groups", () => {
    const runs = [10, 100].flatMap((steps, k) =>
      ["a", "b"].flatMap((kind, b) =>
        [0, 1].map((seed) =>
          runOf(`${kind}${steps}${seed}`, { kind, steps, seed }, { loss: 100 * k + b * (1 + seed + 10 * k) }),
        ),
      ),
    );
    const { differences, metrics, warnings } = compare(runs, { by: ["kind"] });
    // Of seed 0: the mean of 1 and 11; of seed 1: of 2 and 12.
    expect(differences[0].difference).toMatchObject({ value: 6.5, n: 2 });
    expect(metrics[0].cells[1].mean).toMatchObject({ value: 56.5, n: 2 });
    expect(warnings.join()).toContain("steps differs");
  });

  it("has no interval for one seed, and no verdict", () => {
    const comparison = compare([coupled[0], uncoupled[0]]);
    expect(comparison.differences[0]).toMatchObject({ verdict: "unknown", difference: { value: 1, n: 1 } });
    expect(comparison.warnings.join()).toContain("one seed per group");
    expect(asText(comparison, 100)).toContain("one seed: can't be told");
  });

  it("is against the baseline that is asked for, or of all pairs", () => {
    const runs = ["a", "b", "c"].flatMap((kind, k) => runsOf(kind, [k, k + 1]));
    const pairs = (choices: Partial<Choices>) =>
      compare(runs, choices).differences.map(({ group, baseline }) => `${group.name}-${baseline.name}`);
    expect(pairs({})).toEqual(["b-a", "c-a"]);
    expect(pairs({ baseline: "b" })).toEqual(["a-b", "c-b"]);
    expect(pairs({ allPairs: true })).toEqual(["b-a", "c-a", "c-b"]);
  });
});

describe("a verdict", () => {
  const verdict = (name: string, values: readonly number[], choices: Partial<Choices> = {}) => {
    const runs = values.flatMap((value, seed) => [
      runOf(`a${seed}`, { kind: "a", seed }, { [name]: 0 }),
      runOf(`b${seed}`, { kind: "b", seed }, { [name]: value }),
    ]);
    return compare(runs, choices).differences[0].verdict;
  };

  it("is a win only where the interval excludes zero and it is known which way is better", () => {
    // t = mean √3 / s = 4.15 and 4.50, on either side of 4.3027.
    expect(verdict("loss", [1.4, 2.4, 3.4])).toBe("tie");
    expect(verdict("loss", [1.6, 2.6, 3.6])).toBe("worse");
    expect(verdict("accuracy", [1.6, 2.6, 3.6])).toBe("better");
    expect(verdict("size", [1.6, 2.6, 3.6])).toBe("differs");
    expect(verdict("size", [1.6, 2.6, 3.6], { lower: ["siz*"] })).toBe("worse");
    expect(verdict("loss", [1.6, 2.6, 3.6], { higher: ["loss"] })).toBe("better");
    expect(verdict("floor of loss", [1.6, 2.6, 3.6])).toBe("differs");
  });

  it("does not come from what rounding leaves", () => {
    const runs = [0, 1].flatMap((seed) => [
      runOf(`a${seed}`, { kind: "a", seed }, { loss: 0.3 }),
      runOf(`b${seed}`, { kind: "b", seed }, { loss: 0.1 + 0.2 }),
    ]);
    expect(compare(runs).differences[0].verdict).toBe("tie");
  });

  it("is marked where it holds after Holm's correction, and the number of intervals is told", () => {
    const runs = [0, 1, 2].flatMap((seed) => [
      runOf(`a${seed}`, { kind: "a", seed }, { loss: 0, error: 0 }),
      runOf(`b${seed}`, { kind: "b", seed }, { loss: 1 + seed / 100, error: 1.6 + seed }),
    ]);
    const text = asText(compare(runs), 100);
    expect(text).toMatch(/loss.*a wins\*/);
    // p = 0.046 alone, the larger of two, so that Holm leaves it as it is.
    expect(text).toMatch(/error.*a wins\*/);
    expect(text).toContain("2 intervals are shown");
    const three = runs.map((run) => ({
      ...run,
      record: { ...run.record, metrics: { ...run.record.metrics, mse: run.record.metrics.error } },
    }));
    // 2 × 0.046 is not below 0.05.
    expect(asText(compare(three), 100)).toMatch(/error.*a wins$/m);
  });
});

describe("what is missing", () => {
  it("is listed", () => {
    const runs = [
      runOf("a0", { kind: "a", seed: 0 }, { loss: 1, name: "x" }),
      runOf("b0", { kind: "b", seed: 0 }, { loss: "NaN" }),
    ];
    const { missing, metrics, differences } = compare(runs);
    expect(missing).toEqual(["loss is no finite number in b0 (NaN).", "name is missing in b0."]);
    expect(metrics[0].cells[1]).toEqual({ texts: ["NaN"] });
    expect(differences).toEqual([]);
  });

  it("is refused when no run is left", () => {
    const leftOut = [{ id: "x", reason: "failed in cell 1" }];
    const choices = { over: "seed", metrics: [], lower: [], higher: [], allPairs: false };
    expect(() => compareRuns([], leftOut, choices)).toThrow("x (failed in cell 1)");
  });

  it("includes the metrics of other notebooks, which are counted", () => {
    const other = runOf("o", { seed: 0, width: 1 }, { loss: 2, extra: 1 }, { notebook: "02-other" });
    const { by, metrics, warnings } = compare([coupled[0], other]);
    expect(by).toEqual(["notebook"]);
    expect(metrics.map(({ metric }) => metric)).toEqual(["loss"]);
    expect(warnings[0]).toContain("Only the 1 of 2 metrics");
  });
});

describe("facts that differ", () => {
  it("are warned of: data, commits", () => {
    const on = (checksum: string, commit: string) =>
      runOf(
        checksum,
        { kind: checksum, seed: 0 },
        {},
        {
          data: [{ name: "digits", checksum }],
          git: { commit: commit.repeat(40), dirty: false },
        },
      );
    const { warnings, facts } = compare([on("x", "a"), on("y", "b")]);
    expect(warnings[0]).toContain("2 versions of the data set digits");
    expect(warnings[1]).toContain("--by kind,commit");
    expect(facts.map(({ name }) => name)).toEqual(["commit", "data digits"]);
  });
});

describe("metrics that are chosen", () => {
  const run = runOf("a", { seed: 0 }, { "digits/a/KID": 1, "digits/b/KID": 2, "emoji/KID": 3, time: 4 });
  const names = (...metrics: string[]) => compare([run], { metrics }).metrics.map(({ metric }) => metric);

  it("contain a text, or match a pattern", () => {
    expect(names("kid")).toEqual(["digits/a/KID", "digits/b/KID", "emoji/KID"]);
    expect(names("digits/*")).toEqual(["digits/a/KID", "digits/b/KID"]);
    expect(names("digits/?/KID", "time")).toEqual(["digits/a/KID", "digits/b/KID", "time"]);
    expect(() => names("tmie")).toThrow('Did you mean "time"?');
  });
});

describe("the formats", () => {
  const odd = [
    runOf("a", { kind: 'x, "y"', seed: 0 }, { "a|b": 1 }),
    runOf("b", { kind: "z", seed: 0 }, { "a|b": 0.1 + 0.2 }),
  ];

  it("quote in CSV, and keep all digits", () => {
    const lines = asCsv(compare(odd)).split("\r\n");
    expect(lines[0]).toBe(
      "what,metric,better,group,minus,n,value,low,high,level,paired,p,p_holm,verdict,kind",
    );
    expect(lines[1]).toBe('mean,a|b,,"x, ""y""",,1,1,,,,,,,,"x, ""y"""');
    expect(lines[2]).toBe("mean,a|b,,z,,1,0.30000000000000004,,,,,,,,z");
  });

  it("escape in Markdown", () => {
    expect(asMarkdown(compare(odd))).toContain("| a\\|b | 1 (1) | 0.3000 (1) |");
  });

  it("stay within the terminal", () => {
    const kinds = Array.from({ length: 9 }, (_, k) => `quite a long name ${k}`);
    const runs = kinds.flatMap((kind) => runsOf(kind, [1, 2]));
    const text = asText(compare(runs), 100);
    const metrics = text.slice(text.indexOf("Metrics"), text.indexOf("Differences"));
    for (const line of metrics.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

import { describe, expect, it } from "vitest";
import { parseOptions } from "../../lib/cli/options";

describe("the command line", () => {
  it("has defaults for all that is not given", () => {
    expect(parseOptions([])).toEqual({
      help: false,
      paths: [],
      all: false,
      only: [],
      out: "reports",
      set: {},
      params: undefined,
      limits: { notebook: 604_800, cell: 259_200 },
      jobs: 1,
      save: false,
      pdf: false,
      check: true,
      force: false,
      list: false,
      runs: false,
      prune: undefined,
    });
  });

  it("reads all options, in both spellings, and repeated ones", () => {
    const args =
      "--scale=small --all --only 02,04 --only 01-a --out there --seed 0 --set a=1 " +
      "--set b=x=y --set c= " +
      "--params p.yaml a.ipynb --timeout 1.5 --cell-timeout none --jobs 2 --save --pdf --no-check " +
      "--force --list --runs --prune 3";
    expect(parseOptions(args.split(" "))).toEqual({
      help: false,
      paths: ["a.ipynb"],
      all: true,
      only: ["02", "04", "01-a"],
      out: "there",
      set: { a: "1", b: "x=y", c: "", scale: "small", seed: "0" },
      params: "p.yaml",
      limits: { notebook: 1.5, cell: undefined },
      jobs: 2,
      save: true,
      pdf: true,
      check: false,
      force: true,
      list: true,
      runs: true,
      prune: 3,
    });
    expect(parseOptions(["-h"]).help).toBe(true);
  });

  it("takes scale and seed by --set too", () => {
    expect(parseOptions(["--set", "seed=7", "--set", "scale=small"]).set).toEqual({
      seed: "7",
      scale: "small",
    });
  });

  it.each([
    [["--scal", "quick"], "There is no option --scal. Did you mean --scale?"],
    [["--frobnicate"], "There is no option --frobnicate. See --help."],
    [["-x"], "There is no option -x. See --help."],
    [
      ["--scale", "papre"],
      'Expected one of quick, small, paper as --scale, but received "papre". Did you mean "paper"?',
    ],
    [["--out"], "Expected a value after --out."],
    [["--out="], "Expected a folder after --out, but received nothing."],
    [["--seed", "1.5"], 'Expected a whole number from 0 up after --seed, but received "1.5".'],
    [["--seed", " "], 'Expected a whole number from 0 up after --seed, but received " ".'],
    [["--set", "steps"], 'Expected NAME=VALUE after --set, but received "steps".'],
    [["--set", "seed=3", "--seed", "4"], "Give one of --seed 4 and --set seed=3, not both."],
    [["--save=yes"], "Option '--save' does not take an argument."],
    [
      ["--timeout", "0"],
      'Expected a time such as 90 (seconds), 30m, 12h, 3d or none after --timeout, but received "0".',
    ],
    [["--jobs", "1.5"], 'Expected a whole number above 0 after --jobs, but received "1.5".'],
  ])("answers %j in one line", (args, message) => {
    expect(() => parseOptions(args)).toThrow(expect.objectContaining({ name: "UsageError", message }));
  });
});

import { describe, expect, it } from "vitest";
import { parseSweepCommand } from "../../../lib/cli/sweeps/options";

const parse = (text: string) => parseSweepCommand(text.split(" "));

describe("the command line of a sweep", () => {
  it("names a notebook and a grid, in any order, and has defaults for the rest", () => {
    const expected = {
      action: "start",
      notebook: "02",
      grid: { kind: "coupled,uncoupled", seed: "0..4" },
      points: undefined,
      random: undefined,
      set: {},
      params: undefined,
      name: undefined,
      executor: "local",
      jobs: undefined,
      memoryBytes: undefined,
      limits: { notebook: 604_800, cell: 259_200 },
      check: true,
      dryRun: false,
      wait: false,
      slurm: { sbatch: [] },
    };
    expect(parse("02 --grid kind=coupled,uncoupled seed=0..4")).toEqual(expected);
    expect(parse("--grid kind=coupled,uncoupled --grid seed=0..4 02")).toEqual(expected);
    expect(parse("--grid=kind=coupled,uncoupled 02 seed=0..4")).toEqual(expected);
  });

  it("reads all options", () => {
    const local = parse(
      "a=b.ipynb --points p.csv --random 3 --set x=1 --scale small --seed 2 --params p.yaml --name n " +
        "--jobs 2 --memory 1.5G --timeout 60 --cell-timeout 1m --no-check --dry-run",
    );
    expect(local).toMatchObject({ notebook: "a=b.ipynb", points: "p.csv", random: 3, params: "p.yaml" });
    expect(local).toMatchObject({ set: { x: "1", scale: "small", seed: "2" }, name: "n", jobs: 2 });
    expect(local).toMatchObject({ memoryBytes: 1.5 * 2 ** 30, check: false, dryRun: true });
    expect(local).toMatchObject({ limits: { notebook: 60, cell: 60 } });
  });

  it("passes options on to sbatch", () => {
    const args = "1 --grid a=1 --executor slurm --wait --partition p --time 1:00:00 --gres gpu:1 --mem 4G";
    const more = [
      "--cpus",
      "4",
      "--account",
      "a",
      "--constraint",
      "x&y",
      "--sbatch",
      "--qos=low --exclusive",
    ];
    expect(parseSweepCommand([...args.split(" "), ...more, "--sbatch=-N 1"])).toMatchObject({
      executor: "slurm",
      wait: true,
      slurm: {
        partition: "p",
        time: "1:00:00",
        gres: "gpu:1",
        mem: "4G",
        cpus: "4",
        account: "a",
        constraint: "x&y",
        sbatch: ["--qos=low --exclusive", "-N 1"],
      },
    });
  });

  it("knows the other commands", () => {
    expect(parse("list")).toEqual({ action: "list" });
    expect(parse("status n")).toEqual({ action: "status", name: "n" });
    expect(parse("cancel n")).toEqual({ action: "cancel", name: "n" });
    expect(parse("logs n")).toEqual({ action: "logs", name: "n", point: undefined });
    expect(parse("logs n kind=a,seed=1")).toEqual({ action: "logs", name: "n", point: "kind=a,seed=1" });
    expect(parse("task n 12")).toEqual({ action: "task", name: "n", index: 12 });
    expect(parse("--help")).toEqual({ action: "help" });
    expect(parseSweepCommand([])).toEqual({ action: "help" });
  });

  it.each([
    ["02", "either --grid NAME=VALUES … or --points FILE, but received neither"],
    ["02 --grid a=1 --points p.csv", "but received both"],
    ["02 a=1", 'Expected --grid before its values, but received "a=1"'],
    ["--grid a=1", "Expected one notebook, but received none"],
    ["02 04 --grid a=1", 'Expected one notebook, but received "02" and "04"'],
    ["stats n", 'received "stats" and "n". Did you mean status?'],
    ["02 --grid a", 'Expected NAME=VALUES after --grid, as seed=0..4, but received "a"'],
    ["02 --grid a=1 a=2", "Give all values of a at once, by commas."],
    ["02 --grid a=1 --executor slrm", 'Did you mean "slurm"?'],
    ["02 --grid a=1 --mem 3G", "Expected --executor slurm with --mem"],
    ["02 --grid a=1 --wait", "Expected --executor slurm with --wait"],
    ["02 --grid a=1 --executor slurm --memory 3G", "Expected --mem with --executor slurm"],
    ["02 --grid a=1 --memory lots", "a size such as 3G or 500M after --memory"],
    ["02 --grid a=1 --jobs 0", 'a whole number above 0 after --jobs, but received "0"'],
    ["02 --grid a=1 --name ../x", "a name of letters, digits, dots and dashes after --name"],
    ["02 --grid a=1 --name list", "a name of letters, digits, dots and dashes after --name"],
    ["02 --grid a=1 --gird b=1", "There is no option --gird. Did you mean --grid?"],
    ["status", "Expected the name of a sweep after status, but received none."],
    ["status a b", 'Expected at most 1 words after status, but received "a b"'],
    ["status a --jobs 2", "Expected no option after status, but received --jobs"],
    ["task a b", "Expected a point's number after the sweep's name, but received \"b\""],
  ])("refuses with a sentence: %s", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type OptionSpecs, parseCommand } from "../../../lib/cli/models/command-options";
import { trainSettings, trainSpecs } from "../../../lib/cli/models/settings";
import { solverOf } from "../../../lib/cli/models/solver";
import { saveNpy, saveNpz } from "../../../lib/formats";

const folder = mkdtempSync(join(tmpdir(), "options-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const specs = {
  size: { type: "whole", help: "" },
  rate: { type: "number", range: [0, 1], help: "" },
  speed: { type: "number", above: 0, help: "" },
  kind: { type: "text", choices: ["soft", "hard"], help: "" },
  names: { type: "list", help: "" },
  "in-turn": { type: "flag", help: "" },
} as const satisfies OptionSpecs;

describe("parseCommand", () => {
  it("reads flags, lists and words", () => {
    const { given, words } = parseCommand(
      ["photos", "--size", "8", "--names", "a, b\\,c", "--names", "d", "--in-turn"],
      specs,
    );
    expect(words).toEqual(["photos"]);
    expect(given).toEqual({ size: 8, names: ["a", "b,c", "d"], "in-turn": true });
  });

  it.each([
    ["a.yaml", "size: 8\nrate: 0.5\nkind: soft\nnames: [x, 'y,z']\nin-turn: true\n"],
    ["a.json", '{ "size": 8, "rate": 0.5, "kind": "soft", "names": ["x", "y,z"], "in-turn": true }'],
  ])("reads a config file, %s, after which flags override it", (name, text) => {
    const { given } = parseCommand(["--config", file(name, text), "--rate", "0.25"], specs);
    const { config, ...values } = given;
    expect(config).toContain(name);
    expect(values).toEqual({ size: 8, rate: 0.25, kind: "soft", names: ["x", "y,z"], "in-turn": true });
  });

  it.each([
    [["--sise", "8"], "There is no option --sise. Did you mean --size?"],
    [["--size", "8.5"], 'Expected a whole number from 1 as --size, but received "8.5".'],
    [["--size", ""], 'Expected a whole number from 1 as --size, but received "".'],
    [["--rate", "2"], 'Expected a number from 0 to 1 as --rate, but received "2".'],
    [["--speed", "0"], 'Expected a number above 0 as --speed, but received "0".'],
    [["--speed=-1e-3"], 'Expected a number above 0 as --speed, but received "-1e-3".'],
    [["--speed", "Infinity"], 'Expected a number above 0 as --speed, but received "Infinity".'],
    [["--speed", "nan"], 'Expected a number above 0 as --speed, but received "nan".'],
    [["--kind", "sof"], 'Expected one of soft, hard as --kind, but received "sof". Did you mean "soft"?'],
    [["--kind", "q"], /received "q"\.$/],
    [["--size"], "Expected a value after --size."],
    [["--size", "-3"], 'Expected a whole number from 1 as --size, but received "-3".'],
    [["--kind", "-soft,x"], "starts with a dash is written with an equals sign: --kind=-soft,x"],
    [["--config", "none.yaml"], "Can't read none.yaml: there is no such file."],
    [["--config", "none.txt"], 'Expected a .yaml or .json file after --config, but received "none.txt".'],
  ])("refuses %j in a sentence", (args, message) => {
    expect(() => parseCommand(args, specs)).toThrow(message);
  });

  it.each([
    ["sise: 8", "There is no option sise, which FILE gives. Did you mean size?"],
    ["size: many", 'Expected a whole number from 1 as size in FILE, but received "many".'],
    ["in-turn: 'yes'", 'Expected true or false as in-turn in FILE, but received "yes".'],
    ["kind: [soft]", 'Expected a text as kind in FILE, but received ["soft"].'],
    ["help: true", "There is no option help, which FILE gives."],
  ])("refuses the config file %j in a sentence", (text, message) => {
    const path = file("bad.yaml", text);
    expect(() => parseCommand(["--config", path], specs)).toThrow(message.replace("FILE", path));
  });
});

describe("the settings of a training", () => {
  const settings = (...args: string[]) => {
    const { given, words } = parseCommand(args, trainSpecs);
    return trainSettings(given, words);
  };
  const rows = file("rows.csv", "a,b\n1,2\n");
  const images = join(folder, "images.npy");
  saveNpy(images, { shape: [4, 8, 8], data: new Uint8Array(256) });
  const points = join(folder, "points.npz");
  saveNpz(points, {
    x: { shape: [4, 2], data: new Float32Array(8) },
    y: { shape: [4], data: new Uint8Array(4) },
  });
  const objects = join(folder, "objects.npy");
  const header = "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }\n";
  writeFileSync(objects, `\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`, "latin1");

  it("have defaults by what there is to learn from", () => {
    expect(settings(folder)).toMatchObject({ task: "in-painting", steps: 6000, batch: 16, size: 32 });
    expect(settings(rows)).toMatchObject({ task: "table", steps: 10_000, batch: 256, width: 128 });
    expect(settings("--data", rows, "--steps", "3").data).toBe(rows);
    const array = settings(images, "--labels", `${points}:y`, "--range=-1,1", "--class-names", "a,b");
    expect(array).toMatchObject({ task: "in-painting", labels: `${points}:y`, range: [-1, 1] });
    expect(array).not.toHaveProperty("size");
    expect(settings(images, "--range", "-1,1")).toMatchObject({ range: [-1, 1] });
    expect(settings(`${points}:x`)).toMatchObject({ task: "table", data: `${points}:x` });
  });

  it.each([
    [[], "Expected a folder of images, an array or a table's file to learn from, but received none."],
    [["nowhere"], '"nowhere", which doesn\'t exist'],
    [[folder, "--size", "30"], "Expected a multiple of 8 as --size, but received 30."],
    [[folder, "--target", "a"], "Expected only options for a folder of images, but received --target."],
    [[rows, "--mirror"], "Expected only options for a table, but received --mirror."],
    [[rows, "--task", "classes"], "Expected images for --task classes, but received a table's file."],
    [[folder, "--task", "class"], 'Did you mean "classes"?'],
    [[folder, "--group", "("], "Expected a regular expression as --group"],
    [[images, "--labels", "none.npy"], 'Expected an array\'s file as --labels, but received "none.npy"'],
    [[images, "--range", "1,0"], "Expected two numbers, black and white, as --range, but received 1,0."],
    [[images, "--range", "0"], "Expected two numbers, black and white, as --range, but received 0."],
    [
      [images, "--task", "classes"],
      "Expected --labels FILE, the class of each image, for --task classes of an array",
    ],
    [[images, "--group", "a"], "Expected only options for an array of images, but received --group."],
    [[images, "--task", "table"], "Expected rows for --task table, but received an array of images."],
    [[`${points}:x`, "--layout", "nchw"], "Expected only options for a table, but received --layout."],
    [[`${points}:z`], "Expected one of x, y as array of"],
    [[objects], "names no plain array of numbers (objects and records aren't read)."],
    [[folder, rows], "Expected one folder or file to learn from"],
  ])("refuse %j in a sentence", (args, message) => {
    expect(() => settings(...args)).toThrow(message);
  });
});

it("a solver takes steps or a tolerance, whichever it has", () => {
  expect(solverOf({}).settings).toEqual({ solver: "dopri5", tolerance: 1e-3 });
  expect(solverOf({ solver: "heun" }).settings).toEqual({ solver: "heun", steps: 20 });
  expect(() => solverOf({ steps: 5 })).toThrow("Expected --tolerance for a solver whose steps adapt");
  expect(() => solverOf({ solver: "rk4", tolerance: 0.1 })).toThrow("Expected --steps for --solver rk4");
});

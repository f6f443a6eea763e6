import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ndarray } from "../../../lib/array";
import { parseCommand } from "../../../lib/cli/models/command-options";
import { evaluateModel } from "../../../lib/cli/models/evaluate";
import type { Measure } from "../../../lib/cli/models/evaluation";
import { exportModel } from "../../../lib/cli/models/export";
import { evaluate } from "../../../lib/cli/models/measures";
import { sample } from "../../../lib/cli/models/sample";
import { trainSettings, trainSpecs } from "../../../lib/cli/models/settings";
import { evaluateSpecs, sampleSpecs } from "../../../lib/cli/models/specs";
import { train } from "../../../lib/cli/models/train";
import { openTrained } from "../../../lib/cli/models/trained";
import { arrays, savePngs, table } from "../../../lib/data";
import { fitRows } from "../../../lib/data/table/fit-rows";
import { projectRoot } from "../../../lib/files/project";
import { loadNpy, saveNpy } from "../../../lib/formats";
import { dopri5 } from "../../../lib/samplers";

// What people call wrongly, and files that others put where they are not expected.

const folder = mkdtempSync(join(tmpdir(), "odd-calls-"));
const at = (...path: string[]) => join(folder, ...path);
afterAll(() => rmSync(folder, { recursive: true }));

const printed: string[] = [];
const context = {
  root: projectRoot(),
  line: { update() {}, close() {}, print: (line: string) => void printed.push(line) },
  signal: new AbortController().signal,
  program: "npx interpolants",
};
const trained = async (...args: readonly string[]) => {
  const { given, words } = parseCommand(args, trainSpecs);
  return train(trainSettings(given, words), given, context);
};
const sampled = async (model: string, ...args: readonly string[]) =>
  sample(at(model), parseCommand(args, sampleSpecs).given, context);
const evaluated = async (model: string, ...args: readonly string[]) =>
  evaluateModel(at(model), parseCommand(args, evaluateSpecs).given, context);
/** The error that the work ends with, and the exit code that it asks for. */
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    ({ message, exitCode }) => ({ message, exitCode }),
  );
const quick = ["--solver", "euler", "--steps", "1"];

beforeAll(async () => {
  const rows = Array.from(
    { length: 40 },
    (_, k) => `${(Math.sin(k * k) + 9).toFixed(2)},${k % 2 ? "a" : "b"}`,
  );
  writeFileSync(at("rows.csv"), `speed,side\n${rows.join("\n")}\n`);
  saveNpy(at("images.npy"), {
    shape: [10, 8, 8],
    data: Uint8Array.from({ length: 640 }, (_, e) => 100 + 99 * Math.sin(e * e)),
  });
  const small = ["--steps", "2", "--batch", "4", "--width", "8"];
  await trained(at("rows.csv"), ...small, "--out", at("rows"));
  await trained(at("images.npy"), ...small, "--apart", "0", "--out", at("images"));
}, 120_000);

describe("train", () => {
  it("refuses a file as its folder before it reads anything", async () => {
    const files = readdirSync(folder);
    const found = await refusal(trained(at("rows.csv"), "--out", at("rows.csv")));
    expect(found).toEqual({
      message: `Expected a folder as --out, but received a file, "${at("rows.csv")}".`,
      exitCode: 2,
    });
    const inside = await refusal(trained(at("rows.csv"), "--out", at("rows.csv", "model")));
    expect(inside.message).toContain(`in the file ${at("rows.csv")}.`);
    expect(readdirSync(folder)).toEqual(files);
  });

  it("refuses a folder of other files, unless it is told to", async () => {
    mkdirSync(at("photos"));
    writeFileSync(at("photos", "me.jpg"), "");
    const args = [at("rows.csv"), "--out", at("photos"), "--steps", "1", "--width", "8"];
    const found = await refusal(trained(...args));
    expect(found.exitCode).toBe(2);
    expect(found.message).toMatch(/photos holds other files, such as "me.jpg", and no model: choose another/);
    expect(readdirSync(at("photos"))).toEqual(["me.jpg"]);
    expect(await trained(...args, "--force")).toBe(0);
    expect(readdirSync(at("photos"))).toEqual(expect.arrayContaining(["me.jpg", "model.json"]));
  });
});

describe("a branch", () => {
  it("mustn't hold out what the training before was trained on", async () => {
    const small = [at("images.npy"), "--batch", "4", "--width", "8", "--apart", "0"];
    const stopping = new AbortController();
    const { given, words } = parseCommand([...small, "--steps", "1000", "--out", at("parent")], trainSpecs);
    const line = {
      ...context.line,
      update: (text: string) => text.startsWith("training: ") && stopping.abort(),
    };
    const parent = train(trainSettings(given, words), given, { ...context, line, signal: stopping.signal });
    await expect(parent).rejects.toThrow();
    const branch = (...args: string[]) =>
      trained(...small, "--steps", "1001", "--branch-from", at("parent"), "--out", at("branch"), ...args);
    const { message, exitCode } = await refusal(branch("--test", "0.6"));
    expect(message).toMatch(
      /^Expected held-out samples .* hasn't seen, but received \d of 6 that it was trained on\./,
    );
    expect(message).toMatch(/split by --test 0\.2 --seed 0\.$/);
    expect(exitCode).toBe(2);
    expect(await branch("--dry-run")).toBe(0);
  }, 120_000);
});

describe("--given", () => {
  it.each([
    ["speed=", 'a value for "speed" after --given, but received none'],
    ["speed=NaN", 'a value for "speed" after --given, but received "NaN"'],
    ["speed=9,speed=8", 'one value for each name, but received "speed" twice'],
    ["speed=9,5", "Write a comma in a name or a value as \\,."],
  ])("refuses %s, which would be left out silently", async (given, message) => {
    expect(await refusal(sampled("rows", "--given", given, ...quick))).toEqual({
      message: expect.stringContaining(message),
      exitCode: 2,
    });
  });
});

describe("images as an array", () => {
  it("stay within the range that they are said to have", async () => {
    expect(await sampled("images", "--count", "2", "--out", at("drawn.npy"), ...quick)).toBe(0);
    expect(loadNpy(at("drawn.npy")).data.every((value: number) => Math.abs(value) <= 1)).toBe(true);
  });
});

describe("a folder's model", () => {
  const whole = () => JSON.parse(readFileSync(at("rows", "model.json"), "utf8"));

  it.each<[string, () => unknown]>([
    ["nothing", () => ({})],
    ["a kind", () => ({ kind: "table" })],
    ["a list", () => []],
    ["null", () => null],
    ["no file", () => ({ ...whole(), file: undefined })],
    ["a checksum that is a number", () => ({ ...whole(), file: { bytes: 1, sha256: 1 } })],
    ["another task", () => ({ ...whole(), task: "tables" })],
    ["a task of images", () => ({ ...whole(), task: "classes" })],
    ["no columns", () => ({ ...whole(), columns: [] })],
    ["columns of nothing", () => ({ ...whole(), columns: [null, {}] })],
    [
      "columns that overlap",
      () => ({ ...whole(), columns: whole().columns.map((c: object) => ({ ...c, span: [0, 1] })) }),
    ],
    [
      "levels that are numbers",
      () => ({ ...whole(), columns: whole().columns.map((c: object) => ({ ...c, levels: 2 })) }),
    ],
    ["classes that are no list", () => ({ ...whole(), classes: "a" })],
  ])("described by %s is damaged", async (_, about) => {
    mkdirSync(at("damaged"), { recursive: true });
    writeFileSync(at("damaged", "model.json"), JSON.stringify(about()));
    const { message } = await refusal(openTrained(at("damaged")));
    expect(message).toBe(`${at("damaged", "model.json")} is damaged. Put back a copy of it, or train again.`);
  });

  it("whose settings are damaged samples nothing", async () => {
    const config = readFileSync(at("rows", "config.json"), "utf8");
    writeFileSync(at("rows", "config.json"), "[1]");
    const found = await refusal(sampled("rows", "--input", at("rows.csv"), "--out", "-"));
    writeFileSync(at("rows", "config.json"), config);
    expect(found.message).toMatch(/config\.json is damaged\./);
  });

  it("is known by a file in it", async () => {
    const found = await refusal(sampled(join("rows", "model.safetensors")));
    expect(found).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/Did you mean its folder, .*rows\?$/),
    });
  });
});

describe("sample", () => {
  it("blames the cell that is no number", async () => {
    writeFileSync(at("bad.csv"), "speed,side\n9.88,a\n9.5,b\n,a\nabc,b\n7,a\n");
    const found = await refusal(sampled("rows", "--input", at("bad.csv"), "--out", "-"));
    expect(found.message).toContain('Expected numbers in column "speed"');
    expect(found.message).toContain('but received others, such as "abc" on line 5.');
  });

  it.each([
    [
      ["--out", "-"],
      "Images can't be written to the standard output: give a folder or a .npy file as --out.",
    ],
    [["--out", "samples.png"], 'Expected a folder or a .npy file as --out, but received "samples.png".'],
    [
      ["--out", "o.npy", "--format", "png"],
      'Expected a folder as --out for --format png, but received "o.npy".',
    ],
  ])("writes no images with %j", async (args, message) => {
    expect(await refusal(sampled("images", ...args))).toEqual({ message, exitCode: 2 });
    expect(existsSync(args[1])).toBe(false);
  });

  it("writes drawn numbers with the decimal mark of their column, so that they can be read", async () => {
    const lines = Array.from({ length: 40 }, (_, k) => `${k},${k % 9}5;${2 * k},5`);
    writeFileSync(at("marks.csv"), `a;b\n${lines.join("\n")}\n`);
    const small = ["--steps", "2", "--batch", "4", "--width", "8"];
    await trained(at("marks.csv"), ...small, "--out", at("marks"));
    writeFileSync(at("gaps.csv"), "a;b\n1,500;\n;3,5\n2,25;7,5\n");
    const filled = ["--input", at("gaps.csv"), "--out", at("filled.csv")];
    expect(await sampled("marks", ...filled, ...quick)).toBe(0);
    const text = readFileSync(at("filled.csv"), "utf8");
    expect(text).toMatch(/^a,b\n"1,500","-?\d+(,\d+)?"\n"-?\d+(,\d+)?","3,5"\n"2,25","7,5"\n$/);
    const rows = await fitRows(at("filled.csv"), (await openTrained(at("marks"))).about.columns!);
    expect(rows.keep.data.every((kept) => kept === 1)).toBe(true);
  });

  it("takes no count beside images that are given", async () => {
    const found = await refusal(sampled("images", "--input", at("images.npy"), "--count", "3"));
    expect(found).toEqual({ message: "Expected --input, or --count, but received both.", exitCode: 2 });
  });

  it("writes images to a file of an array, with a record", async () => {
    const out = ["--out", at("o.npy")];
    expect(await sampled("images", ...out, ...quick)).toBe(0);
    expect(loadNpy(at("o.npy")).shape).toEqual([2, 8, 8, 1]);
    expect(JSON.parse(readFileSync(at("o.npy.json"), "utf8"))).toMatchObject({ files: ["o.npy"], nfe: 1 });
    expect((await refusal(sampled("images", ...out, ...quick))).message).toContain("There is something in");
  });
});

describe("evaluate", () => {
  it("says how to name data that were moved, takes them, and refuses others", async () => {
    renameSync(at("rows.csv"), at("moved.csv"));
    const gone = await refusal(evaluated("rows", ...quick));
    expect(gone.message).toMatch(
      /nothing there\. Put them back, or say where they are now by --data PATH\.$/,
    );
    expect(await evaluated("rows", ...quick, "--data", at("moved.csv"))).toBe(0);
    writeFileSync(at("other.csv"), readFileSync(at("moved.csv"), "utf8").replace("a\n", "b\n"));
    const other = await refusal(
      evaluated("rows", ...quick, "--data", at("other.csv"), "--out", at("e.json")),
    );
    expect(other.message).toContain("was trained on at --data");
    renameSync(at("moved.csv"), at("rows.csv"));
  });

  it("measures nothing where better measures are there", async () => {
    const about = readFileSync(at("rows", "evaluation.json"), "utf8");
    const found = await refusal(evaluated("rows", ...quick, "--count", "3"));
    expect(found.exitCode).toBe(2);
    expect(found.message).toMatch(
      /has measures on 8 samples, and these would be on 3: nothing was measured\./,
    );
    expect(readFileSync(at("rows", "evaluation.json"), "utf8")).toBe(about);
    expect((await refusal(evaluated("rows", "--out", folder))).message).toContain("Expected a file as --out");
  });
});

it("export says what to do next, by paths that are there", async () => {
  printed.length = 0;
  expect(await exportModel(at("rows"), {}, context)).toBe(0);
  const [, program, model] = /^Next: python3 (\S+) (\S+) +\(needs: pip install onnxruntime numpy\)$/.exec(
    printed.at(-1)!,
  )!;
  expect([program, model].map((path) => existsSync(path))).toEqual([true, true]);
});

describe("evaluate --on other data", () => {
  const evaluation = (model: string, name = "evaluation") =>
    JSON.parse(readFileSync(at(model, `${name}.json`), "utf8"));
  const lines = () => readFileSync(at("rows.csv"), "utf8").trim().split("\n");
  const many = 60;
  const labels = Int32Array.from({ length: many }, (_, k) => k % 2);
  const small = ["--steps", "2", "--batch", "4", "--width", "8", "--apart", "0"];
  const saveImages = (name: string, rows: readonly number[], classes = labels) => {
    const { data } = loadNpy(at("many.npy"));
    const images = rows.flatMap((row) => [...data.subarray(64 * row, 64 * (row + 1))].map(Number));
    saveNpy(at(`${name}.npy`), { shape: [rows.length, 8, 8], data: Uint8Array.from(images) });
    saveNpy(at(`${name}-y.npy`), {
      shape: [rows.length],
      data: Int32Array.from(rows, (row) => classes[row]),
    });
  };
  const heldOutImages = async () => {
    const all = await arrays({ x: at("many.npy") }, { split: { apart: 0 }, seed: 0 });
    const bytes = loadNpy(at("many.npy")).data;
    return Array.from({ length: all.test.x.shape[0] }, (_, k) => {
      const shown = Array.from(all.test.x.data.subarray(64 * k, 64 * (k + 1)), (v) =>
        Math.round((v + 1) * 127.5),
      );
      return [...Array(many).keys()].find((row) => shown.every((v, e) => v === bytes[64 * row + e]))!;
    });
  };

  it("measures rows as it does held-out ones, and says which are known from training", async () => {
    const data = await table(at("rows.csv"), { seed: 0 });
    const [head, ...rows] = lines();
    writeFileSync(at("same.csv"), [head, ...Array.from(data.test.rows, (row) => rows[row])].join("\n"));
    await evaluated("rows", ...quick, "--out", at("held-out.json"));
    const spoken = vi.spyOn(console, "log").mockImplementation(() => {});
    await evaluated("rows", ...quick, "--on", at("same.csv"));
    expect(spoken.mock.calls[0][0]).toBe(
      "Rows of rows, on same.csv, not its own held-out data: 8 samples, 1 evaluation",
    );
    spoken.mockRestore();
    const heldOut = JSON.parse(readFileSync(at("held-out.json"), "utf8"));
    const { on, measures } = evaluation("rows", "evaluation-same");
    expect(on).toBe(at("same.csv"));
    expect(measures).toEqual(heldOut.measures);

    // The columns in another order, one more, and all rows.
    const swapped = lines().map((line, k) =>
      [...line.split(",").reverse(), k === 0 ? "note" : "x"].join(","),
    );
    writeFileSync(at("all.csv"), swapped.join("\n"));
    printed.length = 0;
    await evaluated("rows", ...quick, "--on", at("all.csv"));
    const train = new Set(Array.from(data.train.rows, (row) => rows[row]));
    const known = rows.filter((row) => train.has(row)).length;
    expect(printed).toContain(`note: ${known} of the 40 samples of all.csv are among those for training.`);
    expect(evaluation("rows", "evaluation-all")).toMatchObject({ samples: 40, trainedOn: known });
  });

  it("measures images as it does held-out ones, without its own data too", async () => {
    saveNpy(at("many.npy"), {
      shape: [many, 8, 8],
      data: Uint8Array.from({ length: 64 * many }, (_, e) => 100 + 99 * Math.sin(e * e)),
    });
    await trained(at("many.npy"), ...small, "--out", at("many"));
    saveImages("same", await heldOutImages());
    await evaluated("many", ...quick);
    const other = at("other-seed.json");
    await evaluated("many", ...quick, "--on", at("same.npy"), "--out", other);
    const found = await refusal(evaluated("many", ...quick, "--out", other));
    expect(found).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`on ${at("same.npy")}: nothing`),
    });
    rmSync(other);
    await evaluated("many", ...quick, "--seed", "1", "--out", other);
    const [first, second] = [evaluation("many"), JSON.parse(readFileSync(other, "utf8"))];
    expect(second.measures[0].value).not.toBe(first.measures[0].value);
    expect(second.measures[0].beside).not.toEqual(first.measures[0].beside);
    await evaluated("many", ...quick, "--on", at("same.npy"));
    const [heldOut, same] = [evaluation("many"), evaluation("many", "evaluation-same")];
    expect(same).toMatchObject({ samples: 12, trainedOn: 0, measures: heldOut.measures });
    renameSync(at("many.npy"), at("gone.npy"));
    printed.length = 0;
    await evaluated("many", ...quick, "--on", at("same.npy"));
    renameSync(at("gone.npy"), at("many.npy"));
    expect(printed[0]).toMatch(
      /^note: what simple methods get from the training data is left out\. Expected the/,
    );
    const { measures } = evaluation("many", "evaluation-same");
    expect(measures.map(({ value }: { value: number }) => value)).toEqual(
      heldOut.measures.map(({ value }: { value: number }) => value),
    );
    expect(measures[0].beside).toEqual({ perfect: 0 });
  });

  it("measures a model of classes, given the classes", async () => {
    saveImages("all", [...Array(many).keys()]);
    const classes = ["--task", "classes", "--labels", at("all-y.npy"), "--class-names", "even,odd"];
    await trained(at("all.npy"), ...classes, ...small, "--out", at("classes"));
    saveImages("same", await heldOutImages());
    await evaluated("classes", ...quick);
    await evaluated("classes", ...quick, "--on", at("same.npy"), "--labels", at("same-y.npy"));
    const numbers = (name?: string) =>
      evaluation("classes", name).measures.map(({ beside, ...measure }: Measure) => [
        measure,
        Object.values(beside),
      ]);
    expect(numbers("evaluation-same")).toEqual(numbers());
    const unlabelled = await refusal(evaluated("classes", "--on", at("same.npy")));
    expect(unlabelled).toMatchObject({ exitCode: 2, message: expect.stringContaining("--labels FILE") });
    saveImages("third", [1, 2], Int32Array.of(0, 1, 2));
    const third = await refusal(evaluated("classes", "--on", at("third.npy"), "--labels", at("third-y.npy")));
    expect(third.message).toBe("Expected 3 names as classes, but received 2.");
    mkdirSync(at("sorted", "even"), { recursive: true });
    mkdirSync(at("sorted", "neither"));
    const grey = (value: number) => ndarray([1, 8, 8, 1], new Float32Array(64).fill(value));
    savePngs(at("sorted", "even"), grey(0.5));
    savePngs(at("sorted", "neither"), grey(-0.5));
    expect((await refusal(evaluated("classes", "--on", at("sorted")))).message).toMatch(
      /^Expected images in folders named even, odd in ".*sorted", .*but received "neither"\.$/,
    );
  });

  it.each(["rows", "many", "classes"])("measures nothing of a flow that gave up: %s", async (model) => {
    const lost = evaluate({
      trained: await openTrained(at(model)),
      print() {},
      count: 4,
      method: dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 1, firstStep: 0.5 }),
      seed: 0,
      signal: context.signal,
    });
    await expect(lost).rejects.toThrow(
      /^The flow whose samples are measured did not reach t = 1: Samples 0 to .*after 1 steps/,
    );
  });

  it("refuses data that don't fit the model, in a sentence", async () => {
    writeFileSync(at("narrow.csv"), "speed,note\n9,x\n8,y\n");
    writeFileSync(at("level.csv"), "speed,side\n9,a\n8,c\n");
    saveNpy(at("wide.npy"), { shape: [4, 8, 16], data: new Uint8Array(512).fill(9) });
    saveNpy(at("deep.npy"), { shape: [4, 8, 8, 3], data: new Uint8Array(768).fill(9) });
    savePngs(
      at("coloured"),
      ndarray(
        [3, 8, 8, 3],
        Float32Array.from({ length: 576 }, (_, e) => Math.sin(e * e)),
      ),
    );
    const cases: readonly (readonly [model: string, on: string, message: RegExp])[] = [
      [
        "rows",
        "narrow.csv",
        /^Expected the columns speed, side in ".*", which the model has, but received none called side\.$/,
      ],
      ["rows", "level.csv", /^Expected one of a, b in column "side" .*"c"/],
      [
        "rows",
        "wide.npy",
        /^Expected a table's file as --on, for a model of rows, but received an array of images\.$/,
      ],
      [
        "images",
        "rows.csv",
        /^Expected images as --on, for a model of images, but received a table's file\.$/,
      ],
      [
        "images",
        "wide.npy",
        /^Expected images of shape \[8, 8, 1\] in ".*", which the model takes, but received \[8, 16, 1\]\.$/,
      ],
      ["images", "deep.npy", /^Expected images of shape \[8, 8, 1\] .*\[8, 8, 3\]\.$/],
      [
        "images",
        "coloured",
        /^Expected grey images in ".*coloured", which the model takes, but received images in colour\.$/,
      ],
      ["rows", "nowhere.csv", /nowhere\.csv", which doesn't exist\.$/],
    ];
    for (const [model, on, message] of cases) {
      expect((await refusal(evaluated(model, "--on", at(on)))).message).toMatch(message);
    }
    expect((await refusal(evaluated("rows", "--labels", at("same-y.npy")))).exitCode).toBe(2);
  });
});

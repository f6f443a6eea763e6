import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { cardText } from "../../../lib/cli/models/card-text";
import { messageOf } from "../../../lib/cli/models/flags";
import { trainSpecs } from "../../../lib/cli/models/settings";
import { exportSpecs } from "../../../lib/cli/models/specs";
import { arrays, imageFolder, inspectDataset, savePngs, table } from "../../../lib/data";
import { advise, expected, option } from "../../../lib/errors";
import { ownImages } from "../../../lib/experiments/models";

// Errors of the library, as its command says them.

const folder = mkdtempSync(join(tmpdir(), "flags "));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const csv = (...cells: readonly string[]) => {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `a;speed\n${cells.map((cell, k) => `${k};${cell}`).join("\n")}\n`);
  return path;
};
const thrown = (work: () => unknown): Promise<Error> =>
  Promise.resolve()
    .then(work)
    .then(
      () => expect.unreachable(),
      (error) => error,
    );
const bytes = (...shape: number[]) => ({
  shape,
  data: Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, (_, e) => e % 200),
});
const images = (side: number) => {
  const x = ndarray([4, side, side, 1], new Float32Array(4 * side * side));
  return { name: "mine", classes: [], train: { x }, test: { x } };
};

it.each<[what: string, work: () => unknown, inCode: string, flags: string]>([
  [
    "a text among numbers",
    () => table(csv("1.5", "abc", "2.5", "3.5")),
    'missing: ["abc"]; where the column holds texts: columns: { "speed": "categorical" }.',
    "--missing abc; where the column holds texts: --categories speed.",
  ],
  [
    "a list in a cell",
    () =>
      table([
        { a: 1, "b,c": [2] },
        { a: 2, "b,c": [3] },
      ]),
    'columns: { "b,c": "ignore" }.',
    "Leave it out: --ignore 'b\\,c'.",
  ],
  [
    "a decimal mark that isn't clear",
    () => table(csv("1,234", "5,678", "7,890")),
    'Say which: decimal: "." or decimal: ",".',
    "Say which: --decimal . or --decimal ,.",
  ],
  [
    "dates that aren't clear",
    () => table(csv("01/02/2024", "03/04/2024", "05/06/2024")),
    'dates: "dmy" or dates: "mdy".',
    "Say what comes first: --dates dmy or --dates mdy.",
  ],
  [
    "sides of 20 pixels",
    () => ownImages({ data: images(20), task: "in-painting", steps: 1 }),
    "Choose another size, such as size: 24.",
    "Choose another size, such as --size 24.",
  ],
  [
    "a range that isn't clear",
    () => arrays({ x: { shape: [4, 2, 2], data: Float32Array.from({ length: 16 }, (_, e) => e) } }),
    "such as range: [0, 255].",
    "such as --range 0,255.",
  ],
  [
    "a range that begins below 0",
    () => arrays({ x: { shape: [4, 2, 2], data: Float32Array.from({ length: 16 }, (_, e) => e - 8) } }),
    "such as range: [-8, 7].",
    "such as --range=-8,7.",
  ],
  [
    "channels that come first",
    () => arrays({ x: bytes(4, 3, 8, 8) }),
    'layout: "nchw".',
    "Choose the other order of axes: --layout nchw.",
  ],
])("of %s", async (_, work, inCode, flags) => {
  const error = await thrown(work);
  expect(error.message.endsWith(inCode)).toBe(true);
  expect(messageOf(error, trainSpecs).endsWith(flags)).toBe(true);
  // A command without the flag has the fact alone.
  expect(messageOf(error, exportSpecs)).toMatch(/^Expected .* but received .*\.$/);
  expect(messageOf(error, exportSpecs)).not.toMatch(/--|: [[{"]|Choose|Say|Leave|Give/);
});

it("of sentences, those stay that name no option of others", () => {
  const error = expected(
    "text",
    "bytes",
    "Save it anew.",
    advise`Or pass ${option("encoding", "utf-16le")}.`,
  );
  expect(error.message).toBe(
    'Expected text, but received bytes. Save it anew. Or pass encoding: "utf-16le".',
  );
  expect(messageOf(error, trainSpecs)).toBe("Expected text, but received bytes. Save it anew.");
  expect(messageOf(new Error("plain"), trainSpecs)).toBe("plain");
  expect(messageOf("text", trainSpecs)).toBe("text");
});

describe("what is said of data", () => {
  it("names the flag of a licence, and counts one as one", () => {
    const x = ndarray([1, 1], Float32Array.of(0));
    const data = { ...images(8), train: { x }, test: { x }, leftOut: [] } as never;
    const origin = { source: "", licence: "not stated", checksum: "" };
    const facts = inspectDataset({ name: "mine", classes: [], origin, train: { x }, test: { x } });
    const lines = cardText({ kind: "table", data }, facts);
    expect(lines[0]).toContain("rows of 1 number,");
    expect(lines).toContain("  note: No licence is stated: pass --licence TEXT to say it in reports.");
    expect(lines).toContain(
      "  note: With 1 sample for training, there is next to nothing to learn from: give more.",
    );
    expect(facts.pitfalls).toContain("No licence is stated: pass licence to say it in reports.");
  });

  it("counts the files of a folder that can't be used, without a word of code", async () => {
    const inside = join(folder, "pictures");
    savePngs(
      inside,
      ndarray(
        [3, 8, 8, 1],
        Float32Array.from({ length: 192 }, (_, e) => Math.sin(e * e)),
      ),
    );
    for (const name of ["a.png", "b.png", "c.png"]) writeFileSync(join(inside, name), "");
    const lines: string[] = [];
    await imageFolder(inside, { size: 8, cacheFolder: folder, log: (line) => lines.push(line) });
    expect(lines).toEqual([
      `3 of 6 image files in "${inside}" can't be used: "a.png", it is empty; and 2 more.`,
    ]);
  });
});

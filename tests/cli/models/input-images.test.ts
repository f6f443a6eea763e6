import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";
import { inputImages, inputMask } from "../../../lib/cli/models/input-images";

const folder = mkdtempSync(join(tmpdir(), "input-images-"));
const at = (...path: string[]) => join(folder, ...path);
afterAll(() => rmSync(folder, { recursive: true }));

const options = { height: 8, width: 8, channels: 1, fit: "pad" } as const;
/** A picture of 4 × 8 pixels, whose left half is as the first value says, and whose right as the second. */
const halves = (path: string, left: readonly number[], right: readonly number[]) =>
  writeFileSync(
    path,
    encode({
      ...{ width: 8, height: 4, channels: left.length, depth: 8 },
      data: Uint8Array.from(Array.from({ length: 32 }, (_, pixel) => (pixel % 8 < 4 ? left : right)).flat()),
    }),
  );

describe("a mask", () => {
  it("that is padded fills nothing beside the picture, as nothing was missing there", async () => {
    halves(at("mask.png"), [255], [0]);
    const { data } = await inputMask(at("mask.png"), options);
    const rows = Array.from({ length: 8 }, (_, y) => Array.from(data.subarray(8 * y, 8 * y + 8)).join(""));
    expect(rows).toEqual([..."11", ..."0000", ..."11"].map((row) => (row === "1" ? "11111111" : "00001111")));
    halves(at("black.png"), [0], [0]);
    await expect(inputMask(at("black.png"), options)).rejects.toThrow("one without white");
  });

  it("that is painted on nothing fills what is painted white", async () => {
    halves(at("layer.png"), [255, 255, 255, 255], [255, 255, 255, 0]);
    const { data } = await inputMask(at("layer.png"), { ...options, fit: "stretch" });
    for (let y = 0; y < 8; y++) {
      expect(data[8 * y + 1]).toBe(0);
      expect(data[8 * y + 6]).toBe(1);
    }
  });
});

it("names of files in several folders stay apart, whatever the files are called", async () => {
  const paths = ["a/x.png", "b/x.png", "a/x-2.png", "c/x.png"].map((path) => at(path));
  for (const name of ["a", "b", "c"]) mkdirSync(at(name));
  for (const path of paths) halves(path, [0], [255]);
  const { names } = await inputImages(paths, options, unsaid);
  expect(names).toEqual(["x", "x-3", "x-2", "x-4"]);
});

it("leaves out what can't be read in a folder, and says so; not a file that was named", async () => {
  mkdirSync(at("mixed"));
  halves(at("mixed", "good.png"), [0], [255]);
  writeFileSync(at("mixed", "cut.png"), readFileSync(at("mixed", "good.png")).subarray(0, 40));
  const said: string[] = [];
  const { names } = await inputImages([at("mixed")], options, (line) => said.push(line));
  expect(names).toEqual(["good"]);
  expect(said).toEqual([expect.stringMatching(/^note: left out: Can't read the image .*cut\.png/)]);
  await expect(inputImages([at("mixed", "cut.png")], options, unsaid)).rejects.toThrow(
    "Can't read the image",
  );
  rmSync(at("mixed", "good.png"));
  await expect(inputImages([at("mixed")], options, () => {})).rejects.toThrow(
    "Expected images that can be read in",
  );
});

function unsaid(line: string) {
  throw new Error(`Nothing was to be said, but "${line}" was.`);
}

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prose, root } from "./texts";

// British spelling, as README has it: of all texts, and of the comments of lib. Words of the field stand in
// .config/words.txt.

const folder = mkdtempSync(join(tmpdir(), "spelling-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Words that are unknown, as `file:line:column - Unknown word (…)`. */
let found: string[] = [];

beforeAll(() => {
  const own = "The colour of a licence, normalised.\n\nThe color was anallysed. `coolor` $\\mathrmm$\n";
  for (const { file, text } of [...prose(), { file: "own.md", text: own }]) {
    const path = join(folder, file.replace(/\.ipynb$/, ".md"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  // cspell takes seconds to start: once for all.
  const program = join(root, "node_modules/cspell/bin.mjs");
  const files = [`${folder}/**/*.md`, `${folder}/.github/**/*.md`, `${root}/lib/**/*.ts`];
  const shown = ["--no-progress", "--no-color"];
  const args = ["lint", "--config", join(root, ".config/cspell.json"), "--root", "/", ...shown, ...files];
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const checked = Number(/Files checked: (\d+)/.exec(stderr)?.[1]);
  if (!(checked > 500)) throw new Error(`cspell checked ${checked} files: ${stderr}`);
  found = stdout.trim().split("\n");
}, 600_000);

const isOwn = (line: string) => line.includes("/own.md:");

describe("the spelling", () => {
  it("of README, the guide, cards, notebooks and the comments of lib is in the dictionary", () => {
    expect(found.filter((line) => !isOwn(line))).toEqual([]);
  });

  it("is British, and words of code or TeX need none", () => {
    expect(found.filter(isOwn).map((line) => /\((\w+)\)/.exec(line)?.[1])).toEqual(["color", "anallysed"]);
  });

  it("has a list of words in order, none twice", () => {
    const words = readFileSync(join(root, ".config/words.txt"), "utf8").trim().split("\n");
    const compare = new Intl.Collator("en").compare;
    expect(words).toEqual([...new Set(words)].sort(compare));
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { committedSections } from "../../lib/notebook";

const folder = mkdtempSync(join(tmpdir(), "sections-"));
afterAll(() => rmSync(folder, { recursive: true }));

const parameters = 'let scale = "quick";\nlet seed = 0;\nlet sizes = [1, 2];';
const note = 'The outputs in this file were made with scale = "small", label = "a, b = \\"c\\"", seed = 7.\n';

function store(name: string, heading: string, printed?: string) {
  const stream = { output_type: "stream", name: "stdout", text: printed };
  const shown = {
    output_type: "display_data",
    data: { "text/markdown": "- it [failed](#Where)" },
    metadata: {},
  };
  const cells = [
    { cell_type: "markdown", metadata: {}, source: `# About ${name}` },
    {
      cell_type: "code",
      metadata: { tags: ["parameters"] },
      source: parameters,
      execution_count: 1,
      outputs: printed === undefined ? [] : [stream],
    },
    { cell_type: "markdown", metadata: {}, source: heading },
    { cell_type: "code", metadata: {}, source: "", execution_count: 2, outputs: [shown] },
  ];
  writeFileSync(join(folder, name), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
}

it("reads notebooks by name, with the settings of their outputs and links that lead to them", () => {
  store("2.ipynb", "## Faults", note);
  store("1.ipynb", "## Faults\nBecause:");
  store("3.ipynb", "## Other");
  store("4.ipynb", "## Faults");
  writeFileSync(join(folder, "no notebook.md"), "## Faults");
  expect(committedSections({ heading: "Faults", folder, except: ["4.ipynb"] })).toEqual([
    {
      file: "1.ipynb",
      title: "About 1.ipynb",
      settings: { scale: "quick", seed: 0, sizes: [1, 2] },
      statements: ["it [failed](1.ipynb#Where)"],
    },
    {
      file: "2.ipynb",
      title: "About 2.ipynb",
      settings: { scale: "small", label: 'a, b = "c"', seed: 7, sizes: [1, 2] },
      statements: ["it [failed](2.ipynb#Where)"],
    },
    {
      file: "3.ipynb",
      title: "About 3.ipynb",
      settings: { scale: "quick", seed: 0, sizes: [1, 2] },
      statements: [],
    },
  ]);
});

it("reads the project's notebooks", () => {
  const files = committedSections({ heading: "Findings" }).map(({ file }) => file);
  expect(files).toContain("01-coupling-vs-conditioning.ipynb");
});

it("says which file is no notebook", () => {
  writeFileSync(join(folder, "5.ipynb"), "{}");
  expect(() => committedSections({ heading: "Faults", folder })).toThrow("5.ipynb");
});

it("says that a folder is missing", () => {
  const missing = join(folder, "none");
  expect(() => committedSections({ heading: "Faults", folder: missing })).toThrow(
    `Expected a folder of notebooks, but received "${missing}", which doesn't exist.`,
  );
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cellsIn } from "../../lib/notebook/cells-in-file";
import { formatNotebook, readNotebook } from "../../lib/notebook/nbformat";
import { code, notebook, shown, text } from "../report/notebooks";

const folder = mkdtempSync(join(tmpdir(), "cells-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, "a.ipynb");
const cellsOf = (content: string) => {
  writeFileSync(file, content);
  return [...cellsIn(file)];
};

const tricky = {
  ...notebook(
    text('a "quoted" [bracket] {brace}, \\ and \\" at the end\\'),
    code("[1, { a: '}' }]", [
      shown({ "application/json": { cells: [{ deep: [[{}]] }] }, "text/plain": "]}" }),
    ]),
    code(""),
    text("→ 中 é 😀"),
  ),
  metadata: { cells: [{ not: "one" }], note: "cells", list: ["cells", { a: 1 }] },
};
const whole = readNotebook({ ...tricky, cells: tricky.cells.map((cell, k) => ({ id: `${k}`, ...cell })) });

describe("the cells in a file", () => {
  it.each([
    ["as Jupyter lays it out", formatNotebook(whole)],
    ["on one line", JSON.stringify(whole)],
    [
      "with its keys in another order",
      JSON.stringify({ cells: whole.cells, a: "cells", metadata: tricky.metadata }),
    ],
    [
      "with its cells last, after texts of that name",
      JSON.stringify({ a: "cells", b: [{}], metadata: tricky.metadata, cells: whole.cells }),
    ],
  ])("are those of the notebook %s", (_, content) => {
    expect(cellsOf(content)).toEqual(whole.cells);
  });

  it("are none where there are none", () => {
    for (const content of ["{}", '{"cells": []}', "[]", '{"a": {"cells": [{}]}}']) {
      expect(cellsOf(content)).toEqual([]);
    }
  });

  // The file is read four megabytes at a time; the quotes and backslashes lie at each place of that border.
  it("are whole where they are longer than what is read at once", () => {
    for (let shift = 0; shift < 8; shift++) {
      const source = `${"x".repeat(shift)}${'\\\\"é'.repeat(700_000)}`;
      const long = readNotebook(
        notebook(code("a"), { ...text(source), id: "b" }, { ...text("}]"), id: "c" }),
      );
      const cells = cellsOf(JSON.stringify(long));
      expect(cells.map((cell) => cell.source === source)).toEqual([false, true, false]);
      expect(cells[2]).toEqual(long.cells[2]);
    }
  });

  it.each([
    ["cut off in a cell", JSON.stringify(whole).slice(0, 200)],
    ["cut off in a text", '{"cells": [], "metadata": "no'],
    ["broken in a cell", '{"cells": [{"a": nonsense}]}'],
  ])("are refused where the file is %s", (_, content) => {
    expect(() => cellsOf(content)).toThrow(
      `Expected a notebook in ${file}, but received text that is not JSON`,
    );
  });
});

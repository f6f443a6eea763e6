import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openCheckpoints } from "../../lib/cli/checkpoints";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { notebookText } from "../notebook/project";

const out = mkdtempSync(join(tmpdir(), "checkpoints-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const notebook = parseNotebook(notebookText("# Title", "let a = 1"), "a.ipynb");
const otherText = parseNotebook(notebookText("# Other title", "let a = 1"), "a.ipynb");
const otherCode = parseNotebook(notebookText("# Title", "let a = 2"), "a.ipynb");

it("keeps the checkpoints of the same run only", () => {
  const leave = (...run: Parameters<typeof openCheckpoints>) => {
    const { folder, resumed } = openCheckpoints(...run);
    writeFileSync(join(folder, "step-100"), "");
    return resumed;
  };
  expect(leave(out, "a", notebook, { scale: "quick" })).toBe(false);
  expect(leave(out, "b", notebook, { scale: "quick" })).toBe(false);
  expect(leave(out, "a", notebook, { scale: "quick" })).toBe(true);
  expect(leave(out, "a", otherText, { scale: "quick" })).toBe(true);
  expect(leave(out, "a", otherCode, { scale: "quick" })).toBe(false);
  expect(leave(out, "a", otherCode, { scale: "small" })).toBe(false);
});

it("does not call an empty folder a run to go on from", () => {
  openCheckpoints(out, "empty", notebook, {});
  expect(openCheckpoints(out, "empty", notebook, {}).resumed).toBe(false);
});

it("removes what is no longer needed", () => {
  for (const name of ["a", "b", "empty"]) {
    const { folder, remove } = openCheckpoints(out, name, notebook, {});
    expect(existsSync(folder)).toBe(true);
    remove();
    expect(existsSync(folder)).toBe(false);
  }
  expect(existsSync(join(out, ".work"))).toBe(false);
});

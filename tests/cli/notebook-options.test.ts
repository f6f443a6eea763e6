import { expect, it } from "vitest";
import { notebookHelp, parseNotebookOptions } from "../../lib/cli/notebook-options";

const parse = (...args: string[]) => parseNotebookOptions(args);
const none = { help: false, list: false, bringBack: [], force: false, lab: [] };

it("keeps its own options and leaves all else for JupyterLab", () => {
  expect(parse()).toEqual(none);
  expect(parse("02", "--no-browser", "--port", "8889", "--ServerApp.token=list")).toEqual({
    ...none,
    lab: ["02", "--no-browser", "--port", "8889", "--ServerApp.token=list"],
  });
  expect(parse("--list")).toEqual({ ...none, list: true });
  expect(parse("-h").help && parse("--help").help).toBe(true);
  expect(parse("--bring-back", "02, 04", "--bring-back=mine", "--force")).toEqual({
    ...none,
    bringBack: ["02", "04", "mine"],
    force: true,
  });
});

it("refuses what was mistyped or makes no sense, in a sentence", () => {
  expect(() => parse("--bringback", "02")).toThrow(
    "There is no option --bringback. Did you mean --bring-back?",
  );
  expect(() => parse("--bring-back")).toThrow(
    "Say which notebooks after --bring-back, as in --bring-back 02.",
  );
  expect(() => parse("--bring-back", "--force")).toThrow("Say which notebooks");
  expect(() => parse("--force")).toThrow("--force belongs to --bring-back.");
});

it("explains each of them", () => {
  for (const option of ["--list", "--bring-back", "--force", "--help"])
    expect(notebookHelp).toContain(option);
});

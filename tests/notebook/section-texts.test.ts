import { describe, expect, it } from "vitest";
import { readNotebook } from "../../lib/notebook/nbformat";
import { sectionTexts, statementsIn } from "../../lib/notebook/section-texts";

const text = (...source: string[]) => ({ cell_type: "markdown", metadata: {}, source });
const shows = (...outputs: object[]) => ({
  cell_type: "code",
  metadata: {},
  source: "await show();",
  execution_count: 1,
  outputs,
});
const display = (data: object) => ({ output_type: "display_data", data, metadata: {} });
const notebookOf = (...cells: object[]) => readNotebook({ nbformat: 4, cells });

describe("sectionTexts", () => {
  it("takes text and shown Markdown up to the next heading of the same level", () => {
    const notebook = notebookOf(
      text("# Title\n", "opening"),
      text("Before.\n", "\n", "## Faults\n", "Words of the author."),
      shows(
        { output_type: "stream", name: "stdout", text: "printed" },
        display({ "text/markdown": ["- **first**\n", "- second"], "text/plain": "plain" }),
        display({ "image/png": "iVBORw0=", "text/plain": "a plot" }),
        { output_type: "error", ename: "Error", evalue: "no", traceback: [] },
      ),
      text("### Below it\n", "more"),
      shows(display({ "text/markdown": "third" })),
      text("closing\n", "\n", "## After\n", "other"),
      shows(display({ "text/markdown": "not this" })),
    );
    expect(sectionTexts(notebook, "Faults")).toEqual([
      "Words of the author.",
      "- **first**\n- second",
      "### Below it\nmore",
      "third",
      "closing",
    ]);
    expect(sectionTexts(notebook, "Below it")).toEqual(["more", "third", "closing"]);
  });

  it("takes two sections in one cell apart, and both of two with the same heading", () => {
    const notebook = notebookOf(text("## A\none\n## B\ntwo\n## A ##\nthree"), text("four"));
    expect(sectionTexts(notebook, "A")).toEqual(["one", "three", "four"]);
    expect(sectionTexts(notebook, "B")).toEqual(["two"]);
  });

  it("knows no heading inside code, in outputs or by a part of its words", () => {
    const notebook = notebookOf(
      text("```\n## Faults\n```\nno"),
      shows(display({ "text/markdown": "## Faults\nno" })),
      text("## Faults of others\nno"),
    );
    expect(sectionTexts(notebook, "Faults")).toEqual([]);
  });
});

describe("statementsIn", () => {
  it("gives a line for each item and each paragraph in bold", () => {
    const source = [
      "Two lines,",
      "one paragraph.",
      "",
      "**Bold** in",
      "two lines.",
      "",
      "- **one** of",
      "  two lines",
      "- another",
      "  - nested",
      "",
      "1. numbered",
    ].join("\n");
    expect(statementsIn(source)).toEqual([
      "**Bold** in two lines.",
      "**one** of two lines",
      "another - nested",
      "numbered",
    ]);
  });

  it("gives all paragraphs where there is nothing else", () => {
    expect(statementsIn("Two lines,\none paragraph.\n\nAnother.")).toEqual([
      "Two lines, one paragraph.",
      "Another.",
    ]);
  });

  it("leaves out headings, tables, formulas and code that stand alone", () => {
    const source = "## No\n\n| a |\n|---|\n| 1 |\n\n$$x = 1$$\n\n```\ncode\n```\n\nYes, $x$ and `code`.";
    expect(statementsIn(source)).toEqual(["Yes, $x$ and `code`."]);
    expect(statementsIn("")).toEqual([]);
  });
});

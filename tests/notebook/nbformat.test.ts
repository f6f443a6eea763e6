import type { INotebookContent } from "@jupyterlab/nbformat";
import { describe, expect, it } from "vitest";
import {
  formatNotebook,
  hasTag,
  notebookMetadata,
  parseNotebook,
  titleLine,
  titleOf,
} from "../../lib/notebook/nbformat";

const stored: INotebookContent = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { ...notebookMetadata, orig_nbformat: 4 },
  cells: [
    {
      cell_type: "markdown",
      id: "text",
      metadata: {},
      source: ["Some text\n", "\n", "# The *title* #\n", "more"],
    },
    {
      cell_type: "code",
      id: "code",
      metadata: { tags: ["parameters"] },
      execution_count: 3,
      source: ["const a = 1;\n", "a"],
      outputs: [
        { output_type: "stream", name: "stdout", text: ["one\n", "two"] },
        {
          output_type: "display_data",
          data: {
            "application/x+json": { list: [1, 2] },
            "image/png": "iVBORw0=",
            "text/plain": ["p\n", "q"],
          },
          metadata: {},
        },
        { output_type: "execute_result", execution_count: 3, data: { "text/plain": ["1"] }, metadata: {} },
        { output_type: "error", ename: "Error", evalue: "e", traceback: ["a", "b"] },
      ],
    },
    {
      cell_type: "raw",
      id: "raw",
      metadata: {},
      source: [],
      attachments: { "a.png": { "image/png": "iVBORw0=" } },
    },
  ],
};

describe("a notebook's file", () => {
  it("is the same after it was read and written", () => {
    const text = `${JSON.stringify(stored)}\n`;
    expect(JSON.parse(formatNotebook(parseNotebook(text, "a.ipynb")))).toEqual(stored);
  });

  it("is laid out as Jupyter does it", () => {
    const text = formatNotebook(parseNotebook(JSON.stringify(stored), "a.ipynb"));
    expect(text.startsWith('{\n "cells": [\n  {\n   "cell_type": "markdown",')).toBe(true);
    expect(text.endsWith(' "nbformat": 4,\n "nbformat_minor": 5\n}\n')).toBe(true);
    expect(formatNotebook(parseNotebook(text, "a.ipynb"))).toBe(text);
    for (const one of [
      text,
      formatNotebook({ ...parseNotebook(text, "a.ipynb"), cells: [], metadata: {} }),
    ]) {
      expect(one).toBe(`${JSON.stringify(JSON.parse(one), null, 1)}\n`);
    }
  });

  it("gets ids where an older one has none", () => {
    const old = { ...stored, nbformat_minor: 2, cells: stored.cells.map(({ id: _, ...cell }) => cell) };
    const { cells, nbformat_minor } = parseNotebook(JSON.stringify(old), "a.ipynb");
    expect(nbformat_minor).toBe(5);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(3);
    for (const { id } of cells) expect(id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
  });

  it("that is none is named in the error", () => {
    expect(() => parseNotebook("<html>", "notebooks/a.ipynb")).toThrow("a notebook in notebooks/a.ipynb");
    expect(() => parseNotebook('{"nbformat": 3}', "a.ipynb")).toThrow("received nbformat 3");
    expect(() => parseNotebook("null", "a.ipynb")).toThrow("a.ipynb");
  });

  it("with a cell or an output that is none is refused, by its place", () => {
    const broken = (cells: unknown) => () => parseNotebook(JSON.stringify({ nbformat: 4, cells }), "a.ipynb");
    expect(broken([{ cell_type: "markdown" }, null])).toThrow(
      "an object as cell 2 in a.ipynb, but received null",
    );
    expect(broken([{ cell_type: "code", outputs: [null] }])).toThrow("outputs of cell 1 in a.ipynb");
  });

  it("may lack what it should have", () => {
    const cells = [
      { cell_type: "markdown" },
      {
        cell_type: "code",
        metadata: { tags: 5 },
        outputs: [{ output_type: "stream" }, { output_type: "error" }],
      },
      { cell_type: "code", metadata: null, outputs: [{ output_type: "display_data" }], execution_count: "1" },
    ];
    const read = parseNotebook(JSON.stringify({ nbformat: 4, cells }), "a.ipynb");
    expect(read.cells).toMatchObject([
      { source: "", metadata: {} },
      {
        outputs: [
          { output_type: "stream", text: "" },
          { output_type: "error", ename: "", evalue: "", traceback: [] },
        ],
      },
      { metadata: {}, execution_count: null, outputs: [{ data: {} }] },
    ]);
    expect(hasTag(read.cells[1], "parameters")).toBe(false);
  });

  it("keeps lists of texts that are JSON", () => {
    const data = { "application/json": ["a", "b"], "application/x+json": ["c"], "text/plain": ["d\n", "e"] };
    const cells = [{ cell_type: "code", outputs: [{ output_type: "display_data", data, metadata: {} }] }];
    const [cell] = parseNotebook(JSON.stringify({ nbformat: 4, cells }), "a.ipynb").cells;
    expect(cell.outputs).toMatchObject([{ data: { ...data, "text/plain": "d\ne" } }]);
  });

  it.each([
    ["# Title", "Title"],
    ["words\n  #  A  # b ##  \nmore", "A  # b"],
    ["# C#\n", "C#"],
    ["#\n# \n# ok", "ok"],
    ["#hashtag\n## second", undefined],
    ["\n# \\#", "\\#"],
  ])("finds the title of %j", (source, title) => {
    expect(titleLine(source)?.title).toBe(title);
  });

  it("has the title of its first heading of level 1", () => {
    expect(titleOf(parseNotebook(JSON.stringify(stored), "a"))).toBe("The *title*");
    expect(titleOf({ ...parseNotebook(JSON.stringify(stored), "a"), cells: [] })).toBeUndefined();
  });
});

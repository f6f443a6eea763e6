import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseNotebook } from "../lib/notebook/nbformat";

// The guide's map from the paper to the code names sections of notebooks: each must be there.

const repository = resolve(__dirname, "..");
const map = readFileSync(join(repository, ".github/guide/paper.md"), "utf8");

const cited = [...map.matchAll(/\[\d\d\]\(\.\.\/\.\.\/(notebooks\/[^)]+)\) \*([^*]+)\*/g)];
const sections = [...new Set(cited.map(([, file, section]) => `${file} · ${section}`))].map((name) =>
  name.split(" · "),
);

const headings = (file: string) =>
  parseNotebook(readFileSync(join(repository, file), "utf8"), file)
    .cells.filter(({ cell_type }) => cell_type === "markdown")
    .flatMap(({ source }) => [source].flat().join("").split("\n"))
    .filter((line) => line.startsWith("#"))
    .map((line) => line.replace(/^#+ /, ""));

describe("the map from the paper to the notebooks", () => {
  it("names many sections", () => expect(sections.length).toBeGreaterThan(20));

  it.each(sections)("%s has the section %s", (file, section) => {
    expect(headings(file)).toContain(section);
  });
});

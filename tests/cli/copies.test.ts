import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bringBack, copyNamed, listCopies, refreshCopies } from "../../lib/cli/copies";
import { writeAtomically } from "../../lib/files/atomic-write";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { notebookText } from "../notebook/project";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "copies "));
  for (const name of ["01-first", "02-second"]) write(`notebooks/${name}.ipynb`, name);
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, source: string) => writeAtomically(join(root, path), notebookText(source));
const read = (path: string) => parseNotebook(readFileSync(join(root, path), "utf8"), path).cells[0].source;
const states = () => Object.fromEntries(listCopies(root).map(({ name, state }) => [name, state]));

describe("copies of the notebooks", () => {
  it("are made once, and follow their originals until they are edited", () => {
    expect(listCopies(root)).toEqual([]);
    refreshCopies(root);
    expect(read("work/01-first.ipynb")).toBe("01-first");
    write("notebooks/01-first.ipynb", "newer");
    write("work/02-second.ipynb", "mine");
    expect(states()).toEqual({ "01-first": "as its original", "02-second": "edited" });
    refreshCopies(root);
    expect(read("work/01-first.ipynb")).toBe("newer");
    expect(read("work/02-second.ipynb")).toBe("mine");
    expect(read("notebooks/02-second.ipynb")).toBe("02-second");
  });

  it("stay as they are when both they and their originals have changed", () => {
    refreshCopies(root);
    write("work/01-first.ipynb", "mine");
    write("notebooks/01-first.ipynb", "newer");
    refreshCopies(root);
    expect([read("work/01-first.ipynb"), read("notebooks/01-first.ipynb")]).toEqual(["mine", "newer"]);
    expect(states()["01-first"]).toBe("edited, and so is its original");
    // One that is deleted is made anew.
    rmSync(join(root, "work/01-first.ipynb"));
    refreshCopies(root);
    expect([read("work/01-first.ipynb"), states()["01-first"]]).toEqual(["newer", "as its original"]);
  });

  it("are kept when nothing is known of how they were made", () => {
    refreshCopies(root);
    rmSync(join(root, "work/.copies.json"));
    write("work/01-first.ipynb", "mine");
    refreshCopies(root);
    expect(read("work/01-first.ipynb")).toBe("mine");
    expect(states()).toEqual({
      "01-first": "edited, and so is its original",
      "02-second": "as its original",
    });
    write("notebooks/02-second.ipynb", "newer");
    refreshCopies(root);
    expect(read("work/02-second.ipynb")).toBe("newer");
  });

  it("go with their originals unless they were edited; notebooks of one's own stay", () => {
    refreshCopies(root);
    write("work/02-second.ipynb", "mine");
    write("work/own.ipynb", "own");
    for (const name of ["01-first", "02-second"]) rmSync(join(root, `notebooks/${name}.ipynb`));
    refreshCopies(root);
    expect(states()).toEqual({ "02-second": "your own", own: "your own" });
  });

  it("are found by number, name, and either path", () => {
    refreshCopies(root);
    const second = join(root, "work/02-second.ipynb");
    for (const entry of ["2", "02", "02-second", "notebooks/02-second.ipynb", "work/02-second.ipynb"]) {
      expect(copyNamed(root, entry)).toBe(second);
    }
    expect(copyNamed(root, "03")).toBeUndefined();
  });
});

describe("bringing a copy back", () => {
  it("writes it over its original, once", () => {
    refreshCopies(root);
    expect(bringBack(root, "02")).toMatch(/^work\/02-second.ipynb was not edited: there is nothing/);
    write("work/02-second.ipynb", "mine");
    expect(bringBack(root, "02")).toBe("notebooks/02-second.ipynb is now as work/02-second.ipynb.");
    expect(read("notebooks/02-second.ipynb")).toBe("mine");
    expect(states()["02-second"]).toBe("as its original");
    expect(
      parseNotebook(readFileSync(join(root, "notebooks/02-second.ipynb"), "utf8"), "").metadata,
    ).toMatchObject({
      kernelspec: { name: "coupled-interpolants" },
    });
    write("work/02-second.ipynb", "again");
    expect(states()["02-second"]).toBe("edited");
  });

  it("refuses when the original has changed since, unless it is forced", () => {
    refreshCopies(root);
    write("work/02-second.ipynb", "mine");
    write("notebooks/02-second.ipynb", "newer");
    for (let again = 0; again < 2; again++) {
      expect(() => bringBack(root, "02")).toThrow(
        "notebooks/02-second.ipynb has changed since work/02-second.ipynb was copied from it. " +
          "Compare the two, and add --force to overwrite it.",
      );
      refreshCopies(root);
    }
    expect(read("notebooks/02-second.ipynb")).toBe("newer");
    bringBack(root, "02", { force: true });
    expect(read("notebooks/02-second.ipynb")).toBe("mine");
  });

  it("adds a notebook of one's own, and names those that there are", () => {
    refreshCopies(root);
    write("work/own.ipynb", "own");
    expect(bringBack(root, "own")).toBe(
      "work/own.ipynb is now among the project's notebooks, as notebooks/own.ipynb.",
    );
    expect(read("notebooks/own.ipynb")).toBe("own");
    expect(() => bringBack(root, "02-secnd")).toThrow(
      'no notebook "02-secnd" in work/. Did you mean 02-second?',
    );
    expect(() => bringBack(root, "77")).toThrow("There are: 01-first, 02-second, own.");
  });

  it("refuses a file that is no notebook, and leaves the original", () => {
    refreshCopies(root);
    writeFileSync(join(root, "work/02-second.ipynb"), "{");
    expect(() => bringBack(root, "02")).toThrow("a notebook in work/02-second.ipynb");
    expect(read("notebooks/02-second.ipynb")).toBe("02-second");
    expect(existsSync(join(root, "work/02-second.ipynb"))).toBe(true);
  });
});

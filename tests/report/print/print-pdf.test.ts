import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPrinter, printPdf, renderNotebook } from "../../../lib/report";
import { findChromium } from "../../../lib/report/print/find-chromium";
import { code, notebook, shown, text } from "../notebooks";

const folder = mkdtempSync(join(tmpdir(), "a pdf "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = findChromium();
if (!program) console.warn("No PDF is printed: no Chromium was found. Install it, or set CHROME_PATH.");
const readsText = spawnSync("pdftotext", ["-v"]).status === 0;
if (program && !readsText)
  console.warn("The text of PDFs is not read: pdftotext (poppler-utils) is missing.");

describe.skipIf(!program)("a PDF by Chromium", () => {
  const file = join(folder, "page.pdf");
  const before = new Set(readdirSync(tmpdir()).filter((name) => name.startsWith("print-")));

  beforeAll(async () => {
    const columns = Array.from({ length: 30 }, (_, k) => `<td>column${k}</td>`).join("");
    const lines = Array.from({ length: 40 }, (_, k) => shown({ "text/plain": `line ${k} of a log` }));
    // As plotly for Python leaves it: wider than the page, and without a picture.
    const wide = {
      data: [{ type: "scatter", x: [1, 2], y: [1, 2] }],
      layout: { title: { text: "Drawnplot" }, width: 1400, height: 400 },
    };
    const made = notebook(
      text("# A printed report"),
      code(`const long = ${Array.from({ length: 40 }, (_, k) => `name${k}`).join(" + ")} + lastname;`),
      code("table", [shown({ "text/html": `<table><tr>${columns}</tr></table>` })]),
      code("figure", [shown({ "application/vnd.plotly.v1+json": wide })]),
      code("log", lines),
      code("foldedcode()", [], ["hide-input"]),
    );
    writeFileSync(join(folder, "page.html"), await renderNotebook(made));
    await printPdf(join(folder, "page.html"), file);
  }, 180_000);

  it("has A4 pages", () => {
    const pdf = readFileSync(file, "latin1");
    expect(pdf.slice(0, 5)).toBe("%PDF-");
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
    expect(boxes.length).toBeGreaterThanOrEqual(2);
    for (const [, width, height] of boxes) {
      expect(Number(width)).toBeCloseTo(595, -1);
      expect(Number(height)).toBeCloseTo(842, -1);
    }
  });

  it("leaves no profile of the browser behind", () => {
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith("print-") && !before.has(name));
    expect(left).toEqual([]);
  });

  it.skipIf(!readsText)("holds all code, the whole table, the plot, folded lines and page numbers", () => {
    const words = execFileSync("pdftotext", ["-bbox", file, "-"], { encoding: "utf8" });
    const at = (word: string) =>
      new RegExp(`xMin="([\\d.]+)" yMin="[\\d.-]+" xMax="([\\d.]+)"[^>]*>${word}<`).exec(words);
    for (const word of ["column0", "column29", "lastname;", "Drawnplot", "39", "foldedcode\\(\\)"]) {
      const place = at(word);
      expect(place, word).not.toBeNull();
      expect(Number(place?.[1]), word).toBeGreaterThanOrEqual(40);
      expect(Number(place?.[2]), word).toBeLessThanOrEqual(595 - 40);
    }
    const all = execFileSync("pdftotext", [file, "-"], { encoding: "utf8" });
    expect(all).toMatch(/^1 ?\/ ?\d$/m);
    // Unfolded outputs take their room: nothing is drawn over them.
    expect(all).toMatch(/line 38 of a log\s+line 39 of a log[\s\S]*foldedcode/);
    expect(all).toMatch(/^line 21 of a log$/m);
  });
});

describe("without a browser", () => {
  it("says what to do", async () => {
    expect(() => checkPrinter({ PATH: folder })).toThrow(/CHROME_PATH.*open the \.html in any browser/);
    expect(() => checkPrinter({ CHROME_PATH: join(folder, "none"), PATH: "" })).toThrow("where nothing is");
  });

  it.skipIf(process.platform === "win32")("that works, says which one, and leaves nothing", async () => {
    const broken = join(folder, "broken");
    writeFileSync(broken, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const given = process.env["CHROME_PATH"];
    process.env["CHROME_PATH"] = broken;
    try {
      await expect(printPdf(join(folder, "x.html"), join(folder, "x.pdf"))).rejects.toThrow(
        /broken, but received "The browser ended before it was done"/,
      );
    } finally {
      if (given === undefined) delete process.env["CHROME_PATH"];
      else process.env["CHROME_PATH"] = given;
    }
    expect(readdirSync(folder)).not.toContain("x.pdf");
  });
});

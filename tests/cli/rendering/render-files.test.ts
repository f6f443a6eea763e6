import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { afterAll, describe, expect, it } from "vitest";
import { parseRenderOptions } from "../../../lib/cli/rendering/options";
import { renderFiles } from "../../../lib/cli/rendering/render-files";
import { stateNotices } from "../../../lib/cli/rendering/state";
import { readNotebook } from "../../../lib/notebook/nbformat";
import { findChromium } from "../../../lib/report/print/find-chromium";
import { runOf } from "../comparison/records";

const folder = mkdtempSync(join(tmpdir(), "rendered "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const cell = (count: number | null, source: string | string[], outputs: object[] = [], tags?: string[]) => ({
  cell_type: "code",
  execution_count: count,
  metadata: tags ? { tags } : {},
  outputs,
  source,
});

/** As JupyterLab with a Python kernel, and papermill, leave it: nbformat 4.2, text in lists, no ids. */
const study = {
  nbformat: 4,
  nbformat_minor: 2,
  metadata: {
    kernelspec: { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" },
    language_info: { name: "python", version: "3.13.5" },
    papermill: { start_time: "2026-11-25T20:00:01.5", duration: 63.2 },
  },
  cells: [
    { cell_type: "markdown", metadata: {}, source: ["# A study in *Python*\n", "With $x$."] },
    cell(1, ["lr = 0.1  # the rate\n", "name = 'a'"], [], ["parameters"]),
    cell(2, "frame", [
      {
        output_type: "execute_result",
        execution_count: 2,
        metadata: {},
        data: {
          "text/html": ["<style scoped>td { color: red }</style>", "<table><tr><td>12.5</td></tr></table>"],
          "text/plain": ["   a\n", "0  12.5"],
        },
      },
    ]),
    cell(3, "for epoch in range(2):\n    print(epoch)", [
      { output_type: "stream", name: "stdout", text: ["0\n", "1\n"] },
    ]),
    cell(4, "plt.show()", [
      {
        output_type: "display_data",
        metadata: { needs_background: "light" },
        data: { "image/png": `${pixel}\n`, "text/plain": ["<Figure size 640x480 with 1 Axes>"] },
      },
    ]),
  ],
};

const lines: string[] = [];
const render = async (args: string[]) => {
  lines.length = 0;
  return renderFiles(parseRenderOptions(args), {
    root: "/nowhere",
    from: folder,
    print: (line) => lines.push(line),
    shown: (path) => path.replace(`${folder}/`, ""),
  });
};
const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
const documentOf = (name: string) => new JSDOM(readFileSync(join(folder, name), "utf8")).window.document;

describe("a notebook of another kernel", () => {
  it("is shown with the outputs of its file", async () => {
    write("study.ipynb", study);
    expect(await render(["study.ipynb"])).toBe(0);
    expect(lines).toEqual(["study.html"]);
    const document = documentOf("study.html");
    expect(document.querySelector("h1")?.innerHTML).toBe("A study in <em>Python</em>");
    expect(document.querySelector(".facts")?.textContent).toContain("Python 3 (ipykernel)");
    expect(document.querySelector(".facts")?.textContent).toContain("1 min 3 s");
    expect(document.querySelector(".outputs td")?.textContent).toBe("12.5");
    expect(document.querySelector(".stream")?.textContent).toBe("0\n1");
    expect(document.querySelector(".outputs img")?.getAttribute("src")).toBe(
      `data:image/png;base64,${pixel}`,
    );
    // Python's keywords, and its comments.
    expect([...document.querySelectorAll(".hljs-keyword")].map((word) => word.textContent)).toContain("for");
    expect(document.querySelector(".hljs-comment")?.textContent).toBe("# the rate");
    expect(document.querySelector(".parameters dl dd")?.textContent).toBe("0.1");
    expect(document.querySelector(".notice")).toBeNull();
  });

  it("in R is highlighted as R", async () => {
    write("r.ipynb", {
      nbformat: 4,
      nbformat_minor: 4,
      metadata: { kernelspec: { display_name: "R", language: "R", name: "ir" } },
      cells: [cell(1, "f <- function(x) x # by R")],
    });
    await render(["r.ipynb"]);
    expect(documentOf("r.html").querySelector(".hljs-comment")?.textContent).toBe("# by R");
  });
});

describe("the paths", () => {
  it("may be folders and patterns, and pages may go to a folder", async () => {
    mkdirSync(join(folder, "many"));
    write("many/a.ipynb", study);
    write("many/b.ipynb", { nbformat: 3, worksheets: [] });
    write("many/c.ipynb", study);
    expect(await render(["many", "--out", "pages"])).toBe(1);
    expect(lines).toEqual([
      "pages/a.html",
      expect.stringMatching(/^many\/b\.ipynb: Expected a notebook of nbformat 4/),
      "pages/c.html",
    ]);
    expect(readdirSync(join(folder, "pages"))).toEqual(["a.html", "c.html"]);
    expect(await render(["many/[ac].ipynb", "--fold"])).toBe(0);
    expect(readdirSync(join(folder, "many")).filter((name) => name.endsWith(".html"))).toHaveLength(2);
    expect(documentOf("many/a.html").querySelector("details.code[open]")).toBeNull();
  });

  it("are refused in a sentence when they name nothing, or one page is asked for several", async () => {
    await expect(render(["studdy.ipynb"])).rejects.toThrow('There is no file or folder "studdy.ipynb".');
    await expect(render(["many/[ac].ipynb", "--out", "one.html"])).rejects.toThrow("a folder after --out");
    await expect(render([])).rejects.toThrow("Name the notebooks");
    await expect(render(["many/b.ipynb"])).rejects.toThrow("nbformat 4");
  });
});

describe("the facts of a run", () => {
  it("come from its record, unless the notebook was changed later", async () => {
    write("01-tiny.ipynb", study);
    write("01-tiny.metrics.json", runOf("x", { seed: 7 }, {}, { seconds: 125 }).record);
    await render(["01-tiny.ipynb"]);
    expect(documentOf("01-tiny.html").querySelector(".facts")?.textContent).toContain("2 min 5 s");
    utimesSync(join(folder, "01-tiny.metrics.json"), 1_700_000_000, 1_700_000_000);
    await render(["01-tiny.ipynb"]);
    expect(documentOf("01-tiny.html").querySelector(".facts")?.textContent).not.toContain("2 min 5 s");
  });
});

describe("the state of the outputs", () => {
  const printed = { output_type: "stream", name: "stdout", text: "x" };
  const notices = (...counts: (number | null)[]) =>
    stateNotices(
      readNotebook({
        nbformat: 4,
        metadata: {},
        cells: counts.map((count) => cell(count, "x", count === null ? [] : [printed])),
      }),
    );

  it("is no matter when all ran in order", () => {
    expect(notices(1, 2, 3)).toEqual([]);
    expect(notices(4, 5)).toEqual([]);
    expect(notices()).toEqual([]);
  });

  it("is told when cells were not run", () => {
    expect(notices(null, null)).toEqual(["No cell of this notebook was run: it has no outputs."]);
    expect(notices(1, null, 2)).toEqual(["1 of 3 code cells were not run: 2."]);
  });

  it("is told when they ran in another order, or more than once", () => {
    expect(notices(1, 5, 2)).toEqual([expect.stringContaining("order in which they stand: 3 ran")]);
    expect(notices(1, 4, 5)).toEqual([expect.stringContaining("have gaps")]);
  });

  it("is told on the page and on the terminal", async () => {
    write("partly.ipynb", { ...study, cells: [...study.cells, cell(null, "never()")] });
    await render(["partly.ipynb"]);
    expect(lines).toEqual(["partly.html", "  1 of 5 code cells were not run: 6."]);
    expect(documentOf("partly.html").querySelector(".notice")?.textContent?.trim()).toBe(
      "1 of 5 code cells were not run: 6.",
    );
  });
});

describe.skipIf(!findChromium())("--pdf", () => {
  it("prints beside the page", async () => {
    write("printed.ipynb", study);
    await render(["printed.ipynb", "--pdf"]);
    expect(lines).toEqual(["printed.html and printed.pdf"]);
    expect(readFileSync(join(folder, "printed.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  });
});

import { createHash } from "node:crypto";
import type { INotebookContent } from "@jupyterlab/nbformat";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { imageGrid, type MimeBundle, metricTable, plot } from "../../lib/figures";
import { type ReportOptions, renderNotebook } from "../../lib/report";
import { code, notebook, shown, text } from "./notebooks";

const page = async (made: INotebookContent, options: ReportOptions = {}) => {
  const html = await renderNotebook(made, options);
  return { html, document: new JSDOM(html).window.document };
};
const output = async (data: Readonly<Record<string, unknown>>, metadata = {}) =>
  (await page(notebook(code("x", [shown(data, metadata)])), { interactive: false })).document.querySelector(
    ".outputs",
  );

const curve = plot({
  title: "Loss </script><script>alert(1)</script>",
  alt: "A falling line.",
  x: { label: "step" },
  y: { label: "loss" },
  traces: [{ kind: "line", x: [1, 2], y: [2, 1] }],
});

describe("the page", () => {
  it("takes its title from the first heading, and lists sections in its contents", async () => {
    const { document } = await page(
      notebook(
        text("# In-painting with $\\xi$\n\nSection 4.1."),
        text("## Data\n\n### Masks"),
        text("## Results"),
      ),
      {
        title: "unused",
        facts: { scale: "quick", seed: 1 },
        links: [{ label: "All reports", href: "index.html" }],
      },
    );
    expect(document.querySelectorAll("h1")).toHaveLength(1);
    expect(document.querySelector("h1 annotation")?.textContent).toBe("\\xi");
    const entries = [...document.querySelectorAll(".toc a")];
    expect(entries.map((a) => a.textContent)).toEqual(["Data", "Masks", "Results"]);
    for (const entry of entries) {
      expect(document.getElementById(entry.getAttribute("href")!.slice(1))).not.toBeNull();
    }
    expect([...document.querySelectorAll(".facts dd")].map((dd) => dd.textContent)).toEqual(["quick", "1"]);
    expect(document.querySelector(".links a")?.getAttribute("href")).toBe("index.html");
    expect(document.documentElement.lang).toBe("en");
    expect(document.querySelector("main")?.textContent).toContain("Section 4.1.");
  });

  it("falls back to the title it is given", async () => {
    const { document } = await page(notebook(text("No heading.")), { title: "02-inpainting <draft>" });
    expect(document.title).toBe("02-inpainting <draft>");
    expect(document.querySelector("h1")?.textContent).toBe("02-inpainting ");
  });

  it("allows to run what it brings, by hash, and nothing to load", async () => {
    const bundle = await curve.toBundle();
    const { document } = await page(
      notebook(text("![a](https://e.org/a.png)"), code("show(curve)", [shown(bundle)])),
    );
    const policy =
      document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'sha256-/,
    );
    expect(policy).not.toMatch(/https?:|script-src[^;]*unsafe/);
    const scripts = [...document.querySelectorAll("script")].filter((script) => !script.type);
    expect(scripts.length).toBeGreaterThanOrEqual(2);
    for (const script of scripts) {
      const hash = createHash("sha256")
        .update(script.textContent ?? "")
        .digest("base64");
      expect(policy).toContain(`'sha256-${hash}'`);
    }
    for (const element of document.querySelectorAll("[src], link[href], [srcset], [poster], [data]")) {
      expect(element.getAttribute("src") ?? element.getAttribute("href")).toMatch(/^data:/);
    }
    expect(document.querySelector("style")?.textContent).not.toMatch(/url\(|@import/);
  });

  it("carries plotly.js once when there are plots, and not otherwise", async () => {
    const bundle = await curve.toBundle();
    const two = await page(notebook(code("a", [shown(bundle)]), code("b", [shown(bundle)])));
    expect(two.document.querySelectorAll("script[data-plotly]")).toHaveLength(1);
    expect(two.html.length).toBeGreaterThan(1_000_000);
    const none = await page(notebook(text("# Only words"), code("1 + 1")));
    expect(none.document.querySelectorAll("script[data-plotly]")).toHaveLength(0);
    expect(none.html.length).toBeLessThan(60_000);
    const still = await page(notebook(code("a", [shown(bundle)])), { interactive: false });
    expect(still.document.querySelectorAll("script[data-plotly]")).toHaveLength(0);
    expect(still.document.querySelectorAll("figure.plot img")).toHaveLength(1);
  });

  it("is made in time that grows as the texts do", async () => {
    const spaces = " ".repeat(50_000);
    const long = notebook(
      text(`# a${spaces}b${spaces}#`),
      code("x", [
        { output_type: "stream", name: "stdout", text: `${"\n".repeat(50_000)}a` },
        { output_type: "stream", name: "stderr", text: `${"\r".repeat(50_000)}a` },
      ]),
    );
    const start = performance.now();
    const { document } = await page(long);
    expect(document.querySelector("h1")?.textContent).toMatch(/^a\s+b$/);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("refuses what is not a notebook of version 4", async () => {
    await expect(renderNotebook({ ...notebook(), nbformat: 3 })).rejects.toThrow(
      /notebook of nbformat 4.*nbformat 3/,
    );
    await expect(renderNotebook({} as INotebookContent)).rejects.toThrow(/nbformat 4/);
  });
});

describe("cells", () => {
  it("folds code, and unfolds it where asked, but for what is tagged", async () => {
    const cells = notebook(
      code("const a: number = 1;"),
      code("hidden()", [], ["hide-input"]),
      code("gone()", [], ["remove-cell"]),
    );
    const { document } = await page(cells, { code: "shown" });
    const codes = [...document.querySelectorAll<HTMLDetailsElement>("details.code")];
    expect(codes.map((details) => details.open)).toEqual([true, false]);
    expect(codes[0].querySelector("pre .hljs-keyword")?.textContent).toBe("const");
    expect(document.body.textContent).not.toContain("gone()");
    const { document: folded } = await page(cells);
    expect(
      [...folded.querySelectorAll<HTMLDetailsElement>("details.code")].some((details) => details.open),
    ).toBe(false);
  });

  it("shows parameters as names and values, those of the run in one list with the others", async () => {
    const given = code(
      'let scale: string = "quick"; // or small\nlet seed = 1;\n' +
        "const widths: readonly number[] = [1, 2];",
      [],
      ["parameters"],
    );
    const injected = code(
      '// Parameters of this run\n{\n  scale = "small";\n  seed = 3;\n}',
      [],
      ["injected-parameters"],
    );
    const boxes = async (...cells: Parameters<typeof notebook>) => {
      const { document } = await page(notebook(...cells));
      return [...document.querySelectorAll(".parameters")].map((box) => ({
        label: box.getAttribute("aria-label"),
        values: [...box.querySelectorAll("dt")].map((dt) => [
          dt.textContent,
          dt.nextElementSibling?.textContent,
        ]),
      }));
    };
    const values = [
      ["scale", '"quick"'],
      ["seed", "1"],
      ["widths", "[1, 2]"],
    ];
    expect(await boxes(given)).toEqual([{ label: "Parameters, as the notebook sets them", values }]);
    expect(await boxes(given, injected)).toEqual([
      { label: "Parameters of this run", values: [["scale", '"small"'], ["seed", "3"], values[2]] },
    ]);
    const { document } = await page(notebook(given, injected));
    expect(document.querySelector("main")?.textContent).toContain("or small");
  });

  it("reads text that is stored as lines", async () => {
    const { document } = await page(notebook(text(["# A\n", "\n", "*b*"])));
    expect(document.querySelector("h1")?.textContent).toBe("A");
    expect(document.querySelector("main em")?.textContent).toBe("b");
  });
});

describe("outputs", () => {
  it("shows what was printed, joined, with its colours and its last state", async () => {
    const stream = (name: string, printed: string) => ({ output_type: "stream", name, text: printed });
    const { document } = await page(
      notebook(
        code("x", [
          stream("stdout", "\u001b[32mdone\u001b[39m <b>\nstep 1\rstep 2"),
          stream("stdout", "\rstep 3\n"),
          stream("stderr", "careful"),
        ]),
      ),
    );
    const [out, err] = document.querySelectorAll("pre.stream");
    expect(out.textContent).toBe("done <b>\nstep 3");
    expect(out.querySelector(".ansi-green-fg")?.textContent).toBe("done");
    expect(out.querySelector("b")).toBeNull();
    expect(err.className).toContain("stderr");
    expect(err.textContent).toBe("careful");
  });

  it("keeps lines that follow each other together, and folds many", async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => shown({ "text/plain": `run ${i} <done>` }));
    const table = shown({ "text/plain": "table", "text/html": "<p>table</p>" });
    const { document } = await page(notebook(code("x", [...lines(3), table, ...lines(7)])));
    const [few, many] = document.querySelectorAll("pre.stream");
    expect(few.textContent).toBe("run 0 <done>\nrun 1 <done>\nrun 2 <done>");
    expect(few.closest(".lines")).toBeNull();
    expect(many.textContent?.split("\n")).toHaveLength(7);
    expect(many.closest("details.lines")?.hasAttribute("open")).toBe(false);
    expect(many.closest("details.lines")?.querySelector("summary")?.textContent).toBe("7 lines");
    expect(document.querySelector(".html")?.textContent).toBe("table");
  });

  it("shows errors by name, message and place", async () => {
    const error = {
      output_type: "error",
      ename: "UsageError",
      evalue: "Expected <x>",
      traceback: ["\u001b[31mUsageError\u001b[39m: Expected <x>", "    at cell 7, line 2"],
    };
    const { document } = await page(notebook(code("x", [error])));
    const section = document.querySelector(".error");
    expect(section?.querySelector("strong")?.textContent).toBe("UsageError");
    expect(section?.querySelector("p")?.textContent).toContain("Expected <x>");
    expect(section?.querySelector("pre")?.textContent).toContain("at cell 7, line 2");
    expect(section?.querySelector("pre .ansi-red-fg")?.textContent).toBe("UsageError");
  });

  it("makes plots anew from their data, and trusts none of their HTML", async () => {
    const bundle: MimeBundle = { ...(await curve.toBundle()), "text/html": "<b id='evil'>evil</b>" };
    const { document } = await page(notebook(code("x", [shown(bundle)])), { interactive: false });
    expect(document.querySelector("#evil")).toBeNull();
    const figure = document.querySelector("figure.plot");
    expect(JSON.parse(figure?.querySelector("script")?.textContent ?? "")).toEqual(
      JSON.parse(JSON.stringify(curve.figure)),
    );
    const img = figure?.querySelector("img");
    expect(img?.src).toBe(`data:image/png;base64,${bundle["image/png"]}`);
    expect(img?.alt).toContain("A falling line.");
    expect(img?.width).toBe(800);
    // The title, which would end the script element, ends nothing.
    expect([...document.querySelectorAll("script")].some((script) => script.textContent === "alert(1)")).toBe(
      false,
    );
  });

  it("shows image grids at half their pixels, described", async () => {
    const images = ndarray([2, 4, 4, 1], new Float32Array(32));
    const grid = imageGrid({ title: "Samples", alt: "Two grey squares.", rows: [{ label: "a", images }] });
    const figure = await output(await grid.toBundle(), grid.metadata);
    const img = figure?.querySelector("img");
    expect(img?.alt).toBe("Samples. Two grey squares.");
    expect(grid.metadata).toMatchObject({ "image/png": { width: img?.width, height: img?.height } });
  });

  it("shows metric tables whole", async () => {
    const table = metricTable({
      title: "Results",
      rows: [
        { m: "a", v: 1 },
        { m: "b", v: 2 },
      ],
      best: { v: "min" },
    });
    const shownTable = (await output(table.toBundle()))?.querySelector("table");
    expect(shownTable?.querySelector("caption")?.textContent).toBe("Results");
    expect(shownTable?.querySelector("td strong")?.textContent).toBe("1");
    expect(shownTable?.querySelector("td")?.getAttribute("style")).toContain("right");
  });

  it("sanitises HTML, and falls back when nothing is left of it", async () => {
    const kept = await output({
      "text/html": "<table onclick=alert(1)><tr><td>1</td></tr></table><script>alert(1)</script>",
    });
    expect(kept?.querySelector("td")?.textContent).toBe("1");
    expect(kept?.innerHTML).not.toMatch(/alert|onclick|<script/);
    const plain = await output({ "text/html": "<script>draw()</script>", "text/plain": "a chart" });
    expect(plain?.textContent?.trim()).toBe("a chart");
  });

  it.each([
    [{ "text/markdown": "**bold** $x$" }, "strong", "bold"],
    [{ "text/latex": "$$\\alpha$$" }, "annotation", "\\alpha"],
    [{ "application/json": { a: ["<b>"] } }, "pre", '"<b>"'],
    [{ "text/plain": "NdArray [2, 2]" }, "pre", "NdArray [2, 2]"],
  ])("shows %j", async (data, selector, words) => {
    expect((await output(data))?.querySelector(selector)?.textContent).toContain(words);
  });

  it("shows SVG as a picture, so that its scripts are dead", async () => {
    const figure = await output({
      "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    });
    expect(figure?.querySelector("img")?.getAttribute("src")).toMatch(
      /^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+$/,
    );
    expect(figure?.querySelector("svg")).toBeNull();
  });

  it("can't be broken out of by a picture that is none", async () => {
    const figure = await output({ "image/png": '"><script>alert(1)</script>', "text/plain": "words" });
    expect(figure?.querySelector("img")).toBeNull();
    expect(figure?.textContent?.trim()).toBe("words");
  });

  it("passes over what only programs read", async () => {
    expect(await output({ "application/vnd.coupled-interpolants.metrics+json": { a: 1 } })).toBeNull();
  });
});

import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../lib/report/markdown";
import { renderMath } from "../../lib/report/math";

const dom = (source: string, options = {}) =>
  new JSDOM(`${renderMarkdown(source, options).html}`).window.document.body;
const formulas = (source: string) =>
  [...dom(source).querySelectorAll("math")].map((math) => math.querySelector("annotation")?.textContent);

describe("mathematics in Markdown", () => {
  it("is found between dollars, in a line and in blocks", () => {
    expect(
      formulas("Let $a_1 * b_2 * c$ and $$x^2$$ be.\n\n$$\n\\int_0^1 f\n\\,dt\n$$\n\n- item $\\xi$"),
    ).toEqual(["a_1 * b_2 * c", "x^2", "\\int_0^1 f\n\\,dt", "\\xi"]);
  });

  it("is not found in code, in money or behind a backslash", () => {
    expect(formulas("`$a$` costs $5 or $6, \\$x\\$, and $ y $.\n\n```\n$b$\n```\n")).toEqual([]);
    expect(dom("costs $5 or $6").textContent).toContain("costs $5 or $6");
  });

  it("is found in headings, tables and emphasis", () => {
    expect(formulas("## The field $b$\n\n| $x$ | y |\n|---|---|\n| **$z$** | 1 |")).toEqual(["b", "x", "z"]);
  });

  it("that can't be read is shown as it is, marked with the reason", () => {
    const [broken] = dom("$\\frac{1$").querySelectorAll("code.math-error");
    expect(broken.textContent).toBe("\\frac{1");
    expect(broken.getAttribute("title")).toMatch(/KaTeX/);
  });

  it("can neither link nor include", () => {
    const tex = "\\href{javascript:alert(1)}{x} \\includegraphics{https://e.org/a.png}";
    const html = `${renderMath(tex, false)}`;
    expect(html).not.toMatch(/href=|<img|src=/);
  });

  it("has letters of the alphabet that was asked for", () => {
    const texts = [
      ...dom(
        "$\\mathbb{E}\\mathbb{R}\\mathcal{N}\\mathcal{L}\\mathbf{x}\\mathbf{1}\\mathfrak{g}$",
      ).querySelectorAll("mi, mn"),
    ];
    expect(texts.map((letter) => letter.textContent).join("")).toBe("𝔼ℝ𝒩ℒ𝐱𝟏𝔤");
    expect(dom("$\\dot I_t$").querySelector("mover > .dot")?.textContent).toBe("˙");
    // KaTeX's own fallback for upright letters is understood by browsers.
    expect(`${renderMath("\\mathrm{d}", false)}`).toContain('<mi mathvariant="normal">d</mi>');
  });
});

describe("headings", () => {
  it("get ids that differ, also between cells", () => {
    const taken = new Set<string>();
    const first = renderMarkdown("## Results\n\n## Results", { taken });
    const second = renderMarkdown("### Results *now* with $x$", { taken });
    expect([...first.headings, ...second.headings].map(({ id, level }) => [id, level])).toEqual([
      ["results", 2],
      ["results-2", 2],
      ["results-now-with-x", 3],
    ]);
    expect(new JSDOM(`${first.html}`).window.document.querySelector("#results-2")?.tagName).toBe("H2");
    expect(`${second.headings[0].html}`).toMatch(/^Results <em>now<\/em> with <span class="katex"><math/);
  });
});

describe("pictures and links", () => {
  const pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  it("keeps pictures that are in the text or attached to the cell", () => {
    const inline = dom(`![a dot](data:image/png;base64,${pixel})`).querySelector("img");
    expect(inline?.getAttribute("src")).toBe(`data:image/png;base64,${pixel}`);
    const attachments = { "my dot.png": { "image/png": pixel } };
    const attached = dom("![dot](<attachment:my%20dot.png>)", { attachments }).querySelector("img");
    expect(attached?.getAttribute("src")).toBe(`data:image/png;base64,${pixel}`);
    expect(attached?.getAttribute("alt")).toBe("dot");
  });

  it("puts words in the place of pictures from elsewhere", () => {
    for (const source of ["https://e.org/a.png", "//e.org/a.png", "a.png", "attachment:gone.png"]) {
      const body = dom(`![a cat](${source})`);
      expect(body.querySelector("img")).toBeNull();
      expect(body.textContent).toContain("[Picture not included: a cat]");
    }
  });

  it("does without a picture whose name can't be read, or that nothing is attached for", () => {
    const attachments = { "50%.png": { "image/png": pixel }, "empty.png": {} };
    const odd = ["caf%E9.png", "attachment:caf%E9.png", "attachment:constructor", "attachment:empty.png"];
    for (const source of odd) {
      expect(dom(`![a cat](${source})`, { attachments }).textContent).toContain(
        "[Picture not included: a cat]",
      );
    }
    expect(dom("![half](attachment:50%.png)", { attachments }).querySelector("img")).not.toBeNull();
  });

  it("leaves a picture that lies on a disk as the text it was", () => {
    expect(dom("![a](file:///etc/passwd) <img src='file:///etc/passwd'>").querySelector("img")).toBeNull();
  });

  it("leads links to headings to the ids that these have, as Jupyter writes them and as GitHub does", () => {
    const body = dom(
      "## What did not work\n\n[a](#What-did-not-work) [b](#what-did-not-work) [c](#%C3%84ra)\n\n# Ära",
    );
    const ids = [...body.querySelectorAll("h1, h2")].map(({ id }) => id);
    const links = [...body.querySelectorAll("a")].map((a) =>
      decodeURIComponent(a.getAttribute("href") ?? ""),
    );
    expect(links).toEqual([`#${ids[0]}`, `#${ids[0]}`, `#${ids[1]}`]);
    const elsewhere = dom("[a](#Findings) [b](other.html#Findings)", { page: "run.html" });
    expect([...elsewhere.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual([
      "run.html#findings",
      "other.html#Findings",
    ]);
  });

  it("keeps links to the web, and drops those that would run", () => {
    expect(dom("[paper](https://arxiv.org/abs/2310.03725)").querySelector("a")?.href).toBe(
      "https://arxiv.org/abs/2310.03725",
    );
    for (const bad of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,<script>1</script>",
      "vbscript:1",
    ]) {
      expect(dom(`[x](${bad}) <a href="${bad}">y</a>`).querySelector("a[href]")).toBeNull();
    }
  });
});

describe("text", () => {
  it("has its code coloured by language, and escaped", () => {
    const body = dom('```ts\nconst a = "<b>";\n```\n\n```unknown\n<i>\n```');
    expect(body.querySelector(".hljs-keyword")?.textContent).toBe("const");
    expect(body.querySelector(".hljs-string")?.textContent).toBe('"<b>"');
    expect(body.querySelectorAll("b, i")).toHaveLength(0);
  });

  it("cannot forge what is put aside while it is sanitised", () => {
    const body = dom("$x$ \uE0000\uE001 <b title='\uE0000\uE001'>y</b>");
    expect(body.querySelectorAll("math")).toHaveLength(1);
    expect(body.querySelector("b")?.getAttribute("title")).toBe("0");
  });

  it("cannot forge it by entities either", () => {
    const body = dom("$x$ &#xE000;0&#xE001; [a](# '&#xE000;0&#xE001;') &#xE000;9&#xE001;");
    expect(body.querySelectorAll("math")).toHaveLength(1);
    expect(body.querySelector("a")?.getAttribute("title")).toBe("\uE0000\uE001");
    expect(body.textContent).not.toContain("undefined");
  });

  it("of code in a language named like a property of objects is shown as it is", () => {
    for (const language of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(dom(`\`\`\`${language}\n<a>\n\`\`\``).textContent).toContain("<a>");
    }
  });
});

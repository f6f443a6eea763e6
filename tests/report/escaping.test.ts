import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { dataTable, metricTable } from "../../lib/figures";
import { renderIndex, renderNotebook } from "../../lib/report";
import { code, notebook, shown } from "./notebooks";

// Whatever texts a report is made of, its page has the elements that it would have with plain ones, and says
// the texts.

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("<", ">", "&", '"', "'", "</title>", "</script>", "<script>alert(1)</script>", "<!--"),
      fc.constantFrom('"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "&lt;b&gt;", "&quot;"),
      fc.string().map((text) => text.replace(/[\0\r]/g, "")),
    ),
    { minLength: 1, maxLength: 5 },
  )
  // Something to see at both ends, so that no space is trimmed off.
  .map((pieces) => `a${pieces.join("")}z`);

const read = (page: string) => new JSDOM(page).window.document;
const shape = (document: Document) =>
  [...document.querySelectorAll("*")].map((element) => [element.tagName, ...element.getAttributeNames()]);
const textsOf = (parent: ParentNode, selector: string) =>
  [...parent.querySelectorAll(selector)].map(({ textContent }) => textContent);

describe("hostile texts", () => {
  it("can't break out of the index", () => {
    const index = (title: string, name: string, value: string) =>
      read(
        renderIndex(
          [
            {
              title,
              href: `${name}.html`,
              scale: value,
              status: value,
              durationSeconds: 1,
              metrics: { [name]: value },
              notebookHref: "a.ipynb",
              metricsHref: "a.json",
            },
          ],
          { title, lead: value, facts: { [name]: value } },
        ),
      );
    const plain = shape(index("a", "b", "c"));
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, name, value) => {
        const document = index(title, name, value);
        expect(shape(document)).toEqual(plain);
        expect(document.title).toBe(title.replace(/\s+/g, " "));
        expect(textsOf(document, "h1, h2")).toEqual([title, title]);
        expect(textsOf(document, "dt, dd")).toEqual([name, value, name, value]);
        expect(textsOf(document, ".badge")).toEqual([value, value]);
      }),
      { numRuns: 25 },
    );
  });

  it("can't break out of a notebook's page", async () => {
    const page = async (one: string, two: string) => {
      const plot = {
        data: [{ name: one }],
        layout: { meta: { title: one, alt: two }, width: 10, height: 10 },
      };
      const made = notebook(
        { cell_type: "raw", metadata: {}, source: one },
        code(`let ${two.length > 1 ? "x" : "y"} = ${JSON.stringify(one)};`, [], ["parameters"]),
        code(`// ${two.replace(/\n/g, " ")}`, [
          { output_type: "stream", name: "stdout", text: one },
          { output_type: "error", ename: one, evalue: two, traceback: [one] },
          shown({ "application/vnd.plotly.v1+json": plot }),
          shown({ "image/png": "iVBORw0=", "text/plain": two }),
          shown({ "application/json": { [one]: two } }),
          shown({ "text/plain": one, "text/html": "" }),
        ]),
      );
      const options = {
        facts: { [one]: two },
        links: [{ label: one, href: two }],
        footer: one,
        language: two,
      };
      return read(await renderNotebook(made, { ...options, interactive: false }));
    };
    const outside = (document: Document) => {
      // Colours of code depend on what it says.
      for (const coloured of document.querySelectorAll("code")) coloured.replaceChildren();
      return shape(document);
    };
    const plain = outside(await page("aa", "bb"));
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (one, two) => {
        const document = await page(one, two);
        expect(textsOf(document, "code").join("")).toContain(two.replace(/\n/g, " "));
        expect(textsOf(document, ".facts dt, .facts dd")).toEqual([one, two]);
        expect(textsOf(document, ".links a, footer")).toEqual([one, one]);
        expect(textsOf(document, ".error strong")).toEqual([one]);
        expect(document.querySelector(".error p")?.textContent).toBe(`${one} ${two}`);
        expect(document.querySelector("figure.plot")?.getAttribute("aria-label")).toBe(`${one}. ${two}`);
        const json = document.querySelector("figure.plot script")?.textContent ?? "";
        expect(JSON.parse(json).data).toEqual([{ name: one }]);
        expect(document.querySelector("img")?.getAttribute("alt")).toBe(
          two.replace(/\s*\n\s*/g, ". ").replace(/\.\./g, "."),
        );
        expect(document.documentElement.lang).toBe(two);
        expect(outside(document)).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });

  it("can't break out of tables", () => {
    const tables = (one: string, two: string) => {
      const rows = [
        { [`x${one}`]: two, [`y${two}`]: 1 },
        { [`x${one}`]: two, [`y${two}`]: 2 },
      ];
      const metrics = metricTable({ title: one, rows, best: { [`y${two}`]: "min" }, note: two });
      const data = dataTable(rows, { title: two });
      const bundles = [metrics.toBundle(), data.toBundle()] as Readonly<Record<string, unknown>>[];
      return read(bundles.map((bundle) => bundle["text/html"]).join(""));
    };
    const plain = shape(tables("a", "b"));
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        const document = tables(one, two);
        expect(shape(document)).toEqual(plain);
        expect(textsOf(document, "caption")).toEqual([one, two]);
        expect(textsOf(document, ".metric-table thead th")).toEqual([`x${one}`, `y${two}`]);
        expect(textsOf(document, ".metric-table tbody th")).toEqual([two, two]);
        expect(document.querySelector(".metric-table tfoot")?.textContent).toContain(two);
      }),
      { numRuns: 30 },
    );
  });
});

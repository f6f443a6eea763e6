import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { escapeHtml, html, htmlLines, SafeHtml, scriptJson, trusted } from "../../lib/text";

const { document } = new JSDOM("<body></body>").window;
const parsed = (markup: SafeHtml) => {
  document.body.innerHTML = `${markup}`;
  return document.body;
};

/** Texts that try to end an attribute, an element or an entity. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("<", ">", "&", '"', "'", "`", "=", "/", "&lt;", "&#60;", "</p>", "-->", "]]>", "\n"),
      fc.constantFrom(
        '"><script>alert(1)</script>',
        "' onload='alert(1)",
        "${",
        "&amp;amp;",
        "<!--",
        "javascript:",
      ),
      // A page can't hold NUL, and reads a carriage return as a line feed.
      fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\0\r]/g, "")),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

describe("a template of HTML", () => {
  it("keeps every text whole, between tags and in attributes", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, words, item) => {
        const body = parsed(html`<p title="${title}" class='${item}'>${words}</p><ul>${[item, item]}</ul>`);
        expect([...body.querySelectorAll("*")].map(({ tagName }) => tagName)).toEqual(["P", "UL"]);
        const [p, ul] = body.children;
        expect(p.getAttributeNames()).toEqual(["title", "class"]);
        expect(p.getAttribute("title")).toBe(title);
        expect(p.getAttribute("class")).toBe(item);
        expect(p.textContent).toBe(words);
        expect(ul.textContent).toBe(item + item);
      }),
      { numRuns: 300 },
    );
  });

  it("escapes once, however deep the templates are", () => {
    const inner = html`<b>${"a & b"}</b>`;
    expect(`${html`<p>${[inner, " < ", [inner]]}</p>`}`).toBe(
      "<p><b>a &amp; b</b> &lt; <b>a &amp; b</b></p>",
    );
  });

  it("leaves nothing of what is not there, and writes numbers out", () => {
    expect(`${html`<p>${undefined}${null}${false}${""}${0}${-1.5}</p>`}`).toBe("<p>0-1.5</p>");
  });

  it("lets only what is trusted through", () => {
    expect(`${html`${trusted("<hr>")}`}`).toBe("<hr>");
    const forged = { text: "<hr>", toString: () => "<hr>" } as unknown as SafeHtml;
    expect(`${html`${forged}`}`).toBe("&lt;hr&gt;");
    const likeness = Object.create(SafeHtml.prototype) as SafeHtml;
    expect(() => `${html`${likeness}`}`).toThrow(TypeError);
  });

  it("puts parts on lines, without the empty ones", () => {
    expect(`${htmlLines(["a<", "", undefined, html`<i>b</i>`, false])}`).toBe("a&lt;\n<i>b</i>");
  });
});

describe("escaping", () => {
  it("keeps what the text says", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(parsed(trusted(escapeHtml(text))).textContent).toBe(text);
      }),
    );
  });

  it("of JSON in a script keeps its value, and can't end the script", () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostile, (value, text) => {
        const body = parsed(html`<script type="application/json">${scriptJson([value, text])}</script>`);
        expect(body.children).toHaveLength(1);
        const found = JSON.parse(body.children[0].textContent ?? "");
        expect(found).toEqual(JSON.parse(JSON.stringify([value, text])));
      }),
    );
  });
});

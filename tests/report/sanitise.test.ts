import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { sanitise } from "../../lib/report/sanitise";

const { document } = new JSDOM("<body></body>").window;

/** What a browser would make of it: everything that could act or load. */
function dangers(html: string): string[] {
  document.body.innerHTML = html;
  const found: string[] = [];
  for (const element of document.body.querySelectorAll("*")) {
    const tag = element.tagName.toLowerCase();
    if (
      /^(script|iframe|object|embed|form|input|button|link|meta|base|style)$/.test(tag) ||
      /^(svg|math|video|audio|source|template)$/.test(tag)
    ) {
      found.push(tag);
    }
    for (const { name, value } of element.attributes) {
      if (/^on|^srcdoc$|^srcset$|^formaction$|^ping$|^background$/i.test(name)) found.push(`${tag}.${name}`);
      if (/^(href|xlink:href|action)$/i.test(name) && !/^(https?:|mailto:|#|[^:]*$)/i.test(value))
        found.push(`${tag}.${name}`);
      if (name === "src" && !/^data:image\//.test(value)) found.push(`${tag}.src`);
      if (name === "style" && /url|expression|position|@/i.test(value)) found.push(`${tag}.style`);
    }
  }
  return found;
}

const attacks = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<img src="https://e.org/track.png">',
  "<iframe src='https://e.org'></iframe>",
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href=" &#106;avascript:alert(1)">x</a>',
  "<svg onload=alert(1)><script>1</script></svg>",
  "<svg><image href='https://e.org/a.png'/></svg>",
  "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
  "<style>@import 'https://e.org/a.css'</style>",
  '<div style="background:url(https://e.org/a.png)">x</div>',
  '<p style="position:fixed;inset:0;color:red">x</p>',
  '<td background="https://e.org">',
  "<form action='https://e.org'><input type=submit></form>",
  '<meta http-equiv="refresh" content="0;url=https://e.org">',
  "<base href='https://e.org'>",
  "<object data='https://e.org'></object><embed src='https://e.org'>",
  "<img srcset='https://e.org/a.png 2x' src='data:image/png;base64,AA=='>",
  "<img src='data:text/html,<script>1</script>'>",
  "<a href='data:text/html,x'>x</a>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<b title='&quot;><img src=x onerror=1>'>x</b>",
  "<video src='https://e.org/a.mp4' poster='https://e.org/p.png'></video>",
  "<!--><script>alert(1)</script>-->",
];

describe("sanitise", () => {
  it.each(attacks)("disarms %s", (attack) => {
    expect(dangers(`${sanitise(attack)}`)).toEqual([]);
  });

  it("disarms any mixture of attacks", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(...attacks),
        fc.constantFrom("<b>", "</b>", "<table>", "'", '"', ">", "<", "&lt;"),
        fc.string(),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        expect(dangers(`${sanitise(list.join(""))}`)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("keeps tables, emphasis and the alignment of numbers", () => {
    const table =
      '<table class="metric-table"><caption>Results</caption>' +
      '<thead><tr><th scope="col" align="right" style="text-align:right">KD</th></tr></thead>' +
      '<tbody><tr><td align="right" style="text-align:right"><strong>0.1</strong></td></tr></tbody></table>';
    expect(`${sanitise(table)}`).toBe(table);
  });
});

import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { type RunLog, renderLog } from "../../lib/report";

const started = new Date(2026, 10, 25, 22, 10, 3);
const log: RunLog = {
  title: "In-painting <1>",
  status: "running",
  done: 4,
  cells: 12,
  started,
  now: new Date(started.getTime() + 125_000),
  facts: { scale: '"quick"' },
  lines: ["train a: 10/10 steps", "train b: 3/10 steps <b>"],
  figures: [
    {
      output_type: "display_data",
      data: {
        "text/html": '<div id="plot"></div><script>alert(1)</script>',
        "image/png": "iVBORw0=",
        "application/vnd.plotly.v1+json": { data: [], layout: { width: 800, height: 300 } },
        "text/plain": "Loss\nIt falls.",
      },
      metadata: {},
    },
  ],
  printed: "warning: <script>alert(2)</script>",
};
const dom = (changes: Partial<RunLog> = {}) => new JSDOM(renderLog({ ...log, ...changes })).window.document;
const facts = (document: Document) =>
  Object.fromEntries(
    [...document.querySelectorAll(".facts div")].map((fact) => [
      fact.querySelector("dt")?.textContent,
      fact.querySelector("dd")?.textContent,
    ]),
  );

describe("the page of a running notebook", () => {
  it("says how far it is, and shows lines and pictures", () => {
    const document = dom();
    expect(document.querySelector("h1")?.textContent).toBe("In-painting <1>");
    expect(facts(document)).toEqual({
      "cells done": "4 of 12, now in cell 5",
      started: "2026-11-25 22:10:03",
      "running for": "2 min 5 s",
      "written at": "2026-11-25 22:12:08",
      scale: '"quick"',
    });
    expect(document.querySelector("progress")?.outerHTML).toContain('max="12" value="4"');
    expect(document.querySelector("main pre")?.textContent).toBe(log.lines.join("\n"));
    const [picture] = document.querySelectorAll("img");
    expect(picture.getAttribute("src")).toBe("data:image/png;base64,iVBORw0=");
    expect([picture.getAttribute("width"), picture.getAttribute("height")]).toEqual(["800", "300"]);
    expect(picture.alt).toBe("Loss. It falls.");
  });

  it("reloads itself while it runs, and then no longer, and says how it ended", () => {
    const refresh = 'meta[http-equiv="refresh"]';
    expect(Number(dom().querySelector(refresh)?.getAttribute("content"))).toBeGreaterThan(0);
    for (const [status, word] of [
      ["ok", "done"],
      ["failed", "failed"],
      ["stopped", "stopped"],
    ] as const) {
      const document = dom({ status, error: status === "failed" ? "cell 5: Error: no" : undefined });
      expect(document.querySelector(refresh)).toBeNull();
      expect(document.querySelectorAll("script")).toHaveLength(0);
      expect(document.title).toBe(`${word}: In-painting <1>`);
      expect(document.querySelector('[role="status"]')?.textContent?.trim()).toBe(
        status === "failed" ? "failed cell 5: Error: no" : word,
      );
      expect(Object.keys(facts(document))).toContain("ran for");
    }
  });

  it("runs nothing but its own script, and fetches nothing", () => {
    const document = dom();
    expect([...document.scripts].map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining("data-written"),
    ]);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
    expect(policy?.getAttribute("content")).toMatch(/^default-src 'none'; img-src data: blob:;/);
    expect(document.body.innerHTML).not.toContain("<b>");
    expect(document.body.innerHTML).not.toContain("<script>alert");
  });

  it("is there before anything has happened", () => {
    const document = dom({ cells: 0, done: 0, lines: [], figures: [], printed: "" });
    expect(document.querySelectorAll("h2, progress")).toHaveLength(0);
    expect(Object.keys(facts(document))).not.toContain("cells done");
  });
});

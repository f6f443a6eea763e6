import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { afterAll, describe, expect, it } from "vitest";
import { liveLog } from "../../lib/cli/live-log";
import type { Output } from "../../lib/notebook/executor/output";
import { metricsMime, progressMime } from "../../lib/notebook/mime";

const folder = mkdtempSync(join(tmpdir(), "log "));
afterAll(() => rmSync(folder, { recursive: true }));

const display = (data: object, displayId?: string, update = false): Output => ({
  type: "display",
  data: { ...data },
  metadata: {},
  displayId,
  update,
});
const line = (text: string, id: string, update = false) =>
  display({ "text/plain": text, [progressMime]: { label: "w", step: 1, steps: 2 } }, id, update);
const figure = (name: string, id?: string, update = false) =>
  display({ "image/png": Buffer.from(name).toString("base64"), "text/plain": name }, id, update);

const read = (path: string) => new JSDOM(readFileSync(path, "utf8")).window.document;
const pictures = (document: Document) => [...document.querySelectorAll("img")].map(({ alt }) => alt);
const status = (document: Document) => document.querySelector(".badge")?.textContent;

/** Waits until `test` holds for the page. */
async function until(path: string, test: (document: Document) => boolean): Promise<Document> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    try {
      const document = read(path);
      if (test(document)) return document;
    } catch {
      // It isn't there yet.
    }
  }
}

describe("the log of a run", () => {
  it("is written while it goes on, with what is newest, and at its end", async () => {
    const path = join(folder, "a", "log.html");
    const log = liveLog(path, { title: "A", facts: { seed: "3" }, seconds: 0.01 });
    const first = await until(path, () => true);
    expect(status(first)).toBe("running");
    log.cell(0, 3);
    log.cell(1, 3);
    log.output(line("a: 1/2 steps", "a"));
    log.output(line("b: 1/2 steps", "b"));
    log.output(line("a: 2/2 steps", "a", true));
    log.output(display({ [metricsMime]: { mse: 1 } }));
    log.output({ type: "stream", name: "stdout", text: "x".repeat(5000) });
    log.output({ type: "stream", name: "stderr", text: "the end" });
    for (let k = 0; k < 9; k++) log.output(figure(`figure ${k}`));
    log.output(figure("loss at 1", "loss"));
    log.output(figure("loss at 2", "loss", true));
    const document = await until(path, (page) => pictures(page).includes("loss at 2"));
    expect(pictures(document)).toEqual([4, 5, 6, 7, 8].map((k) => `figure ${k}`).concat("loss at 2"));
    const [progress, printed] = [...document.querySelectorAll("main pre")].map(
      (pre) => pre.textContent ?? "",
    );
    expect(progress).toBe("a: 2/2 steps\nb: 1/2 steps");
    expect(printed).toMatch(/^x+the end$/);
    expect(printed.length).toBeLessThan(4001);
    expect(document.body.textContent).toContain("1 of 3, now in cell 2");

    log.output(display({ "text/plain": "" }, "loss", true));
    await log.end({ status: "ok", links: [{ label: "Report", href: "A.html" }] });
    const last = read(path);
    expect(status(last)).toBe("done");
    expect(pictures(last)).not.toContain("loss at 2");
    expect(last.body.textContent).toContain("3 of 3");
    expect(last.querySelector(".links a")?.getAttribute("href")).toBe("A.html");
    log.output(figure("late"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(status(read(path))).toBe("done");
    expect(readdirSync(join(folder, "a"))).toEqual(["log.html"]);
  });

  it("does not end a run by what it can't write", async () => {
    const path = join(folder, "taken.html");
    mkdirSync(path);
    const log = liveLog(path, { title: "A", seconds: 0 });
    log.cell(0, 1);
    await expect(log.end({ status: "failed", error: "cell 1: Error: no" })).resolves.toBeUndefined();
  });
});

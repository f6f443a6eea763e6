import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { afterAll, expect, it } from "vitest";
import { publish } from "../../../lib/cli/runs/publish";
import { notebookText } from "../../notebook/project";

const out = mkdtempSync(join(tmpdir(), "publish-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Leaves a run of the notebook "a b" that started at a second. */
function leave(second: number, status: string, files = true) {
  const id = `${second} a b`;
  const folder = join(out, "runs", id);
  mkdirSync(folder, { recursive: true });
  const started = `2026-01-02T10:00:0${second}.000Z`;
  const base = {
    format: 1,
    id,
    notebook: "a b",
    path: "a b.ipynb",
    parameters: { k: second },
    changed: ["k"],
  };
  const run = { ...base, key: "", page: "", status, pid: process.ppid, host: hostname(), started };
  writeFileSync(join(folder, "run.json"), JSON.stringify(run));
  if (!files) return;
  const error = status === "failed" ? { cell: 2, name: "Error", message: "no\nmore" } : undefined;
  const record = {
    ...base,
    title: `Run ${second}`,
    status,
    started,
    seconds: 1,
    metrics: { second },
    scale: null,
    error,
  };
  writeFileSync(join(folder, "a b.metrics.json"), JSON.stringify(record));
  writeFileSync(join(folder, "a b.ipynb"), notebookText(`# Run ${second}`));
  writeFileSync(join(folder, "a b.html"), `<a href="../../index.html">All</a> run ${second}`);
}

const text = (name: string) => readFileSync(join(out, name), "utf8");
const dom = (name: string) => new JSDOM(text(name)).window.document;
const cards = () => [...dom("index.html").querySelectorAll("h2")].map((title) => title.textContent);
const notes = () => [...dom("index.html").querySelectorAll(".note a")].map((a) => a.getAttribute("href"));
const statuses = () =>
  [...dom("runs.html").querySelectorAll("tbody .badge")].map((badge) => badge.textContent);

it("shows the newest complete run, whatever comes after it, and all runs", async () => {
  leave(1, "failed");
  expect(await publish(out)).toEqual([]);
  expect([cards(), existsSync(join(out, "a b.html"))]).toEqual([["Run 1"], false]);
  expect(dom("index.html").querySelector("h2 a")?.getAttribute("href")).toBe("runs/1%20a%20b/a%20b.html");

  leave(2, "ok");
  leave(3, "ok");
  await publish(out);
  expect([cards(), notes(), statuses()]).toEqual([["Run 3"], [], ["ok", "ok", "failed"]]);
  expect(text("a b.html")).toBe('<a href="index.html">All</a> run 3');
  expect(text("a b.metrics.json")).toBe(text("runs/3 a b/a b.metrics.json"));
  const [link] = [...dom("index.html").querySelectorAll(".files a")].slice(-1);
  expect(link.getAttribute("href")).toBe("a%20b.compare.html");
  const compared = dom("a b.compare.html").querySelector("main")?.textContent;
  for (const run of ["2 a b", "3 a b"]) expect(compared).toContain(run);

  leave(4, "failed");
  leave(5, "running", false);
  await publish(out);
  expect(text("a b.html")).toContain("run 3");
  expect(statuses()).toEqual(["running", "failed", "ok", "ok", "failed"]);
  expect(cards()).toEqual(["Run 3"]);
});

it("says that a later run failed", async () => {
  rmSync(join(out, "runs/5 a b"), { recursive: true });
  await publish(out);
  expect(notes()).toEqual(["runs/4%20a%20b/a%20b.html"]);
  expect(dom("index.html").querySelector(".note")?.textContent).toBe(
    "A later run failed in cell 2: Error: no",
  );
});

it("shows the PDF of the newest complete run, and none of an older one", async () => {
  writeFileSync(join(out, "runs/3 a b/a b.pdf"), "%PDF-");
  await publish(out);
  expect(text("a b.pdf")).toBe("%PDF-");
  leave(6, "ok");
  await publish(out);
  expect([text("a b.html").endsWith("run 6"), existsSync(join(out, "a b.pdf"))]).toEqual([true, false]);
  expect(text("a b.compare.html")).toContain("6 a b");
  rmSync(join(out, "runs/6 a b"), { recursive: true });
});

it("copes with folders that were deleted", async () => {
  rmSync(join(out, "runs/3 a b"), { recursive: true });
  await publish(out);
  expect(text("a b.html")).toContain("run 2");
  rmSync(join(out, "runs"), { recursive: true });
  await publish(out);
  expect(existsSync(join(out, "a b.compare.html"))).toBe(false);
  expect([cards(), statuses()]).toEqual([["Run 2"], []]);
  expect(readdirSync(out).sort()).toEqual(
    ["a b.html", "a b.ipynb", "a b.metrics.json", "index.html", "runs.html"].sort(),
  );
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { pageWriter } from "../../../lib/cli/runs/page-writer";

const home = mkdtempSync(join(tmpdir(), "pages-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Leaves a run in `out`. */
function leave(out: string, id: string) {
  const folder = join(out, "runs", id);
  mkdirSync(folder, { recursive: true });
  const run = { format: 1, id, notebook: id, path: `${id}.ipynb`, parameters: {}, changed: [], key: "" };
  const rest = { page: "", status: "stopped", pid: 1, host: "", started: "2026-01-02T10:00:00.000Z" };
  writeFileSync(join(folder, "run.json"), JSON.stringify({ ...run, ...rest }));
}

it("writes the pages while nobody waits, and all that came later in the end", async () => {
  const out = join(home, "out");
  const text = () => readFileSync(join(out, "runs.html"), "utf8");
  leave(out, "first-run");
  const pages = pageWriter(out);
  expect(pages.asked).toBe(false);
  pages.soon();
  expect(pages.asked).toBe(true);
  await vi.waitFor(() => expect(text()).toContain("first-run"), 10_000);
  leave(out, "second-run");
  pages.soon();
  pages.soon();
  expect(await pages.close()).toEqual([]);
  expect(text()).toContain("first-run");
  expect(text()).toContain("second-run");
});

it("writes them later when they were written just now", async () => {
  const out = join(home, "later");
  leave(out, "first-run");
  const pages = pageWriter(out);
  pages.soon();
  await vi.waitFor(() => expect(existsSync(join(out, "runs.html"))).toBe(true), 10_000);
  leave(out, "second-run");
  pages.soon();
  const text = () => readFileSync(join(out, "runs.html"), "utf8");
  await vi.waitFor(() => expect(text()).toContain("second-run"), 30_000);
}, 60_000);

it("says at the next call, and in the end, that they can't be written", async () => {
  const out = join(home, "no folder");
  writeFileSync(out, "");
  const pages = pageWriter(out);
  pages.soon();
  await vi.waitFor(() => expect(() => pages.soon()).toThrow(), 10_000);
  await expect(pages.close()).rejects.toThrow();
});

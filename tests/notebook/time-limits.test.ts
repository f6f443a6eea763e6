import { readFileSync } from "node:fs";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { type RunEvents, runNotebook } from "../../lib/notebook/runner/run-notebook";
import { after as later } from "../../lib/notebook/runner/time-limits";
import { type CellSource, makeProject, notebookText } from "./project";

const project = makeProject();
afterEach(() => vi.useRealTimers());
afterAll(() => project.remove());

const read = (...cells: readonly CellSource[]) => parseNotebook(notebookText(...cells), "test.ipynb");

describe("a timer", () => {
  it.each([0.001, 3600, 24.8 * 86_400, 100 * 86_400])("of %d s rings then, not before", (seconds) => {
    vi.useFakeTimers();
    const rings = vi.fn();
    later(seconds, rings);
    // Where Node would ring at once.
    vi.advanceTimersByTime(1000 * seconds - 1);
    expect(rings).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(rings).toHaveBeenCalledOnce();
  });

  it("that is cancelled doesn't, in its second month either", () => {
    vi.useFakeTimers();
    const rings = vi.fn();
    const prevent = later(100 * 86_400, rings);
    vi.advanceTimersByTime(40 * 86_400_000);
    prevent();
    vi.advanceTimersByTime(100 * 86_400_000);
    expect(rings).not.toHaveBeenCalled();
  });
});

/** Lets time pass, as it seems to the runner, when a cell prints the seconds. */
const passing = (): RunEvents => ({
  output(output) {
    const seconds = output.type === "stream" && /^(\d+) s pass$/m.exec(output.text)?.[1];
    if (seconds) vi.advanceTimersByTime(1000 * Number(seconds));
  },
});

describe("a notebook beyond a limit", () => {
  it("of each cell ends, says which cell it was, and keeps what there is", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const run = await runNotebook(
      read(
        'console.log("50 s pass");',
        'console.log("50 s pass");',
        // That it may fail doesn't mean that it may run for ever.
        ['console.log("70 s pass");\nawait 1;\nfor (;;) {}', "raises-exception"],
        'console.log("never");',
      ),
      { root: project.root, limits: { cell: 60, notebook: 3600 }, events: passing() },
    );
    expect(run).toMatchObject({ status: "failed", failure: { cell: 3, ename: "TimeoutError" } });
    expect(run.failure?.evalue).toBe(
      "Cell 3 ran for longer than 1 min 0 s; --cell-timeout sets another limit.",
    );
    expect(run.notebook.cells).toMatchObject([
      { execution_count: 1, outputs: [{ output_type: "stream", text: "50 s pass\n" }] },
      { execution_count: 2, outputs: [{ output_type: "stream", text: "50 s pass\n" }] },
      { execution_count: 3, outputs: [{ text: "70 s pass\n" }, { ename: "TimeoutError" }] },
      { execution_count: null, outputs: [] },
    ]);
  });

  it("of its own ends, after work that reports its progress has saved", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const cell = `
      import { writeFileSync } from "node:fs";
      import { progress } from "./lib";
      const tell = progress("work");
      for (let step = 1; ; step++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (step === 10) console.log("25 s pass");
        if (tell({ step, steps: 1e6 }) === "stop") {
          writeFileSync("saved", String(step));
          throw new Error("stopped");
        }
      }`;
    const limits = { notebook: 50, cell: 3600 };
    const run = await runNotebook(read('console.log("30 s pass");', cell), {
      ...{ root: project.root, limits, events: passing() },
    });
    const evalue = "The notebook ran for longer than 50 s; --timeout sets another limit.";
    expect(run.failure).toMatchObject({ cell: 2, evalue });
    expect(Number(readFileSync(`${project.root}/saved`, "utf8"))).toBeGreaterThanOrEqual(10);
  });
});

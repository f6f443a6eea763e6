import { afterAll, describe, expect, it } from "vitest";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { injectParameters } from "../../lib/notebook/parameters";
import { type RunEvents, runNotebook } from "../../lib/notebook/runner/run-notebook";
import { type CellSource, makeProject, notebookText } from "./project";

const project = makeProject();
afterAll(() => project.remove());

const read = (...cells: readonly CellSource[]) => parseNotebook(notebookText(...cells), "test.ipynb");

describe("running a notebook", () => {
  it("gives its outputs, counts, metrics, data and parameters", async () => {
    const notebook = injectParameters(
      read(
        "# Title",
        [
          'import { pick, progress, recordData, recordMetrics, show, type Scale } from "./lib";\nlet scale: Scale = "quick";\nlet steps = 3;',
          "parameters",
        ],
        "   ",
        'console.log("a"); console.log("b"); console.error("c");',
        'const tell = progress("work");\nfor (let step = 0; step <= steps; step++) tell({ step, steps, loss: 0.5 });',
        'recordMetrics({ mse: 0.25, ratio: Number.NaN });\nrecordMetrics({ mse: 0.125, network: "a" });\nconst digits = { name: "digits", checksum: "abc", images: 10 };\nrecordData(digits);\nrecordData(digits);',
        'await show({ toBundle: () => ({ "text/plain": "p", "image/png": "iVBORw0=" }) });',
        "pick(scale, { quick: 1, small: 2, paper: 3 })",
      ),
      { scale: "small", steps: 4 },
    );
    const seen: string[] = [];
    const events: RunEvents = {
      cell: (index, cells) => seen.push(`${index}/${cells}`),
      output: ({ type }) => seen.push(type),
    };
    const run = await runNotebook(notebook, { root: project.root, parameters: ["scale", "steps"], events });
    expect(run).toMatchObject({ status: "ok", failure: undefined });
    expect(run.metrics).toEqual({ mse: 0.125, ratio: "NaN", network: "a" });
    expect(run.data).toEqual([{ name: "digits", checksum: "abc", images: 10 }]);
    expect(run.parameters).toEqual({ scale: "small", steps: 4 });
    expect(run.peakMemory).toBeGreaterThan(50e6);
    expect(seen.slice(0, 3)).toEqual(["0/7", "1/7", "2/7"]);
    const { cells, metadata } = run.notebook;
    expect(metadata).toMatchObject({
      kernelspec: { language: "typescript" },
      language_info: { name: "typescript" },
    });
    expect(cells.map(({ execution_count }) => execution_count)).toEqual([
      undefined,
      1,
      2,
      null,
      3,
      4,
      5,
      6,
      7,
    ]);
    expect(cells.map(({ outputs }) => outputs)).toEqual([
      undefined,
      [],
      [],
      [],
      [
        { output_type: "stream", name: "stdout", text: "a\nb\n" },
        { output_type: "stream", name: "stderr", text: "c\n" },
      ],
      [
        {
          output_type: "display_data",
          data: { "text/plain": expect.stringMatching(/^work: 4\/4 steps · loss 0\.5000 .*\d+ s$/) },
          metadata: {},
        },
      ],
      [],
      [{ output_type: "display_data", data: { "text/plain": "p", "image/png": "iVBORw0=" }, metadata: {} }],
      [{ output_type: "execute_result", execution_count: 7, data: { "text/plain": "2" }, metadata: {} }],
    ]);
  });

  it("ends with the first cell that fails, unless it is said to", async () => {
    const notebook = read(
      ["throw new Error('meant');", "raises-exception"],
      "1",
      "throw new TypeError('not meant');",
      "2",
    );
    const run = await runNotebook(notebook, { root: project.root });
    expect(run.status).toBe("failed");
    expect(run.failure).toMatchObject({ cell: 3, ename: "TypeError", evalue: "not meant" });
    expect(run.notebook.cells.map(({ execution_count }) => execution_count)).toEqual([1, 2, 3, null]);
    expect(run.notebook.cells[0].outputs).toMatchObject([{ output_type: "error", evalue: "meant" }]);
    expect(run.notebook.cells[2].outputs).toMatchObject([{ output_type: "error", evalue: "not meant" }]);
  });

  it("refuses a parameter of a wrong type", async () => {
    const notebook = injectParameters(read(["let steps = 3;", "parameters"], "steps"), { steps: "many" });
    const run = await runNotebook(notebook, { root: project.root });
    expect(run.failure).toMatchObject({ cell: 2, ename: "TypeScriptError" });
    expect(run.failure?.evalue).toContain("Type 'string' is not assignable to type 'number'");
  });

  it("stops when it is told to, and keeps what there is", async () => {
    const stop = new AbortController();
    const notebook = read('console.log("done");', 'console.log("begun");\nawait new Promise(() => {});', "3");
    const events: RunEvents = {
      output: (output) => {
        if (output.type === "stream" && output.text === "begun\n") stop.abort();
      },
    };
    const run = await runNotebook(notebook, { root: project.root, signal: stop.signal, events });
    expect(run).toMatchObject({ status: "stopped", failure: undefined });
    expect(run.notebook.cells.map(({ outputs }) => outputs?.length)).toEqual([1, 1, 0]);
  });
});

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { formatNotebook, parseNotebook } from "../../lib/notebook/nbformat";
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
          'import { pick, progress, recordData, recordMetrics, show, type Scale } from "./lib";\n' +
            'let scale: Scale = "quick";\nlet steps = 3;',
          "parameters",
        ],
        "   ",
        'console.log("a"); console.log("b"); console.error("c");',
        'const tell = progress("work");\n' +
          "for (let step = 0; step <= steps; step++) tell({ step, steps, loss: 0.5 });",
        "recordMetrics({ mse: 0.25, ratio: Number.NaN });\n" +
          'recordMetrics({ mse: 0.125, network: "a" });\n' +
          'const digits = { name: "digits", checksum: "abc", images: 10 };\n' +
          "recordData(digits);\nrecordData(digits);",
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

  it("fills a place that an earlier cell reserved", async () => {
    const text = (words: string) => `({ toBundle: () => ({ "text/markdown": "${words}" }) })`;
    const notebook = read(
      `import { reserve, show } from "./lib";\nconst answer = reserve(${text("later")});`,
      `await show(${text("between")});`,
      `await answer.show(${text("42")});`,
    );
    const run = await runNotebook(notebook, { root: project.root });
    const shown = run.notebook.cells.map(({ outputs }) =>
      (outputs as { data: unknown }[])?.map(({ data }) => data),
    );
    expect(shown).toEqual([[{ "text/markdown": "42" }], [{ "text/markdown": "between" }], []]);
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
    const counts = run.notebook.cells.map((cell) => cell.cell_type === "code" && cell.outputs.length);
    expect(counts).toEqual([1, 1, 0]);
  });

  it("lets work that reports its progress save what it has, and ends it between two steps", async () => {
    const stop = new AbortController();
    const notebook = read(
      `import { progress } from "./lib";
       import { writeFileSync } from "node:fs";
       const tell = progress("work");
       for (let step = 1; ; step++) {
         await new Promise((resolve) => setTimeout(resolve, 20));
         if (tell({ step, steps: 1e6 }) !== "stop") continue;
         await new Promise((resolve) => setTimeout(resolve, 300));
         writeFileSync("saved", String(step));
         throw new Error("stopped");
       }`,
      "2",
    );
    const saved = join(project.root, "saved");
    const run = await runNotebook(notebook, {
      root: project.root,
      signal: stop.signal,
      events: { output: () => stop.abort() },
    });
    expect(run).toMatchObject({ status: "stopped", failure: undefined });
    expect(Number(readFileSync(saved, "utf8"))).toBeGreaterThan(0);
    expect(run.notebook.cells[1].execution_count).toBeNull();
  });
});

describe("work that goes on though it was told to stop", () => {
  it("is ended", async () => {
    const stop = new AbortController();
    const cell = `
      import { progress } from "./lib";
      const tell = progress("deaf");
      for (let step = 1; ; step++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        tell({ step, steps: 1e6 });
      }`;
    let told = 0;
    const output = () => {
      told ||= performance.now();
      stop.abort();
    };
    const run = await runNotebook(read(cell), {
      root: project.root,
      signal: stop.signal,
      events: { output },
    });
    expect(run.status).toBe("stopped");
    expect(performance.now() - told).toBeLessThan(5000);
  });
});

describe("what a cell sends to whoever started it", () => {
  const forged = [
    "ready",
    { type: "ready" },
    { type: "done", values: {}, peakMemory: 0 },
    { type: "output", output: null, cell: 0 },
    { token: "", report: { type: "done", values: {}, peakMemory: 0 } },
    null,
  ];

  it("does not count: a cell that then throws has failed", async () => {
    const cell = `
      for (const message of ${JSON.stringify(forged)}) process.send?.(message);
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new RangeError("after all");`;
    const found = "[typeof process.send, process.argv.length]";
    const run = await runNotebook(read(found, cell, "1"), { root: project.root });
    expect(run).toMatchObject({ status: "failed", failure: { cell: 2, ename: "RangeError" } });
    // Cells find neither the way to send nor the token.
    expect(run.notebook.cells[0].outputs).toMatchObject([{ data: { "text/plain": "[ 'undefined', 2 ]" } }]);
  });

  it("does not count, even past what cells are given", async () => {
    // The prototype's method, which the process's own was bound to.
    const cell = `
      import { ChildProcess } from "node:child_process";
      const channel = process as unknown as { _send(message: unknown, handle: unknown, options: {}): void };
      for (const message of ${JSON.stringify(forged)}) {
        if (message !== null) channel._send(message, undefined, {});
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new RangeError("after all");`;
    const run = await runNotebook(read(cell, "1"), { root: project.root });
    expect(run).toMatchObject({ status: "failed", failure: { cell: 1, ename: "RangeError" } });
  });
});

describe("a cell that shows nothing where it should show something", () => {
  it("fails, or shows nothing, and is reported", async () => {
    const jupyter = 'require("tslab/dist/jupyter").lastWriteDisplayData';
    const run = await runNotebook(
      read(
        ['import { show } from "./lib";\nawait show({ toBundle: () => null as never });', "raises-exception"],
        ["({ toBundle: () => null })", "raises-exception"],
        `${jupyter}({ data: null });`,
        `${jupyter}(null);`,
      ),
      { root: project.root },
    );
    const evalue = expect.stringContaining("data by MIME type from toBundle, but received null");
    const refused = [{ output_type: "error", ename: "UsageError", evalue }];
    expect(run.notebook.cells.slice(0, 3)).toMatchObject([
      { outputs: refused },
      { outputs: refused },
      { outputs: [] },
    ]);
    expect(run).toMatchObject({ status: "failed", failure: { cell: 4, ename: "TypeError" } });
  });
});

describe("a failure", () => {
  it("of an error that can't be read is reported", async () => {
    const cells = [
      "throw Object.defineProperty(new Error(), 'message', { get() { throw new Error('no'); } });",
      "throw new Proxy(new Error(), { get() { throw new Error('no'); } });",
      "throw Object.assign(new Error(), { name: 5, message: { a: 1 } });",
      "throw new Error('long '.repeat(1e6));",
    ];
    const tagged = cells.map((cell) => [cell, "raises-exception"] as const);
    const run = await runNotebook(read(...tagged), { root: project.root });
    expect(run.notebook.cells.map((cell) => cell.outputs)).toMatchObject([
      [{ ename: "Unreadable" }],
      [{ ename: "Unreadable" }],
      [{ ename: "5", evalue: "{ a: 1 }" }],
      [{ ename: "Error", evalue: expect.stringMatching(/^long long .{1,20000} …$/) }],
    ]);
    expect(formatNotebook(run.notebook).length).toBeLessThan(100_000);
  });

  it("by a heap that is used up is called that, with the memory that it had", async () => {
    const run = await runNotebook(
      read("const a: number[][] = []; for (;;) a.push(new Array(1e5).fill(0.5));"),
      {
        root: project.root,
        env: { NODE_OPTIONS: "--max-old-space-size=150" },
      },
    );
    expect(run.failure?.evalue).toMatch(
      /^The notebook's process is gone\. Its JavaScript heap ran out of memory, at 1\d\d MB\. Keep less at once/,
    );
    expect(run.peakMemory).toBeGreaterThan(140e6);
  });

  it("of the process is reported though a process that it started holds its output", async () => {
    const cell = `
      import { spawn } from "node:child_process";
      spawn("sleep", ["20"], { stdio: "inherit" });
      process.exit(4);`;
    const start = performance.now();
    const run = await runNotebook(read(cell), { root: project.root });
    expect(run.failure).toMatchObject({ ename: "ProcessEnded" });
    expect(run.failure?.evalue).toContain("exit code 4");
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it.skipIf(process.platform === "win32")("of the runner leaves no loop behind", async () => {
    const script = `
      const { parseNotebook } = require("./lib/notebook/nbformat");
      const { runNotebook } = require("./lib/notebook/runner/run-notebook");
      const source = "console.log('pid ' + process.pid); await 1; while (true) {}";
      const cells = [{ cell_type: "code", metadata: {}, source, outputs: [], execution_count: null }];
      runNotebook(parseNotebook(JSON.stringify({ nbformat: 4, cells }), "a"), {
        root: process.cwd(),
        events: { output: ({ text }) => process.stdout.write(text) },
      });`;
    const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
    const runner = spawn(process.execPath, ["--import", tsx, "-e", script], { cwd: project.root });
    const child = await new Promise<number>((resolve) => {
      runner.stdout.on("data", (text) => resolve(Number(/pid (\d+)/.exec(`${text}`)?.[1])));
    });
    const lives = () => {
      try {
        return process.kill(child, 0);
      } catch {
        return false;
      }
    };
    expect(lives()).toBe(true);
    runner.kill("SIGKILL");
    for (let k = 0; lives() && k < 100; k++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(lives()).toBe(false);
  });
});

import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type INotebookContent, isCode, validateMimeValue } from "@jupyterlab/nbformat";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listRuns } from "../../lib/cli/runs/list-runs";
import { makeProject, notebookText } from "../notebook/project";

const good = notebookText(
  "# A good one\n\nWith $x^2$.",
  [
    'import { recordData, recordMetrics, show } from "./lib";\nlet scale = "quick";\n' + "let seed = 0;",
    "parameters",
  ],
  'recordMetrics({ loss: seed / 8 });\nrecordData({ name: "digits", checksum: "abc" });',
  'show({ toBundle: () => ({ "text/plain": "figure", "text/html": "<b>figure</b>" }) });',
  "seed",
);
const bad = notebookText(
  "# A bad one",
  ["let steps = 3;", "parameters"],
  'throw new RangeError("on purpose");',
);
const slow = notebookText(
  "# A slow one",
  'import { existsSync, writeFileSync } from "node:fs";\n' +
    'const mark = "mark of 03-slow";\nconst resumed = existsSync(mark);\n' +
    'writeFileSync(mark, "");\n' +
    'if (!resumed) { console.log("waiting"); await new Promise(() => {}); }\nresumed',
);

const mistyped = notebookText(
  'import { writeFileSync } from "node:fs";\nwriteFileSync("printed", "");',
  "const list = [1, 2];",
  "// the mistake:\nlist.lenght",
);

/** Makes the disk full for the file that holds a page. */
const fullDisk = `
const fs = require("node:fs");
const { openSync, writeSync } = fs;
const pages = new Set();
fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  if (path.includes("02-bad.html")) pages.add(file);
  return file;
};
fs.writeSync = (file, ...rest) => {
  if (!pages.has(file)) return writeSync(file, ...rest);
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
};
require("node:module").syncBuiltinESMExports();
`;

const project = makeProject({
  "full-disk.cjs": fullDisk,
  "notebooks/01-good.ipynb": good,
  "notebooks/02-bad.ipynb": bad,
  "notebooks/03-slow.ipynb": slow,
  "notebooks/04-mistyped.ipynb": mistyped,
});
afterAll(() => project.remove());

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

function start(...args: string[]) {
  return startWith([], ...args);
}

function startWith(nodeArgs: readonly string[], ...args: string[]) {
  const command = spawn(
    process.execPath,
    [...nodeArgs, "--import", tsx, join(project.root, "lib/cli/reproduce.ts"), ...args],
    {
      cwd: project.root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, INIT_CWD: project.root },
    },
  );
  const output = { stdout: "", stderr: "" };
  command.stdout.on("data", (text) => {
    output.stdout += text;
  });
  command.stderr.on("data", (text) => {
    output.stderr += text;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    command.on("close", (code) => resolve({ code, ...output }));
  });
  return { command, output, ended };
}

const reproduce = (...args: string[]) => start(...args).ended;
/** The folder of the newest run of a notebook, relative to the project. */
function runFolder(out: string, name: string): string {
  const ids = readdirSync(join(project.root, out, "runs")).filter((id) => id.includes(name));
  return `${out}/runs/${ids.sort().at(-1)}`;
}
const json = (path: string) => JSON.parse(readFileSync(join(project.root, path), "utf8"));

describe("a run of two notebooks, of which one fails", () => {
  let run: Awaited<ReturnType<typeof reproduce>>;
  beforeAll(async () => {
    run = await reproduce("--only", "01,02", "--seed", "4", "--out", "out here");
  });

  it("runs both, names the failed one, and says so by its exit code", () => {
    expect(run.stderr).toBe("");
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/\[1\/2\] 01-good: done in (?:\d+ min )?\d+ s/);
    expect(run.stdout).toMatch(
      /\[2\/2\] 02-bad: failed after (?:\d+ min )?\d+ s in cell 2: RangeError: on purpose/,
    );
    expect(run.stdout).toMatch(
      /2 notebooks in (?:\d+ min )?\d+ s, of which failed: 02-bad\. Reports: out here\/index\.html\n$/,
    );
  });

  it("leaves all files of both in folders of their own, copies of the good ones, and nothing else", () => {
    const files = (name: string) => ["html", "ipynb", "metrics.json"].map((ending) => `${name}.${ending}`);
    const list = (folder: string) => readdirSync(join(project.root, "out here", folder)).sort();
    expect(list("")).toEqual([...files("01-good"), "index.html", "runs", "runs.html"].sort());
    const runs = list("runs");
    expect(runs.map((id) => id.replace(/^\d{8}-\d{6}-/, ""))).toEqual(["01-good", "02-bad"]);
    for (const [k, name] of ["01-good", "02-bad"].entries()) {
      expect(list(`runs/${runs[k]}`)).toEqual([...files(name), "log.html", "run.json"].sort());
    }
    for (const file of ["01-good.ipynb", "01-good.metrics.json"]) {
      const text = (folder: string) => readFileSync(join(project.root, "out here", folder, file), "utf8");
      expect(text("")).toBe(text(`runs/${runs[0]}`));
    }
  });

  it("leaves the pages to watch them by, which it names, at their ends", () => {
    const page = (name: string) => join(runFolder("out here", name), "log.html");
    const text = (name: string) =>
      readFileSync(join(project.root, page(name)), "utf8").replace(/<style>.*<\/style>/s, "");
    expect(run.stdout).toContain(`01-good: started; to watch it, open ${page("01-good")}\n`);
    expect(text("01-good")).toContain('<span class="badge ok">done</span>');
    expect(text("01-good")).toContain('<a href="01-good.html">Report</a>');
    expect(text("02-bad")).toContain("cell 2: RangeError: on purpose");
    for (const name of ["01-good", "02-bad"]) expect(text(name)).not.toContain('http-equiv="refresh"');
  });

  it("writes executed notebooks of nbformat 4.5", () => {
    for (const name of ["01-good", "02-bad"]) {
      const notebook: INotebookContent = json(`${runFolder("out here", name)}/${name}.ipynb`);
      expect(notebook).toMatchObject({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: { kernelspec: { name: expect.any(String) }, language_info: { name: "typescript" } },
      });
      const ids = notebook.cells.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const cell of notebook.cells) {
        expect(cell.id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
        expect(cell.metadata).toBeTypeOf("object");
        if (!isCode(cell)) continue;
        expect(cell.execution_count).toBeTypeOf("number");
        for (const output of cell.outputs) {
          if (!("data" in output)) continue;
          for (const [type, value] of Object.entries(output.data as object)) {
            expect(validateMimeValue(type, value), `${type} of ${name}`).toBe(true);
          }
        }
      }
    }
    const sources = json("out here/01-good.ipynb").cells.map(({ source }: { source: string[] }) =>
      source.join(""),
    );
    expect(sources[2]).toContain('scale = "quick";\n  seed = 4;');
    expect(json(`${runFolder("out here", "02-bad")}/02-bad.ipynb`).cells[2].outputs).toMatchObject([
      { output_type: "error", ename: "RangeError", evalue: "on purpose" },
    ]);
  });

  it("writes down how it was made", () => {
    expect(json("out here/01-good.metrics.json")).toMatchObject({
      notebook: "01-good",
      title: "A good one",
      status: "ok",
      scale: "quick",
      seed: 4,
      parameters: { scale: "quick", seed: 4 },
      metrics: { loss: 0.5 },
      data: [{ name: "digits", checksum: "abc" }],
      versions: { node: process.versions.node, tslab: expect.stringMatching(/^\d/) },
      git: null,
      machine: { cores: expect.any(Number), memoryBytes: expect.any(Number) },
      seconds: expect.any(Number),
      peakMemoryBytes: expect.any(Number),
    });
    expect(json(`${runFolder("out here", "02-bad")}/02-bad.metrics.json`)).toMatchObject({
      status: "failed",
      error: { cell: 2, name: "RangeError", message: "on purpose" },
      scale: null,
      seed: null,
      parameters: { steps: 3 },
    });
  });

  it("writes pages of both and an index of them", () => {
    const page = (name: string) => readFileSync(join(project.root, "out here", name), "utf8");
    const bad = runFolder("out here", "02-bad").slice("out here/".length);
    expect(page("01-good.html")).toContain("A good one");
    expect(page("01-good.html")).toContain('<a href="index.html">');
    expect(page(`${bad}/02-bad.html`)).toContain("on purpose");
    expect(page(`${bad}/02-bad.html`)).toContain('<a href="../../index.html">');
    for (const name of ["01-good.html", `${bad}/02-bad.html`, "runs.html"])
      expect(page("index.html")).toContain(`href="${name}"`);
    expect(page("runs.html")).toContain(`href="${bad}/02-bad.html"`);
  });
});

describe("a run that is interrupted", () => {
  it("leaves what it has in its folder, says how to go on, and is resumed there", async () => {
    const command = ["--only", "01,03", "--out", "resumed"];
    const first = start(...command);
    const mark = () => existsSync(join(project.root, "mark of 03-slow"));
    while (!mark() && first.command.exitCode === null) await new Promise((r) => setTimeout(r, 50));
    const busy = await reproduce("--only", "03", "--out", "resumed");
    expect(busy).toMatchObject({ code: 2, stdout: "" });
    expect(busy.stderr).toMatch(
      new RegExp(
        `03-slow is being run with the same parameters by process ${first.command.pid} on .*20\\d\\d-`,
      ),
    );
    first.command.kill("SIGINT");
    const stopped = await first.ended;
    expect(stopped).toMatchObject({ code: 130, stderr: "" });
    const again = "npm run reproduce -- --only 01,03 --out resumed";
    expect(stopped.stdout.split(". ").at(-1)).toBe(`To go on, give the same command again: ${again}\n`);
    const folder = runFolder("resumed", "03-slow");
    expect(json(`${folder}/run.json`)).toMatchObject({ status: "stopped", ended: expect.any(String) });
    expect(json(`${folder}/03-slow.metrics.json`)).toMatchObject({ status: "stopped" });
    expect(existsSync(join(project.root, "resumed/03-slow.html"))).toBe(false);
    const { started } = json("resumed/01-good.metrics.json");
    const second = await reproduce(...command);
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(second.stdout).toMatch(
      /\[1\/2\] 01-good: nothing changed since the run of \d\d:\d\d \(resumed\/01-good\.html\); --force runs/,
    );
    expect(second.stdout).toContain("[2/2] 03-slow: resumed; to watch it, open ");
    expect(second.stdout).toMatch(/1 notebook in .*, 1 unchanged\. Reports/);
    expect(json("resumed/01-good.metrics.json").started).toBe(started);
    expect(json("resumed/03-slow.metrics.json")).toMatchObject({ status: "ok", resumed: true });
    expect(readdirSync(join(project.root, "resumed/runs"))).toHaveLength(2);
  }, 240_000);
});

describe("a notebook that was run before", () => {
  const out = "again";
  mkdirSync(join(project.root, "own"));
  const path = join(project.root, "own/text.ipynb");
  const write = (title: string, steps: number) =>
    writeFileSync(
      path,
      notebookText(
        `# ${title}`,
        [`let steps = ${steps};`, "parameters"],
        "if (steps > 3) throw new Error('no');",
      ),
    );
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await reproduce("own/text.ipynb", "--out", out, "--no-check", ...args);
    expect(stderr).toBe("");
    return stdout;
  };
  const runs = () => readdirSync(join(project.root, out, "runs")).length;
  const page = () => readFileSync(join(project.root, out, "text.html"), "utf8");

  it("is run again only when something that its results depend on has changed, or by --force", async () => {
    write("First title", 3);
    expect(await run()).toContain("text: done");
    expect(await run("--set", "steps=3")).toContain("nothing changed since the run of");
    expect(runs()).toBe(1);

    write("Second title", 3);
    expect(page()).toContain("First title");
    expect(await run()).toContain(`only text changed since the run of`);
    expect([page().includes("First title"), page().includes("Second title")]).toEqual([false, true]);
    expect(runs()).toBe(1);
    expect(await run()).toContain("nothing changed since the run of");

    // A run that fails leaves the good report alone, and the index says that there is one.
    const good = page();
    expect(await run("--set", "steps=4")).toContain("text: failed");
    expect(page()).toBe(good);
    expect(runs()).toBe(2);
    const index = readFileSync(join(project.root, out, "index.html"), "utf8");
    expect(index).toContain("A later run failed in cell 3: Error: no");

    expect(await run("--force")).toContain("text: done");
    expect(runs()).toBe(3);
    const listed = await run("--runs");
    const rows = listed.trim().split("\n").slice(1);
    expect(rows.map((line) => / (ok|failed) .*?(steps=\d)?\s+\S+$/.exec(line)?.slice(1))).toEqual([
      ["ok", undefined],
      ["failed", "steps=4"],
      ["ok", undefined],
    ]);
    expect(await run("--prune", "1")).toBe("Removed 2 runs.\n");
    expect(runs()).toBe(1);
  }, 240_000);
});

describe("parameters", () => {
  it("come from a file and the command line, which has the last word; idle ones are said", async () => {
    writeFileSync(join(project.root, "run.yaml"), "seed: 5\nscale: small # and a comment\n");
    const args = ["--only", "01,02", "--params", "run.yaml", "--set", "seed=7", "--set", "steps=4"];
    const run = await reproduce(...args, "--out", "from-file");
    expect(run.stderr).toBe("");
    expect(run.stdout.split("\n").slice(0, 4)).toEqual([
      "seed makes no difference to 02-bad, which does not declare it.",
      "steps makes no difference to 01-good, which does not declare it.",
      "steps makes no difference to 02-bad, which does not use it.",
      "scale makes no difference to 02-bad, which does not declare it.",
    ]);
    expect(json("from-file/01-good.metrics.json").parameters).toEqual({ scale: "small", seed: 7 });
    expect(json(`${runFolder("from-file", "02-bad")}/02-bad.metrics.json`).parameters).toEqual({ steps: 4 });
  });
});

describe("notebooks outside the project", () => {
  it("run with its lib, two at once, no longer than they may", async () => {
    const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
    const endless = 'console.log("begun");\nawait new Promise((resolve) => setTimeout(resolve, 600_000));';
    writeFileSync(join(folder, "b.ipynb"), notebookText('import { pick } from "./lib";', endless));
    writeFileSync(
      join(folder, "a.ipynb"),
      notebookText('import { recordMetrics } from "./lib";\nrecordMetrics({ answer: 42 });'),
    );
    const args = ["--jobs", "2", "--timeout", "40", "--out", "elsewhere"];
    const run = await reproduce(join(folder, "*.ipynb"), ...args);
    rmSync(folder, { recursive: true });
    expect(run).toMatchObject({ code: 1, stderr: "" });
    expect(run.stdout).toMatch(/\[2\/2\] b: started; .*\n(.*\n)*\[1\/2\] a: done in (?:\d+ min )?\d+ s/);
    expect(run.stdout).toContain("in cell 2: TimeoutError: The notebook ran for longer than 40 s;");
    expect(run.stdout).toMatch(/2 notebooks in (?:\d+ min )?\d+ s, of which failed: b\./);
    expect(json("elsewhere/a.metrics.json").metrics).toEqual({ answer: 42 });
    expect(json(`${runFolder("elsewhere", "b")}/b.ipynb`).cells[1].outputs).toMatchObject([
      { output_type: "stream", text: ["begun\n"] },
      { output_type: "error", ename: "TimeoutError" },
    ]);
    const index = readFileSync(join(project.root, "elsewhere/index.html"), "utf8");
    for (const page of ["a.html", `${runFolder("elsewhere", "b").slice("elsewhere/".length)}/b.html`])
      expect(index).toContain(`href="${page}"`);
  });
});

describe("a notebook whose last cell does not compile", () => {
  it("fails before its first cell runs, as do those selected with it", async () => {
    const run = await reproduce("--only", "01,04", "--out", "checked");
    expect(run).toMatchObject({ code: 1, stderr: "" });
    expect(run.stdout.replace("checking the types of all cells\n", "")).toBe(
      "04-mistyped:\n" +
        "TypeScriptError: cell 3, line 2, column 6: " +
        "Property 'lenght' does not exist on type 'number[]'. Did you mean 'length'? (TS2551)\n" +
        "  1 | // the mistake:\n> 2 | list.lenght\n    |      ^\n\n" +
        "1 cell does not compile, so nothing was run. To run all the same: --no-check.\n",
    );
    expect(existsSync(join(project.root, "printed"))).toBe(false);
    expect(readdirSync(join(project.root, "checked"))).toEqual([]);
  });

  it("runs as far as it gets with --no-check", async () => {
    const run = await reproduce("--only", "04", "--out", "unchecked", "--no-check");
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(
      /failed after (?:\d+ min )?\d+ s in cell 3: TypeScriptError: line 2, column 6: Property/,
    );
    expect(existsSync(join(project.root, "printed"))).toBe(true);
  });
});

describe("an interruption of the type check", () => {
  it("stops before anything runs", async () => {
    // What was compiled before is not checked again.
    rmSync(join(project.root, ".cache/cells"), { recursive: true, force: true });
    const run = start("--only", "01", "--out", "early");
    while (!run.output.stdout.includes("checking the types") && run.command.exitCode === null) {
      await new Promise((r) => setTimeout(r, 20));
    }
    run.command.kill("SIGINT");
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    expect(stdout).not.toContain("01-good: started");
    expect(stdout).toMatch(/Stopped after .*: npm run reproduce -- --only 01 --out early\n$/);
  });
});

describe("saving", () => {
  it("writes outputs into the notebook, with its own defaults, and says what made them", async () => {
    const { code } = await reproduce("--only", "01", "--seed", "6", "--out", "saved", "--save");
    expect(code).toBe(0);
    const before: INotebookContent = JSON.parse(good);
    const after: INotebookContent = json("notebooks/01-good.ipynb");
    const text = (source: unknown) => (Array.isArray(source) ? source.join("") : source);
    expect(after.cells.map(({ id, source }) => [id, text(source)])).toEqual(
      before.cells.map(({ id, source }) => [id, text(source)]),
    );
    const code_ = after.cells.filter(isCode);
    expect(code_.map(({ execution_count }) => execution_count)).toEqual([1, 2, 3, 4]);
    expect(text(code_[0].outputs[0].text)).toBe(
      'The outputs in this file were made with scale = "quick", seed = 6.\n',
    );
    expect(code_[2].outputs).toMatchObject([
      { output_type: "display_data", data: { "text/plain": ["figure"] } },
    ]);
    expect(code_[3].outputs).toMatchObject([{ output_type: "execute_result", execution_count: 4 }]);
  });
});

describe("a command that can't be done", () => {
  it("ends with one clear line and a code that is not 0", async () => {
    const cases: [args: string[], line: string][] = [
      [["--nonsense"], "reproduce: There is no option --nonsense. See --help."],
      [["--only", "01-god"], 'reproduce: There is no notebook "01-god". Did you mean 01-good?'],
      [
        ["--set", "stepz=3"],
        'reproduce: Expected one of the parameters scale, seed, steps, but received "stepz". ' +
          'Did you mean "steps", of 02-bad?',
      ],
      [
        ["--only", "01", "--set", "steps=3"],
        "reproduce: No selected notebook has a parameter steps, which only 02-bad has.",
      ],
      [
        ["--set", "steps=abc"],
        'reproduce: Expected a number for the parameter steps (default: 3), but received "abc".',
      ],
      [
        ["--params", "nowhere.yaml"],
        `reproduce: Can't read ${project.root}/nowhere.yaml: there is no such file.`,
      ],
      [
        ["--out", "notebooks"],
        'reproduce: Expected another folder after --out, but received "notebooks". ' +
          "The notebooks themselves are there.",
      ],
      [
        ["--out", "package.json"],
        `reproduce: Can't write ${project.root}/package.json/.writable: ` +
          "a part of this path is a file, not a folder. Choose another folder with --out.",
      ],
    ];
    const runs = await Promise.all(cases.map(([args]) => reproduce(...args)));
    expect(runs).toEqual(cases.map(([, line]) => ({ code: 2, stdout: "", stderr: `${line}\n` })));
  });

  it("at its end, for the disk is full, does so too", async () => {
    const nodeArgs = ["--require", join(project.root, "full-disk.cjs")];
    const { code, stderr } = await startWith(nodeArgs, "--only", "02", "--out", "full").ended;
    expect(code).toBe(1);
    const folder = runFolder("full", "02-bad");
    expect(stderr).toBe(
      `reproduce: Can't write ${project.root}/${folder}/02-bad.html: the disk is full. ` +
        "Free some space and run the command again.\n",
    );
    expect(readdirSync(join(project.root, folder)).sort()).toEqual([
      "02-bad.ipynb",
      "02-bad.metrics.json",
      "log.html",
      "run.json",
    ]);
    expect(listRuns(join(project.root, "full"))).toMatchObject([{ status: "stopped" }]);
  });

  it("is told about all options by --help", async () => {
    const { code, stdout } = await reproduce("--help");
    expect(code).toBe(0);
    for (const option of [
      "scale",
      "only",
      "out",
      "seed",
      "set",
      "params",
      "timeout",
      "cell-timeout",
      "jobs",
      "no-check",
      "save",
      "force",
      "runs",
      "prune",
    ])
      expect(stdout).toContain(`--${option}`);
  });
});

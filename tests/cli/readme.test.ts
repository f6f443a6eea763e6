import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { type Notebook, parseNotebook } from "../../lib/notebook/nbformat";
import { checkNotebooks } from "../../lib/notebook/runner/check-notebooks";
import { runNotebook } from "../../lib/notebook/runner/run-notebook";
import { findChromium } from "../../lib/report/print/find-chromium";
import { makeProject, notebookText } from "../notebook/project";

// What README tells people to type is done here: its commands, on two tiny notebooks with the names of
// real ones, and its sample of code, with smaller numbers.

const repository = resolve(__dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text);

/** The words of each command, without its comment. */
const commands = blocks("sh")
  .flatMap((block) => block.split("\n"))
  .map((line) => line.replace(/\s+#.*/, "").trim())
  .filter((line) => line !== "");

const tiny = notebookText(
  ['let scale = "quick";\nlet seed = 0;', "parameters"],
  'import { recordMetrics } from "./lib";\nrecordMetrics({ scale, seed });',
);
const names = readdirSync(join(repository, "notebooks")).filter((name) => /^0[24]-.*\.ipynb$/.test(name));
const project = makeProject({
  ...Object.fromEntries(names.map((name) => [`notebooks/${name}`, tiny])),
  "path/to/mine.ipynb": tiny,
  "my-run.yaml": "seed: 5\n",
});
afterAll(() => project.remove());

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

/** Does what `npm run NAME -- ARGS` does, but for the installation. */
function npmRun(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const file = /tsx (\S+)$/.exec(scripts[name])?.[1] ?? "";
  return spawnSync(process.execPath, ["--import", tsx, join(project.root, file), ...args], {
    cwd: project.root,
    encoding: "utf8",
    env: { ...process.env, INIT_CWD: project.root, ...env },
  });
}

/** What each command of `npm run reproduce` leaves: the folder, the notebooks' numbers, a setting. */
const all = names.map((name) => name.slice(0, 2));
const runs: Readonly<Record<string, { out?: string; notebooks?: string[]; metrics?: object }>> = {
  "npm run reproduce": { notebooks: all, metrics: { scale: "quick", seed: 0 } },
  "npm run reproduce -- --scale small": { notebooks: all, metrics: { scale: "small" } },
  "npm run reproduce -- --only 02,04 --out my-run": { out: "my-run", notebooks: ["02", "04"] },
  "npm run reproduce -- --set seed=7": { notebooks: all, metrics: { seed: 7 } },
  "npm run reproduce -- --params my-run.yaml": { notebooks: all, metrics: { seed: 5 } },
  "npm run reproduce -- path/to/mine.ipynb": { notebooks: ["mine"], metrics: { seed: 0 } },
  "npm run reproduce -- --jobs 2 --timeout 3600": { notebooks: all, metrics: { seed: 0 } },
};

/** What the commands that share runs print, by how they begin. */
const shared: Readonly<Record<string, RegExp>> = {
  "npm run compare -- reports my-run": /^\d runs of .*\n[\s\S]*^Metrics$/m,
  "npm run compare -- reports my-run --by commit": /^\d runs of .*\n[\s\S]*^Metrics$/m,
  "npm run compare -- reports my-run --format html": /^Comparison: reports\/compare\.html$/m,
  "npm run render -- path/to/mine.ipynb": /^path\/to\/mine\.html\n {2}No cell of this notebook was run/,
  ...(findChromium() && {
    "npm run render -- path/to/mine.ipynb --pdf": /^path\/to\/mine\.html and path\/to\/mine\.pdf$/m,
  }),
};

describe("a command of README", () => {
  it("is of a kind that is tried here", () => {
    const print = "npm run render -- path/to/mine.ipynb --pdf";
    const others = [
      ...Object.keys({ ...shared, [print]: "" }),
      "npm test",
      "npm run reproduce -- --help",
      "npm run notebook",
    ];
    expect([...commands].sort()).toEqual([...Object.keys(runs), ...others].sort());
    expect(scripts.test).toContain("vitest run");
  });

  it.each(commands.filter((command) => command in runs))(
    "does what it says: %s",
    (command) => {
      const { out = "reports", notebooks = [], metrics = {} } = runs[command];
      const { status, stdout, stderr } = npmRun("reproduce", command.split(" ").slice(4));
      expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(
        new RegExp(`${notebooks.length} notebooks? in .*Reports: ${out}/index\\.html\\n$`),
      );
      const files = readdirSync(join(project.root, out));
      for (const notebook of notebooks) {
        const name = files.find((file) => file.startsWith(notebook) && file.endsWith(".metrics.json")) ?? "";
        const record = JSON.parse(readFileSync(join(project.root, out, name), "utf8"));
        expect(record).toMatchObject({ status: "ok", metrics });
        for (const ending of ["ipynb", "html"]) {
          expect(files).toContain(name.replace("metrics.json", ending));
        }
      }
    },
    60_000,
  );

  it.each(commands.filter((command) => command in shared))(
    "shares what was run before: %s",
    (command) => {
      const [, , name, , ...args] = command.split(" ");
      const { status, stdout, stderr } = npmRun(name, args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(shared[command]);
    },
    60_000,
  );

  it("explains the rest: npm run reproduce -- --help", () => {
    const { status, stdout } = npmRun("reproduce", ["--help"]);
    expect(status).toBe(0);
    const options = commands
      .filter((command) => command.startsWith("npm run reproduce"))
      .flatMap((command) => command.match(/--\w+/g) ?? []);
    for (const option of options) expect(stdout).toContain(option);
  });

  it.skipIf(process.platform === "win32")("opens JupyterLab: npm run notebook", () => {
    mkdirSync(join(project.root, "bin"));
    writeFileSync(join(project.root, "bin/jupyter"), '#!/bin/sh\necho "$*"\n');
    chmodSync(join(project.root, "bin/jupyter"), 0o755);
    const { status, stdout } = npmRun("notebook", [], {
      PATH: [join(project.root, "bin"), "/bin", "/usr/bin"].join(delimiter),
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "lab\n" });
    expect(existsSync(join(project.root, ".jupyter/kernels/coupled-interpolants/kernel.json"))).toBe(true);
  });
});

describe("the sample of README", () => {
  const [sample] = blocks("ts");
  const asNotebook = (source: string): Notebook => parseNotebook(notebookText(source), "README.md");

  it("compiles as it stands", async () => {
    const errors = await checkNotebooks(repository, [{ name: "README.md", notebook: asNotebook(sample) }]);
    expect(errors).toEqual([]);
  }, 60_000);

  it("runs with smaller numbers", async () => {
    const smaller = Object.entries({
      "size: 32": "size: 16",
      "dim: 32": "dim: 8",
      "steps: 900": "steps: 2, batch: 4",
      "data.test, 10": "data.test, 2",
      "rtol: 1e-3, atol: 1e-3": "rtol: 0.1, atol: 0.1",
    });
    let source = sample;
    for (const [from, to] of smaller) {
      expect(source).toContain(from);
      source = source.replace(from, to);
    }
    const { status, failure, notebook } = await runNotebook(asNotebook(`${source}\nnfe > 0`), {
      root: repository,
    });
    expect(failure).toBeUndefined();
    expect(status).toBe("ok");
    expect(JSON.stringify(notebook.cells[0].outputs)).toContain("In-painting");
  }, 120_000);
});

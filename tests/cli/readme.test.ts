import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { type Notebook, parseNotebook } from "../../lib/notebook/nbformat";
import { checkNotebooks } from "../../lib/notebook/runner/check-notebooks";
import { runNotebook } from "../../lib/notebook/runner/run-notebook";
import { findChromium } from "../../lib/report/print/find-chromium";
import { makeProject, notebookText } from "../notebook/project";

// What README tells people to type is done here, with the pages of the guide that say the same at length: its
// commands, on two tiny notebooks with the names of real ones, and its sample of code, with smaller numbers.

const repository = resolve(__dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");
const pages = ["running", "sweeps", "comparing", "command"].map((page) =>
  readFileSync(join(repository, `.github/guide/${page}.md`), "utf8"),
);
const blocks = (language: string, text = readme) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block]) => block);

/** The words of each command, without its comment. */
const commands = [
  ...new Set(
    [readme, ...pages]
      .flatMap((text) => blocks("sh", text))
      .flatMap((block) => block.split("\n"))
      .map((line) => line.replace(/\s+#.*/, "").trim())
      .filter((line) => line !== ""),
  ),
];

const tiny = notebookText(
  ['let scale = "quick";\nlet seed = 0;', "parameters"],
  'import { recordMetrics } from "./lib";\nrecordMetrics({ scale, seed });',
);
const names = readdirSync(join(repository, "notebooks")).filter((name) => /^0[24]-.*\.ipynb$/.test(name));
const project = makeProject({
  ...Object.fromEntries(names.map((name) => [`notebooks/${name}`, tiny])),
  "path/to/mine.ipynb": tiny,
  "my-run.yaml": "seed: 5\n",
  "points.csv": "seed\n3\n4\n",
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
interface Left {
  readonly out?: string;
  readonly notebooks?: readonly string[];
  readonly metrics?: object;
  readonly endings?: readonly string[];
}
const runs: Readonly<Record<string, Left>> = {
  "npm run reproduce": { notebooks: all, metrics: { scale: "quick", seed: 0 } },
  "npm run reproduce -- --scale small": { notebooks: all, metrics: { scale: "small" } },
  "npm run reproduce -- --all": { notebooks: all, metrics: { seed: 0 } },
  "npm run reproduce -- --only 02,04 --out my-run": { out: "my-run", notebooks: ["02", "04"] },
  "npm run reproduce -- --set seed=7": { notebooks: all, metrics: { seed: 7 } },
  "npm run reproduce -- --params my-run.yaml": { notebooks: all, metrics: { seed: 5 } },
  "npm run reproduce -- path/to/mine.ipynb": { notebooks: ["mine"], metrics: { seed: 0 } },
  "npm run reproduce -- --jobs 2 --timeout 3600": { notebooks: all, metrics: { seed: 0 } },
  "npm run reproduce -- --force": { notebooks: all, metrics: { seed: 0 } },
  ...(findChromium() && {
    "npm run reproduce -- --pdf": { notebooks: all, metrics: { seed: 0 }, endings: ["pdf"] },
  }),
};

/** The commands of sweeps: those that run points, and what the others print. */
const sweeps: Readonly<Record<string, RegExp>> = {
  "npm run sweep -- 02 --grid scale=quick,small seed=0..4 --dry-run":
    /^scale=quick,seed=0\n.*\n10 points\.\n$/s,
  "npm run sweep -- 02 --grid seed=0..1 --name seeds": /\n2 done after /,
  "npm run sweep -- 02 --points points.csv --set scale=quick --jobs 2": /\n2 done after /,
  "npm run sweep -- status seeds": /\nseeds: 2 done\./,
  "npm run sweep -- logs seeds seed=1": /seed=1: done in /,
  "npm run sweep -- cancel seeds": /^Nothing of seeds is running or queued\.\n$/,
  "npm run sweep -- list": /^seeds: notebooks\/02-\S+, local, 2 points \(2 done\)$/m,
  "npm run sweep -- --help": /--executor slurm/,
};
// tests/cli/sweeps/slurm/slurm.test.ts tries such a one on a cluster; here, what it says without one.
const onSlurm =
  "npm run sweep -- 02 --grid seed=0..2 --name big --executor slurm " +
  "--partition cpu --time 8:00:00 --mem 16G";

const ofRuns = ["npm run reproduce -- --runs", "npm run reproduce -- --prune 3"];
// tests/notebook/kernel/headless-jupyter.test.ts tries these.
const jupyter = [
  "export JUPYTER_PATH=$PWD/.jupyter",
  "jupyter nbconvert --to notebook --execute mine.ipynb",
  "papermill mine.ipynb done.ipynb",
];

// tests/cli/models/interpolants.test.ts runs these on folders and tables of its own.
const models = commands.filter((command) => command.startsWith("npx interpolants "));

/** What the commands that share runs print, by how they begin. */
const shared: Readonly<Record<string, RegExp>> = {
  "npm run compare -- reports my-run": /^\d runs of .*\n[\s\S]*^Metrics$/m,
  "npm run compare -- reports my-run --by commit": /^\d runs of .*\n[\s\S]*^Metrics$/m,
  "npm run compare -- reports my-run --format html": /^Comparison: reports\/compare\.html$/m,
  "npm run reproduce -- --list": /^2 notebooks\. Times are of complete runs in reports\.$/m,
  "npm run render -- path/to/mine.ipynb": /^path\/to\/mine\.html\n {2}No cell of this notebook was run/,
  ...(findChromium() && {
    "npm run render -- path/to/mine.ipynb --pdf": /^path\/to\/mine\.html and path\/to\/mine\.pdf$/m,
  }),
};

describe("a command of README", () => {
  it("is of a kind that is tried here", () => {
    const prints = ["npm run render -- path/to/mine.ipynb --pdf", "npm run reproduce -- --pdf"];
    const others = [
      ...Object.keys(shared),
      "npm test",
      "npm run new -- my-question",
      "npm run reproduce -- --help",
      "npm run notebook",
      "npm run notebook -- --bring-back 02",
      ...ofRuns,
      ...jupyter,
      ...models,
      "npm run play",
    ];
    const tried = [...Object.keys(runs), ...Object.keys(sweeps), onSlurm];
    expect([...commands].sort()).toEqual([...new Set([...tried, ...others, ...prints])].sort());
    expect(scripts.test).toContain("vitest run");
  });

  it.each(commands.filter((command) => command in runs))(
    "does what it says: %s",
    (command) => {
      const { out = "reports", notebooks = [], metrics = {}, endings = [] } = runs[command];
      // What a command before it has left would not be run again.
      rmSync(join(project.root, out), { recursive: true, force: true });
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
        for (const ending of ["ipynb", "html", ...endings]) {
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

  it("lists and removes runs: npm run reproduce -- --runs, --prune 3", () => {
    const [list, prune] = ofRuns.map((command) => npmRun("reproduce", command.split(" ").slice(4)));
    expect([list.status, prune.status]).toEqual([0, 0]);
    const lines = list.stdout.trim().split("\n").slice(1);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/ ok .* \d{8}-\d{6}-/);
    expect(prune.stdout).toBe("Removed 0 runs.\n");
  });

  it.each(commands.filter((command) => command in sweeps))(
    "does what it says: %s",
    (command) => {
      const { status, stdout, stderr } = npmRun("sweep", command.split(" ").slice(4));
      expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(sweeps[command]);
    },
    240_000,
  );

  it(`says what is missing: ${onSlurm}`, () => {
    const { status, stderr } = npmRun("sweep", onSlurm.split(" ").slice(4), { PATH: "/nowhere" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^sweep: There is no squeue on the PATH: .* Slurm cluster\.\n$/);
  });

  it.each(["train", "sample", "evaluate", "export"])(
    "has the options that are shown: npx interpolants %s",
    (name) => {
      const command = join(repository, "lib/cli/interpolants.mjs");
      const { status, stdout } = spawnSync(process.execPath, [command, name, "--help"], { encoding: "utf8" });
      expect(status).toBe(0);
      const shown = models.filter((line) => line.split(" ")[2] === name);
      expect(shown.length).toBeGreaterThan(0);
      for (const option of shown.flatMap((line) => line.match(/--[\w-]+/g) ?? [])) {
        if (option !== "--help") expect(stdout).toContain(option);
      }
    },
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
    expect({ status, stdout }).toEqual({ status: 0, stdout: "lab --LabApp.default_url=/lab/tree/work\n" });
    expect(existsSync(join(project.root, ".jupyter/kernels/coupled-interpolants/kernel.json"))).toBe(true);
  });

  it("brings an edited copy back: npm run notebook -- --bring-back 02", () => {
    expect(npmRun("notebook", ["--bring-back", "02"]).stdout).toContain("was not edited");
    const path = join(project.root, "work", names[0]);
    writeFileSync(path, readFileSync(path, "utf8").replace("seed = 0", "seed = 3"));
    expect(npmRun("notebook", ["--list"]).stdout).toMatch(new RegExp(`^work/${names[0]} +edited$`, "m"));
    const { status, stdout } = npmRun("notebook", ["--bring-back", "02"]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `notebooks/${names[0]} is now as work/${names[0]}.\n`,
    });
    expect(readFileSync(join(project.root, "notebooks", names[0]), "utf8")).toContain("seed = 3");
  });
});

it("makes a notebook to start from: npm run new -- my-question", () => {
  const { status, stdout } = npmRun("new", ["my-question"]);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: "Wrote my-question.ipynb. To run it: npm run reproduce -- my-question.ipynb\n",
  });
  expect(readFileSync(join(project.root, "my-question.ipynb"), "utf8")).toContain("# My question");
});

describe("the sample of README", () => {
  const [sample] = blocks("ts");
  const asNotebook = (source: string): Notebook => parseNotebook(notebookText(source), "README.md");

  it("compiles as it stands, as do the others", async () => {
    const samples = blocks("ts").map((source) => ({ name: "README.md", notebook: asNotebook(source) }));
    expect(samples.length).toBeGreaterThan(1);
    expect(await checkNotebooks(repository, samples)).toEqual([]);
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

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeProject, notebookText } from "../notebook/project";

// Real runs of two tiny notebooks, compared by the command itself in all of its formats.

/** Loss: 1 + noise of the seed, or 2 + noise + 0, 0.02, 0.01. */
const tiny = notebookText(
  "# A tiny one",
  ['let kind = "coupled";\nlet seed = 0;', "parameters"],
  'import { recordData, recordMetrics, show } from "./lib";\nimport { plot } from "./lib/figures";\n' +
    'import { offset } from "./lib/offset";\n' +
    "const noise = [0, 0.5, 0.4][seed];\nconst own = [0, 0.02, 0.01][seed];\n" +
    'const loss = offset + noise + (kind === "coupled" ? 1 : 2 + own);\n' +
    'recordData({ name: "digits", checksum: "abc" });\nrecordMetrics({ loss, seeds: 1 });',
  'await show(plot({ title: "Curve", alt: "The " + kind, x: { label: "x" }, y: { label: "y" }, ' +
    'traces: [{ kind: "line", x: [0, 1, 2], y: [0, 1, loss] }] }));',
);
const other = notebookText(
  "# Another one",
  ["let seed = 0;", "parameters"],
  'import { recordMetrics } from "./lib";\nrecordMetrics({ loss: 3, other: 1 });',
);

const project = makeProject({
  "notebooks/01-tiny.ipynb": tiny,
  "notebooks/02-other.ipynb": other,
  "lib/offset.ts": "export const offset = 0;\n",
  ".gitignore": "reports\nwork\nnode_modules\n.cache\n",
});
const at = (...path: string[]) => join(project.root, ...path);
afterAll(() => project.remove());

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

function command(name: string, ...args: string[]) {
  const child = spawn(process.execPath, ["--import", tsx, at(`lib/cli/${name}.ts`), ...args], {
    cwd: project.root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, INIT_CWD: project.root },
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (text) => {
      output[stream] += text;
    });
  }
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
    cwd: project.root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

/** Runs a notebook, and leaves its files in a run folder called `id`. */
async function run(id: string, notebook: string, ...args: string[]) {
  const options = ["--no-check", "--only", notebook.slice(0, 2), "--out", `work/${id}`, ...args];
  const { code, stdout, stderr } = await command("reproduce", ...options);
  if (code !== 0) throw new Error(stdout + stderr);
  const folder = at("reports/runs", id);
  mkdirSync(folder, { recursive: true });
  for (const ending of ["html", "ipynb", "metrics.json"]) {
    renameSync(at("work", id, `${notebook}.${ending}`), join(folder, `${notebook}.${ending}`));
  }
  writeFileSync(join(folder, "run.json"), JSON.stringify({ format: 1, id, notebook, status: "ok" }));
}

let commits: string[] = [];

beforeAll(async () => {
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  const seeds = [0, 1, 2];
  for (const seed of seeds) {
    await Promise.all(
      ["coupled", "uncoupled"].map((kind) =>
        run(`${kind}-${seed}`, "01-tiny", "--set", `kind=${kind}`, "--seed", `${seed}`),
      ),
    );
  }
  writeFileSync(at("lib/offset.ts"), "export const offset = 10;\n");
  git("commit", "-qam", "second");
  commits = git("log", "--format=%H").split("\n").reverse();
  await Promise.all([run("later-0", "01-tiny"), run("later-1", "01-tiny", "--seed", "1")]);
  await run("other-0", "02-other");
}, 900_000);

const pattern = "*coupled-?";

describe("a comparison of real runs", () => {
  it("shows means over seeds and paired differences on the terminal", async () => {
    const { code, stdout, stderr } = await command("compare", pattern);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(
      '6 runs of "A tiny one" in 2 groups by kind: coupled (3 seeds), uncoupled (3 seeds).',
    );
    // 1, 1.5, 1.4 and 2, 2.52, 2.41: s = 0.2646 and 0.2736, t = 4.3027.
    expect(stdout).toMatch(/^loss ↓ +1\.30 ± 0\.66 \(3\) +2\.31 ± 0\.68 \(3\)$/m);
    expect(stdout).toMatch(/^loss ↓ +uncoupled +coupled +\+1\.010 ± 0\.025 +3 +coupled wins\*?$/m);
    expect(stdout).toMatch(/^seeds +uncoupled +coupled .* tie$/m);
    expect(stdout).toContain("2 intervals are shown");
  });

  it("says the same in CSV, with all digits", async () => {
    const { stdout } = await command("compare", pattern, "--format", "csv", "--metrics", "loss");
    const [head, ...rows] = stdout
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    const records = rows.map((row) => Object.fromEntries(row.map((cell, k) => [head[k], cell])));
    expect(records.map(({ what, group, n }) => [what, group, n])).toEqual([
      ["mean", "coupled", "3"],
      ["mean", "uncoupled", "3"],
      ["difference", "uncoupled", "3"],
    ]);
    expect(Number(records[0].value)).toBeCloseTo(1.3, 12);
    expect(Number(records[2].high) - Number(records[2].value)).toBeCloseTo(
      (4.302653 * 0.01) / Math.sqrt(3),
      7,
    );
    expect(records[2]).toMatchObject({ paired: "yes", verdict: "coupled wins", kind: "uncoupled" });
  });

  it("writes Markdown into a file whose name tells the format", async () => {
    const { stdout } = await command("compare", pattern, "--out", "work/compared.md");
    expect(stdout).toBe("Comparison: work/compared.md\n");
    expect(readFileSync(at("work/compared.md"), "utf8")).toMatch(
      /\| loss ↓ \| uncoupled \| coupled \| \+1\.010 ± 0\.025 \| 3 \| coupled wins/,
    );
  });

  it("writes a page with the figures of one title side by side, which loads nothing", async () => {
    const { stdout } = await command("compare", pattern, "--format", "html");
    expect(stdout).toBe("Comparison: reports/compare.html\n");
    const { document } = new JSDOM(readFileSync(at("reports/compare.html"), "utf8")).window;
    expect(document.querySelector("h1")?.textContent).toBe("Comparison: A tiny one");
    const figures = [...document.querySelectorAll(".side-by-side figure")];
    expect(figures.map((figure) => figure.querySelector("figcaption")?.textContent)).toEqual([
      "coupled",
      "uncoupled",
    ]);
    // Both of the same seed.
    expect(figures.map((figure) => figure.querySelector("figcaption")?.getAttribute("title"))).toEqual([
      "coupled-0",
      "uncoupled-0",
    ]);
    const policy = document
      .querySelector("meta[http-equiv=Content-Security-Policy]")
      ?.getAttribute("content");
    expect(policy).toMatch(/^default-src 'none'; img-src data: blob:/);
    for (const image of document.images) expect(image.src).toMatch(/^data:image\/png;base64,/);
    const links = [...document.querySelectorAll("main td a, main th a")].map(
      (a) => a.getAttribute("href") ?? "",
    );
    expect(links).toHaveLength(6);
    for (const link of links) expect(existsSync(at("reports", link)), link).toBe(true);
  });

  it("compares two commits, and warns where they are mixed", async () => {
    const both = ["coupled-0", "coupled-1", "later-0", "later-1"].map((id) => `reports/runs/${id}`);
    const { stdout } = await command("compare", ...both, "--by", "commit");
    const [a, b] = commits.map((commit) => commit.slice(0, 10));
    expect(stdout).toContain(`in 2 groups by commit: ${a} (2 seeds), ${b} (2 seeds)`);
    // The second commit adds 10 to each, so that the differences don't scatter.
    expect(stdout).toMatch(new RegExp(`^loss ↓ +${b} +${a} +\\+10\\.\\d+ ± 0\\.0+ +2 +${a} wins`, "m"));
    const mixed = await command("compare", pattern, "later-0");
    expect(mixed.stdout).toContain("The runs are of 2 commits; to compare these: --by kind,commit.");
  });

  it("compares what runs of two notebooks have in common, and lists failed ones", async () => {
    mkdirSync(at("reports/runs/failed"));
    const record = JSON.parse(readFileSync(at("reports/runs/other-0/02-other.metrics.json"), "utf8"));
    const error = { cell: 2, name: "RangeError", message: "on purpose" };
    const failed = { ...record, status: "failed", error };
    writeFileSync(at("reports/runs/failed/02-other.metrics.json"), JSON.stringify(failed));
    writeFileSync(at("reports/runs/failed/run.json"), JSON.stringify({ format: 1, status: "failed" }));
    const { code, stdout } = await command("compare", "later-0", "other-0", "failed");
    expect(code).toBe(0);
    expect(stdout).toContain("Only the 1 of 3 metrics that all of them have");
    expect(stdout).toContain("- failed: failed in cell 2: RangeError: on purpose.");
    rmSync(at("reports/runs/failed"), { recursive: true });
  });

  it("ends with one line and 2 for what it can't do", async () => {
    const { code, stdout, stderr } = await command("compare", "copled-0");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^compare: There is no run, file or folder "copled-0"\. Did you mean coupled-0\?\n$/,
    );
    expect(readdirSync(at("reports/runs"))).toHaveLength(9);
  });
});

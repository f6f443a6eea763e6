import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseOptions } from "../../lib/cli/options";
import { runTask, type Task } from "../../lib/cli/run-task";
import { listRuns, type Run } from "../../lib/cli/runs/list-runs";
import { fileOf } from "../../lib/cli/runs/look-up";
import { pageWriter } from "../../lib/cli/runs/page-writer";
import { settingsOf } from "../../lib/cli/settings";
import { type CodeCell, parseNotebook } from "../../lib/notebook/nbformat";
import { notebookText } from "../notebook/project";

// Runs a small notebook many times, some at once, and looks for runs that hang and outputs that are lost:
//
//     npx tsx tests/bench/runs.ts [COUNT] [AT ONCE]        (200 and 4)
//
// Each run prints known lines and shows a known figure. What a run takes beyond the time of the cells' own
// code is starting its process, compiling cells, and writing its report and the index. Only a quiet machine
// tells how long that takes.

const [count = 200, atOnce = 4] = process.argv.slice(2).map(Number);
const root = resolve(__dirname, "../..");
const lines = 1000;

/** A run that takes longer hangs. */
const longest = 300;

const notebook = parseNotebook(
  notebookText(
    "# A small run",
    ['import { plot, recordMetrics, show } from "./lib";\nlet index = 0;', "parameters"],
    "const start = performance.now();\n" +
      `for (let k = 0; k < ${lines}; k++) console.log("line", k, "of run", index);\n` +
      'console.error("the end of run", index);',
    'await show(plot({ title: "Figure of run " + index, alt: "A line.", ' +
      'traces: [{ kind: "line", name: "a", x: [0, 1], y: [0, index] }], ' +
      'x: { label: "x" }, y: { label: "y" } }));',
    "recordMetrics({ index, own: (performance.now() - start) / 1000 });\nindex * 3",
  ),
  "small.ipynb",
);

interface Measured {
  readonly seconds: number;
  readonly status: string;
}

async function main(): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), "runs-"));
  const file = { name: "small", path: join(out, "../small.ipynb"), notebook };
  const options = parseOptions(["--timeout", `${longest}`]);
  const pages = pageWriter(out);
  const tasks = Array.from({ length: count }, (_, k): Task => {
    const [settings] = settingsOf([file], { texts: { index: `${k}` }, fromFile: {} });
    return { root, out, file, settings, options, pages, place: `run ${k}` };
  });
  const measured = new Map<Task, Measured>();
  const quiet = { update() {}, print() {}, close() {} };
  const left = tasks.values();
  const start = performance.now();
  const work = async () => {
    for (const task of left) {
      const from = performance.now();
      const { status, problems } = await runTask(task, new AbortController().signal, quiet);
      const seconds = (performance.now() - from) / 1000;
      measured.set(task, { seconds, status: problems > 0 ? "not rendered" : status });
      if (measured.size % 20 === 0) console.log(`${measured.size} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await pages.close();
  const total = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  const runs = listRuns(out);
  const faults = tasks.flatMap((task, k) => {
    const run = runs.find(({ parameters }) => parameters.index === k);
    const ended = measured.get(task)?.status;
    const all = ended === "ok" ? [] : [`it ended as ${ended}: ${run?.record?.error?.message}`];
    return [...all, ...(run ? faultsOf(run, k) : ["it is not in the list of runs"])].map(
      (fault) => `run ${k}: ${fault}`,
    );
  });
  const rows = readFileSync(join(out, "runs.html"), "utf8").split("<tr>").length - 2;
  if (rows !== count) faults.push(`runs.html has ${rows} runs.`);
  for (const fault of faults) console.log(fault);
  const beyond = tasks.map((task, k) => {
    const own = runs.find(({ parameters }) => parameters.index === k)?.record?.metrics.own;
    return (measured.get(task)?.seconds ?? Number.NaN) - Number(own);
  });
  beyond.sort((a, b) => a - b);
  const at = (share: number) => beyond[Math.min(count - 1, Math.floor(share * count))].toFixed(2);
  console.log(
    `${count} runs, ${atOnce} at once, in ${total.toFixed(1)} s (${(total / count).toFixed(2)} s a run); beyond ` +
      `the cells' own time: median ${at(0.5)} s, 90 % within ${at(0.9)} s, at most ${at(1)} s; this process computed for ` +
      `${((user + system) / 1e6 / count).toFixed(2)} s a run; faults: ${faults.length}.`,
  );
  rmSync(out, { recursive: true });
  return faults.length;
}

/** What is missing in the outputs of run number `index`. */
function faultsOf(run: Run, index: number): string[] {
  const faults: string[] = [];
  const expect = (good: boolean, fault: string) => {
    if (!good) faults.push(fault);
  };
  const executed = parseNotebook(readFileSync(fileOf(run, "ipynb"), "utf8"), "small.ipynb");
  const [, , printed, drawn, last] = executed.cells.filter(
    (cell): cell is CodeCell => cell.cell_type === "code",
  );
  const text = (name: string) =>
    printed.outputs
      .filter((output) => output.output_type === "stream" && output.name === name)
      .map((output) => output.text)
      .join("");
  const wanted = Array.from({ length: lines }, (_, k) => `line ${k} of run ${index}\n`).join("");
  expect(text("stdout") === wanted, `${text("stdout").split("\n").length - 1} lines of ${lines} on stdout`);
  expect(text("stderr") === `the end of run ${index}\n`, "what it wrote to stderr");
  const data = (drawn.outputs[0]?.data ?? {}) as Readonly<Record<string, unknown>>;
  expect("image/png" in data && JSON.stringify(data).includes(`Figure of run ${index}`), "its figure");
  expect(JSON.stringify(last.outputs[0]?.data ?? {}).includes(`"${index * 3}"`), "its last value");
  expect(run.record?.metrics.index === index, "its metrics");
  expect(readFileSync(fileOf(run, "html"), "utf8").includes(`of run ${index}`), "its page");
  return faults.map((fault) => `lost or changed: ${fault}`);
}

main().then((faults) => {
  process.exitCode = faults > 0 ? 1 : 0;
});

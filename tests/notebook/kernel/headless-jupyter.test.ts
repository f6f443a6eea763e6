import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning } from "../../../lib/files/running";
import { writeKernelspec } from "../../../lib/notebook/kernel/kernelspec";
import { type CellOutput, notebookMetadata, parseNotebook } from "../../../lib/notebook/nbformat";
import { type CellSource, makeProject, notebookText } from "../project";

// Notebooks run by Jupyter's own programs without a front end, on this project's kernel.

const { root, remove } = makeProject();
const folder = mkdtempSync(join(tmpdir(), "headless-"));
afterAll(() => {
  remove();
  rmSync(folder, { recursive: true, force: true });
});

function call(program: string, ...args: string[]) {
  const JUPYTER_PATH = writeKernelspec(root);
  return spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, JUPYTER_PATH } });
}

const withKernel = (...cells: readonly CellSource[]) =>
  JSON.stringify({ ...JSON.parse(notebookText(...cells)), metadata: notebookMetadata });
const show = 'show({ toBundle: () => ({ "text/plain": "figure", "text/html": "<b>figure</b>" }) });';
writeFileSync(
  join(folder, "good.ipynb"),
  withKernel(
    "# Title",
    ['import { progress, show } from "./lib";\nlet seed = 3;', "parameters"],
    `console.log("seed", seed, process.pid);\n${show}`,
    'const report = progress("work");\nreport({ step: 1, steps: 2 });\n' +
      "report({ step: 2, steps: 2 });\nseed * 2",
  ),
);
writeFileSync(
  join(folder, "bad.ipynb"),
  withKernel(["let seed = 3;", "parameters"], 'throw new RangeError("on purpose");', "seed"),
);

const outputsOf = (name: string): CellOutput[][] =>
  parseNotebook(readFileSync(join(folder, name), "utf8"), name).cells.flatMap((cell) =>
    cell.cell_type === "code" ? [cell.outputs] : [],
  );

/** The outputs of the good notebook, whose kernel must be gone. */
async function checkGood(name: string) {
  const [, printed, worked] = outputsOf(name);
  const [stream, figure] = printed;
  const [, pid] = /^seed 3 (\d+)\n$/.exec(`${stream.text}`) ?? [];
  expect(figure).toMatchObject({
    output_type: "display_data",
    data: { "text/plain": "figure", "text/html": "<b>figure</b>" },
  });
  expect(worked.at(-1)).toMatchObject({ output_type: "execute_result", data: { "text/plain": "6" } });
  expect(worked.filter(({ output_type }) => output_type === "display_data")).toHaveLength(1);
  expect(Number(pid)).toBeGreaterThan(0);
  while (isRunning(Number(pid))) await sleep(50);
}

const missing = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: "ignore" }).status === 0
    ? undefined
    : `${program} ${args[0]} does not run here, so what it makes of a notebook is not tested.`;

const nbconvert = missing("jupyter", "nbconvert", "--version");
if (nbconvert) console.log(nbconvert);
describe.skipIf(nbconvert)("jupyter nbconvert --execute", () => {
  const execute = (name: string, ...args: string[]) =>
    call(
      "jupyter",
      "nbconvert",
      "--to",
      "notebook",
      "--execute",
      `${name}.ipynb`,
      "--output",
      `${name}-1`,
      ...args,
    );

  it("runs a notebook with all its outputs, and leaves no kernel behind", async () => {
    const { status, stderr } = execute("good");
    expect(status, stderr).toBe(0);
    await checkGood("good-1.ipynb");
  });

  it("fails where a cell does, or keeps the error and goes on", () => {
    const { status, stderr } = execute("bad");
    expect(status).not.toBe(0);
    expect(stderr).toContain("RangeError: on purpose");
    expect(execute("bad", "--allow-errors").status).toBe(0);
    const [, failed, last] = outputsOf("bad-1.ipynb");
    expect(failed).toMatchObject([{ output_type: "error", ename: "RangeError", evalue: "on purpose" }]);
    expect(last).toMatchObject([{ output_type: "execute_result", data: { "text/plain": "3" } }]);
  });
});

const papermill = missing("papermill", "--version");
if (papermill) console.log(papermill);
describe.skipIf(papermill)("papermill", () => {
  it("runs a notebook with all its outputs, and leaves no kernel behind", async () => {
    const { status, stderr } = call("papermill", "good.ipynb", "good-2.ipynb");
    expect(status, stderr).toBe(0);
    await checkGood("good-2.ipynb");
  });

  it("keeps the error of a cell in what it writes, and fails", () => {
    const { status, stderr } = call("papermill", "bad.ipynb", "bad-2.ipynb");
    expect(status).not.toBe(0);
    expect(stderr).toContain("RangeError: on purpose");
    expect(outputsOf("bad-2.ipynb").flat()).toContainEqual(
      expect.objectContaining({ output_type: "error", ename: "RangeError", evalue: "on purpose" }),
    );
  });
});

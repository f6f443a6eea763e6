import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { busySentence, claimRun, wanted } from "../../../lib/cli/runs/claim";
import { readRunFile, writeRunFile } from "../../../lib/cli/runs/run-file";
import { settingsOf } from "../../../lib/cli/settings";
import { parseNotebook } from "../../../lib/notebook/nbformat";
import { makeProject, notebookText } from "../../notebook/project";

const { root, remove } = makeProject();
afterAll(remove);
const out = join(root, "out");

const claim = (path: string, seed: string, force = false) => {
  const notebook = parseNotebook(notebookText(["let seed = 0;", "parameters"], "seed"), path);
  const file = { name: "a", path: join(root, path), notebook };
  const [settings] = settingsOf([file], { texts: { seed }, fromFile: {} });
  return claimRun(out, wanted({ root, file, settings }, force));
};

it("begins each run in a folder of its own, and none twice at once", async () => {
  const claims = await Promise.all([
    claim("x/a.ipynb", "1"),
    claim("x/a.ipynb", "2"),
    claim("x/a.ipynb", "1"),
    claim("y/a.ipynb", "1"),
    claim("x/a.ipynb", "1", true),
  ]);
  expect(claims.map(({ kind }) => kind)).toEqual(["run", "run", "running", "run", "running"]);
  const begun = claims.flatMap((one) => (one.kind === "run" ? [one] : []));
  expect(begun.map(({ file }) => file.name)).toEqual(["a", "a", "y-a"]);
  expect(new Set(begun.map(({ folder }) => folder)).size).toBe(3);
  expect(readdirSync(join(out, "runs"))).toHaveLength(3);
  for (const { folder, begun: run } of begun) {
    expect(run.id).toMatch(/^\d{8}-\d{6}-(?:y-)?a(?:-2)?$/);
    expect(readRunFile(folder)).toEqual(run);
  }
  const [, , busy] = claims;
  if (busy.kind !== "running") throw new Error("It is not running.");
  expect(busySentence(busy.run)).toMatch(
    new RegExp(`^a is being run with the same parameters by process ${process.pid} on .* UTC\\. Wait for`),
  );
});

it("goes on with a run that was stopped in its own folder, under its own name", async () => {
  const [id] = readdirSync(join(out, "runs")).filter((one) => one.includes("y-a"));
  const folder = join(out, "runs", id);
  const run = readRunFile(folder);
  if (!run) throw new Error("There is no run.");
  writeRunFile(folder, { ...run, status: "stopped" });
  const again = await claim("y/a.ipynb", "1");
  expect(again).toMatchObject({ kind: "run", folder, file: { name: "y-a" }, begun: { resumed: true } });
  expect(readRunFile(folder)).toMatchObject({ status: "running", resumed: true });
});

import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CellSource, makeProject, notebookText } from "../notebook/project";

const project = makeProject();
beforeAll(() => {
  cpSync(resolve(__dirname, "../../lib"), join(project.root, "lib"), { recursive: true });
});
afterAll(() => project.remove());

const imports =
  'import { progress } from "./lib/notebook";\n' +
  'import { independent } from "./lib/couplings";\nimport { moons } from "./lib/data";\n' +
  'import { linear } from "./lib/interpolants";\nimport { mlp } from "./lib/networks";\n' +
  'import { rng } from "./lib/random";\nimport { train } from "./lib/training";';
const training = (steps: number) =>
  `const model = await train({
  data: moons({ n: 100, rng: rng(0) }),
  coupling: independent(),
  interpolant: linear(),
  network: mlp({ dim: 2, width: 8, depth: 1 }),
  steps: ${steps},
  seed: 0,
  onProgress: progress("moons"),
  keepAs: "moons",
});`;

function write(name: string, ...cells: CellSource[]) {
  writeFileSync(join(project.root, name), notebookText(imports, ...cells));
}

function start(notebook: string) {
  const { TRAINED_CACHE: _, ...env } = process.env;
  const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
  const command = spawn(
    process.execPath,
    ["--import", tsx, join(project.root, "lib/cli/reproduce.ts"), notebook, "--no-check"],
    { cwd: project.root, stdio: ["ignore", "pipe", "inherit"], env },
  );
  const output = { text: "" };
  command.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.text += text;
  });
  const ended = new Promise<number | null>((done) => {
    command.on("close", done);
  });
  return { command, output, ended };
}

async function run(notebook: string): Promise<string> {
  const { output, ended } = start(notebook);
  expect(await ended).toBe(0);
  return output.text;
}

const stored = () => readdirSync(join(project.root, ".cache/trained"));
const printed = (name: string) => {
  const { cells } = JSON.parse(readFileSync(join(project.root, `reports/${name}.ipynb`), "utf8"));
  return cells.at(-1).outputs[0].text.join("");
};

describe("a notebook that is run again", () => {
  it("trains nothing once a plot was mended, and all once the training was changed", async () => {
    write("mine.ipynb", training(30), "console.log(model.losses.at(-1), 'first');");
    const first = await run("mine.ipynb");
    expect(first).not.toContain("kept");
    const loss = printed("mine").split(" ")[0];

    write("mine.ipynb", "// A cell more", training(30), "console.log(model.losses.at(-1), 'mended');");
    const second = await run("mine.ipynb");
    expect(second).toMatch(/^\[1\/1\] mine: moons: 30 steps · kept from \d+ \w+ \d\d:\d\d \(.*\)$/m);
    expect(printed("mine")).toBe(`${loss} mended\n`);
    expect(stored()).toHaveLength(1);

    write("mine.ipynb", training(31), "console.log(model.losses.at(-1), 'longer');");
    expect(await run("mine.ipynb")).not.toContain("kept");
    expect(stored()).toHaveLength(2);
  }, 400_000);

  it("goes on with the training that was interrupted, and says where, once", async () => {
    write("long.ipynb", training(1_000_000), "model.kept");
    const stopped = async (sign: RegExp) => {
      const { command, output, ended } = start("long.ipynb");
      while (!sign.test(output.text) && command.exitCode === null)
        await new Promise((r) => setTimeout(r, 50));
      command.kill("SIGINT");
      expect(await ended).toBe(130);
      return output.text;
    };
    expect(await stopped(/moons: \d+\/1000000/)).not.toContain("resumed");
    const again = await stopped(/(moons: \d+\/1000000[\s\S]*){2}/);
    expect(again.match(/resumed at step/g)).toHaveLength(1);
    const [, from] = /^\[1\/1\] long: moons: resumed at step (\d+)$/m.exec(again)!;
    const [, next] = /moons: (\d+)\/1000000/.exec(again)!;
    expect(Number(from)).toBeGreaterThan(0);
    expect(Number(next)).toBeGreaterThan(Number(from));
  }, 400_000);
});

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { makeProject, notebookText } from "../notebook/project";

const original = notebookText("1");
const project = makeProject({ "notebooks/01-first.ipynb": original, "notebooks/02-second.ipynb": original });
const root = realpathSync(project.root);
afterAll(() => project.remove());

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

function notebook(path: string, ...args: string[]) {
  const command = ["--import", tsx, join(root, "lib/cli/notebook.ts"), ...args];
  const env = { ...process.env, PATH: path, JUPYTER_PATH: "" };
  return spawnSync(process.execPath, command, { cwd: dirname(root), encoding: "utf8", env });
}

/** Puts a program in the place of Jupyter. */
function fakeJupyter(script: string): string {
  const folder = join(root, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "jupyter"), `#!/bin/sh\n[ "$2" = "--version" ] && exit 0\n${script}\n`);
  chmodSync(join(folder, "jupyter"), 0o755);
  return [folder, "/bin", "/usr/bin"].join(delimiter);
}

describe.skipIf(process.platform === "win32")("npm run notebook", () => {
  it("explains itself without JupyterLab", () => {
    const { status, stdout } = notebook("/nowhere", "--help");
    expect(status).toBe(0);
    expect(stdout).toContain("--bring-back LIST");
    expect(existsSync(join(root, "work"))).toBe(false);
  });

  it("without JupyterLab says in one sentence how to get it, and still describes the kernel", () => {
    const { status, stderr, stdout } = notebook("/nowhere");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^JupyterLab is not on the PATH: install it with "pip install jupyterlab".*\n$/);
    expect(stderr).toContain("open the notebooks in work/");
    const spec = JSON.parse(
      readFileSync(join(root, ".jupyter/kernels/coupled-interpolants/kernel.json"), "utf8"),
    );
    expect(spec).toMatchObject({ language: "typescript", interrupt_mode: "signal" });
    expect(spec.argv.slice(-2)).toEqual([join(root, "lib/notebook/kernel/main.ts"), "{connection_file}"]);
    expect(existsSync(join(root, "work/01-first.ipynb"))).toBe(true);
  });

  it("starts it in the project's folder, where it finds the kernel, at the copies", () => {
    const path = fakeJupyter('echo "$PWD | $JUPYTER_PATH | $*"\nexit 3');
    const { status, stdout, stderr } = notebook(path, "--no-browser");
    const folder = join(root, ".jupyter");
    expect(stdout).toBe(`${root} | ${folder} | lab --LabApp.default_url=/lab/tree/work --no-browser\n`);
    expect(stderr).toBe(
      "JupyterLab opens on copies of the notebooks, in work/.\n" +
        `To use VS Code with its Jupyter extension instead: open this folder by JUPYTER_PATH='${folder}' code ., ` +
        'open the notebooks in work/, and choose the kernel "TypeScript (coupled-interpolants)".\n',
    );
    expect(status).toBe(3);
  });

  it("opens the copy of a notebook that is named, however it is named", () => {
    const path = fakeJupyter('echo "$*"');
    for (const name of [
      "02",
      "02-second",
      "notebooks/02-second.ipynb",
      join(root, "notebooks/02-second.ipynb"),
    ]) {
      // Not as a file's name, for which JupyterLab serves that file's folder alone.
      const page = "--LabApp.default_url=/lab/tree/work/02-second.ipynb";
      expect(notebook(path, name, "--port", "01").stdout).toBe(`lab ${page} --port 01\n`);
    }
    writeFileSync(join(root, "work/mine & more.ipynb"), original);
    expect(notebook(path, "work/mine & more.ipynb").stdout).toContain(
      "/lab/tree/work/mine%20%26%20more.ipynb\n",
    );
    rmSync(join(root, "work/mine & more.ipynb"));
    expect(notebook(path, dirname(root)).stdout).toBe(`lab ${dirname(root)}\n`);
  });

  it("leaves edited copies alone, says so, and brings them back", () => {
    const path = fakeJupyter("exit 0");
    writeFileSync(join(root, "work/02-second.ipynb"), notebookText("2"));
    expect(notebook(path).stderr).toContain(
      "in work/. Edited: 02-second; npm run notebook -- --bring-back NAME writes one back.\n",
    );
    expect(notebook(path, "--list").stdout).toBe(
      "work/01-first.ipynb   as its original\nwork/02-second.ipynb  edited\n",
    );
    writeFileSync(join(root, "notebooks/02-second.ipynb"), notebookText("3"));
    expect(notebook(path).stderr).toContain("Edited, while notebooks/ has changed too: 02-second;");
    const refused = notebook(path, "--bring-back", "02");
    expect(refused.stderr).toMatch(/^notebook: notebooks\/02-second\.ipynb has changed since .*--force.*\n$/);
    expect(refused.status).toBe(2);
    expect(notebook(path, "--bring-back", "02", "--force").status).toBe(0);
    expect(readFileSync(join(root, "notebooks/02-second.ipynb"), "utf8")).toContain('"2"');
  });

  it("ends JupyterLab when npm, which started it, is told to end", async () => {
    const [pid, ended] = ["pid", "ended"].map((name) => join(root, name));
    const trap = `trap 'echo > "${ended}"; exit 0' TERM`;
    const path = fakeJupyter(`${trap}\necho $$ > "${pid}"\nwhile :; do sleep 0.1; done`);
    const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;
    // As it is, but for the installation.
    const notebook = scripts.notebook.replace("lib/cli/setup.mjs", "-e 0");
    expect(notebook).toMatch(/^node -e 0 && /);
    writeFileSync(join(root, "package.json"), JSON.stringify({ name: "p", scripts: { notebook } }));
    const env = { ...process.env, PATH: [path, dirname(process.execPath)].join(delimiter) };
    const npm = spawn("npm", ["run", "notebook"], { cwd: root, env, stdio: "ignore" });
    const until = async (test: () => boolean) => {
      while (!test()) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await until(() => existsSync(pid) && readFileSync(pid, "utf8").includes("\n"));
    npm.kill("SIGTERM");
    await until(() => existsSync(ended));
    const lab = Number(readFileSync(pid, "utf8"));
    await until(() => {
      try {
        return !process.kill(lab, 0);
      } catch {
        return true;
      }
    });
  });
});

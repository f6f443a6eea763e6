import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { makeProject } from "../notebook/project";

const project = makeProject();
const root = realpathSync(project.root);
afterAll(() => project.remove());

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

function notebook(path: string, ...args: string[]) {
  const command = ["--import", tsx, join(root, "lib/cli/notebook.ts"), ...args];
  const env = { ...process.env, PATH: path, JUPYTER_PATH: "" };
  return spawnSync(process.execPath, command, { cwd: dirname(root), encoding: "utf8", env });
}

describe.skipIf(process.platform === "win32")("npm run notebook", () => {
  it("without JupyterLab says in one sentence how to get it, and still describes the kernel", () => {
    const { status, stderr, stdout } = notebook("/nowhere");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^JupyterLab is not on the PATH: install it with "pip install jupyterlab".*\n$/);
    const spec = JSON.parse(
      readFileSync(join(root, ".jupyter/kernels/coupled-interpolants/kernel.json"), "utf8"),
    );
    expect(spec).toMatchObject({ language: "typescript", interrupt_mode: "signal" });
    expect(spec.argv.slice(-2)).toEqual([join(root, "lib/notebook/kernel/main.ts"), "{connection_file}"]);
  });

  it("starts it in the project's folder, where it finds the kernel", () => {
    mkdirSync(join(root, "bin"));
    const jupyter = join(root, "bin/jupyter");
    writeFileSync(jupyter, '#!/bin/sh\necho "$PWD | $JUPYTER_PATH | $*"\n[ "$2" = "--version" ] || exit 3\n');
    chmodSync(jupyter, 0o755);
    const { status, stdout, stderr } = notebook(
      [join(root, "bin"), "/bin", "/usr/bin"].join(delimiter),
      "--no-browser",
    );
    expect(stdout).toBe(`${root} | ${join(root, ".jupyter")} | lab --no-browser\n`);
    expect(stderr).toBe(
      "JupyterLab opens. To use VS Code with its Jupyter extension instead: open this folder by " +
        `JUPYTER_PATH='${join(root, ".jupyter")}' code . and choose the kernel ` +
        '"TypeScript (coupled-interpolants)".\n',
    );
    expect(status).toBe(3);
  });
});

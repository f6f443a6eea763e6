import { spawn, spawnSync } from "node:child_process";
import { delimiter, resolve } from "node:path";
import { writeKernelspec } from "../notebook/kernel/kernelspec";
import { whenNpmEnds } from "./npm-end";

// The command behind `npm run notebook`: describes the project's kernel to Jupyter and opens JupyterLab.

const root = resolve(__dirname, "../..");
const folder = writeKernelspec(root);
const env = {
  ...process.env,
  JUPYTER_PATH: [folder, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter),
};
const shell = process.platform === "win32";

if (spawnSync("jupyter", ["lab", "--version"], { stdio: "ignore", env, shell }).status === 0) {
  console.error(`JupyterLab opens. To use VS Code with its Jupyter extension instead: ${inVsCode()}.`);
  const lab = spawn("jupyter", ["lab", ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: "inherit",
    shell,
  });
  // JupyterLab itself asks on Ctrl-C whether to stop; this process waits for it.
  process.on("SIGINT", () => {});
  const end = () => lab.kill("SIGTERM");
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, end);
  whenNpmEnds(end);
  lab.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
} else {
  console.error(
    'JupyterLab is not on the PATH: install it with "pip install jupyterlab" and run this again, ' +
      `or use VS Code with its Jupyter extension: ${inVsCode()}.`,
  );
  process.exitCode = 1;
}

function inVsCode(): string {
  const command = shell ? `set "JUPYTER_PATH=${folder}" && code .` : `JUPYTER_PATH='${folder}' code .`;
  return `open this folder by ${command} and choose the kernel "TypeScript (coupled-interpolants)"`;
}

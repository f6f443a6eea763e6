import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join, relative, resolve, sep } from "node:path";
import { writeKernelspec } from "../notebook/kernel/kernelspec";
import { bringBack, type Copy, copiesFolder, copyNamed, listCopies, refreshCopies } from "./copies";
import { hasLab, runLab } from "./jupyter-lab";
import { notebookHelp, parseNotebookOptions } from "./notebook-options";
import { runCommand } from "./run-command";

// The command behind `npm run notebook`: describes the project's kernel to Jupyter and opens JupyterLab on
// copies of the notebooks.

const root = resolve(__dirname, "../..");

async function main(): Promise<number> {
  const options = parseNotebookOptions(process.argv.slice(2));
  if (options.help) {
    console.log(notebookHelp);
    return 0;
  }
  if (options.bringBack.length > 0) {
    for (const entry of options.bringBack) console.log(bringBack(root, entry, options));
    return 0;
  }
  if (options.list) {
    console.log(listed(listCopies(root)));
    return 0;
  }
  const folder = writeKernelspec(root);
  const copies = refreshCopies(root);
  const JUPYTER_PATH = [folder, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter);
  const env = { ...process.env, JUPYTER_PATH };
  if (!hasLab(env)) {
    console.error(
      'JupyterLab is not on the PATH: install it with "pip install jupyterlab" and run this again, ' +
        `or use VS Code with its Jupyter extension: ${inVsCode(folder)}.`,
    );
    return 1;
  }
  console.error(`JupyterLab opens on copies of the notebooks, in ${copiesFolder}/. ${edits(copies)}`.trim());
  console.error(`To use VS Code with its Jupyter extension instead: ${inVsCode(folder)}.`);
  return runLab(labArguments(options.lab), { cwd: root, env });
}

/**
 * A notebook that is named, or its copy if it has one, as the page that opens; without any, the folder of the
 * copies. Given the file itself, JupyterLab would serve that file's folder alone.
 */
function labArguments(given: readonly string[]): readonly string[] {
  let opens = false;
  const args = given.map((arg, k) => {
    const isValue = given[k - 1]?.startsWith("-") && !given[k - 1].includes("=") && !existsSync(arg);
    if (arg.startsWith("-") || isValue) return arg;
    opens = true;
    const named = relative(root, resolve(root, arg)).replaceAll("\\", "/");
    const path = relative(root, copyNamed(root, named) ?? resolve(root, arg));
    return isNotebookInside(path) ? atPage(path) : arg;
  });
  return opens ? args : [atPage(copiesFolder), ...args];
}

const isNotebookInside = (path: string) =>
  path.endsWith(".ipynb") && !path.startsWith("..") && !isAbsolute(path) && existsSync(join(root, path));

const atPage = (path: string) =>
  `--LabApp.default_url=/lab/tree/${path.split(sep).map(encodeURIComponent).join("/")}`;

/** Which copies were edited, and what can be done about it. */
function edits(copies: readonly Copy[]): string {
  const named = (state: Copy["state"]) =>
    copies.filter((copy) => copy.state === state).map(({ name }) => name);
  const edited = named("edited");
  const both = named("edited, and so is its original");
  const lines: string[] = [];
  if (edited.length > 0) {
    lines.push(`Edited: ${edited.join(", ")}; npm run notebook -- --bring-back NAME writes one back.`);
  }
  if (both.length > 0) {
    lines.push(
      `Edited, while notebooks/ has changed too: ${both.join(", ")}; these copies stay as they are, ` +
        "and one that is deleted is made anew.",
    );
  }
  return lines.join(" ");
}

function listed(copies: readonly Copy[]): string {
  if (copies.length === 0)
    return `There are no notebooks in ${copiesFolder}/ yet: npm run notebook makes them.`;
  const width = Math.max(...copies.map(({ name }) => name.length));
  return copies
    .map(({ name, state }) => `${copiesFolder}/${`${name}.ipynb`.padEnd(width + 8)}${state}`)
    .join("\n");
}

function inVsCode(folder: string): string {
  const windows = process.platform === "win32";
  const command = windows ? `set "JUPYTER_PATH=${folder}" && code .` : `JUPYTER_PATH='${folder}' code .`;
  return (
    `open this folder by ${command}, open the notebooks in ${copiesFolder}/, and choose the kernel ` +
    '"TypeScript (coupled-interpolants)"'
  );
}

runCommand("notebook", main);

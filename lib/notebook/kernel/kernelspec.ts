import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { notebookMetadata } from "../nbformat";

/** The command that starts the kernel of the project in `root`, without the connection file. */
function kernelCommand(root: string): string[] {
  const tsx = createRequire(join(root, "package.json")).resolve("tsx");
  return [
    process.execPath,
    // Without it, a loop can't be interrupted: see interrupts.ts.
    "--expose-internals",
    "--import",
    `${pathToFileURL(tsx)}`,
    join(root, "lib/notebook/kernel/main.ts"),
  ];
}

/**
 * Writes the description by which Jupyter finds the kernel of the project in `root`.
 * @returns the folder to name in JUPYTER_PATH.
 */
export function writeKernelspec(root: string): string {
  const { name, display_name, language } = notebookMetadata.kernelspec;
  const folder = join(root, ".jupyter");
  const spec = {
    argv: [...kernelCommand(root), "{connection_file}"],
    display_name,
    language,
    // Windows has no signals for other processes.
    interrupt_mode: process.platform === "win32" ? "message" : "signal",
    metadata: {},
  };
  mkdirSync(join(folder, "kernels", name), { recursive: true });
  writeFileSync(join(folder, "kernels", name, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  return folder;
}

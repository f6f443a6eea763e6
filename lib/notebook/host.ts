import Module, { createRequire } from "node:module";
import type { MimeBundle } from "../figures/figure";

/** One display, in the terms of Jupyter's `display_data`. */
interface DisplayMessage {
  readonly data: MimeBundle;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
}

/** The notebook that code runs in. */
export interface NotebookHost {
  /** Sends a display to the front end; with `update`, in place of the display that has the same id. */
  display(message: DisplayMessage, update: boolean): void;
  /** Whether the calling code should stop because its cell was interrupted. */
  stopRequested(): boolean;
}

// The host is left in tslab's own module, under the name by which `tslab.display` finds it: no other program
// loads this module, and all copies of this file, whoever loaded them, find the same one.
type Write = ((message: DisplayMessage, update?: boolean) => void) &
  Partial<Pick<NotebookHost, "stopRequested">>;
interface TslabJupyter {
  lastWriteDisplayData?: Write;
}

const modules = (Module as unknown as { _cache: Record<string, NodeModule | undefined> })._cache;

/** Makes this process a notebook whose cells find `host`, in this project's functions and in tslab's. */
export function setNotebookHost(host: NotebookHost): void {
  const write = (message: DisplayMessage, update = false) => host.display(message, update);
  const jupyter = tslabJupyter();
  jupyter.lastWriteDisplayData = Object.assign(write, { stopRequested: () => host.stopRequested() });
}

/**
 * tslab's module. Where nothing has loaded it, a module in its place that has no more than the host: its own
 * code loads a compiler, and only a kernel needs it.
 */
function tslabJupyter(): TslabJupyter {
  const path = createRequire(__filename).resolve("tslab/dist/jupyter");
  const known = modules[path];
  if (known) return known.exports;
  const stand = Object.assign(new Module(path), { filename: path, loaded: true });
  stand.exports = { __esModule: true };
  modules[path] = stand;
  return stand.exports;
}

/**
 * The notebook that this code runs in, or nothing outside notebooks: this project's kernel, its headless
 * runner, or a plain tslab kernel, which never asks to stop.
 */
export function notebookHost(): NotebookHost | undefined {
  for (const path of Object.keys(modules)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path)) continue;
    const write = (modules[path]?.exports as TslabJupyter | undefined)?.lastWriteDisplayData;
    if (write) return { display: write, stopRequested: () => write.stopRequested?.() ?? false };
  }
  return undefined;
}

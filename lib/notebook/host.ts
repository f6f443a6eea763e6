import Module from "node:module";
import type { MimeBundle } from "../figures/figure";

/** Sends one display to the front end; with `update`, in place of the display that has the same id. */
export type SendDisplay = (
  bundle: MimeBundle,
  options?: { metadata?: Readonly<Record<string, unknown>>; displayId?: string; update?: boolean },
) => void;

interface TslabJupyter {
  readonly lastWriteDisplayData?: (
    message: { data: MimeBundle; metadata: object; transient: { display_id?: string } },
    update?: boolean,
  ) => void;
}

type Modules = Readonly<Record<string, NodeModule | undefined>>;

/**
 * The way to the notebook that this code runs in, or nothing outside notebooks. This project's kernel, its headless
 * runner and a plain tslab kernel all leave it in tslab's own module, which no other program loads.
 */
export function notebookHost(): SendDisplay | undefined {
  const modules = (Module as unknown as { _cache: Modules })._cache;
  for (const path of Object.keys(modules)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path)) continue;
    const write = (modules[path]?.exports as TslabJupyter | undefined)?.lastWriteDisplayData;
    if (!write) continue;
    return (data, { metadata = {}, displayId, update } = {}) =>
      write({ data, metadata, transient: displayId ? { display_id: displayId } : {} }, update ?? false);
  }
  return undefined;
}

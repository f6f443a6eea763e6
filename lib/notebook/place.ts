import { randomBytes } from "node:crypto";
import type { MimeBundle } from "../figures/figure";
import { notebookHost } from "./host";

/** One output of the running cell, which is shown once and then updated in place. */
export interface DisplayPlace {
  /** Whether something has been shown. */
  readonly taken: boolean;
  show(data: MimeBundle, metadata?: Readonly<Record<string, unknown>>): void;
}

/** A place that appears below the cell's other outputs when something is first shown in it. */
export function displayPlace(): DisplayPlace {
  const display_id = randomBytes(8).toString("hex");
  let taken = false;
  return {
    get taken() {
      return taken;
    },
    show(data, metadata = {}) {
      notebookHost()?.display({ data, metadata, transient: { display_id } }, taken);
      taken = true;
    },
  };
}

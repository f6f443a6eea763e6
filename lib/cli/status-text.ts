import type { Output } from "../notebook/executor/output";
import { progressMime } from "../notebook/mime";
import { beginningText, type ProgressUpdate, progressText } from "../notebook/progress-text";

/** Turns the events of a running notebook into the text of a status line that begins with `place`. */
export function statusText(place: string) {
  let cell = "";
  let work = "";
  const text = () => `${place} · ${cell}${work && ` · ${work}`}`;
  return {
    cell(index: number, cells: number): string {
      cell = `cell ${index + 1}/${cells}`;
      work = "";
      return text();
    },
    output(output: Output): string {
      const progress = progressOf(output);
      // How its work began is told once, by `beginning`.
      if (progress)
        work = progress.kept ? "" : progressText(progress.label, { ...progress, resumedAt: undefined });
      return text();
    },
    /** A line to print where work begins that was kept, or goes on after an interruption. */
    beginning(output: Output): string | undefined {
      const progress = output.type === "display" && !output.update ? progressOf(output) : undefined;
      if (!progress || !beginningText(progress)) return undefined;
      const { label, steps, unit = "steps", ...rest } = progress;
      return `${place}: ${label}: ${rest.kept ? `${steps} ${unit} · ` : ""}${beginningText(progress)}`;
    },
  };
}

function progressOf(output: Output): (ProgressUpdate & { readonly label: string }) | undefined {
  if (output.type !== "display" || !(progressMime in output.data)) return undefined;
  return output.data[progressMime] as ProgressUpdate & { label: string };
}

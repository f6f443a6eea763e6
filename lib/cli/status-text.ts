import type { Output } from "../notebook/executor/output";
import { progressMime } from "../notebook/mime";
import { type ProgressUpdate, progressText } from "../notebook/progress-text";

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
      if (output.type === "display" && progressMime in output.data) {
        const { label, ...progress } = output.data[progressMime] as ProgressUpdate & { label: string };
        work = progressText(label, progress);
      }
      return text();
    },
  };
}

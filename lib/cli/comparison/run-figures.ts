import { readFileSync } from "node:fs";
import { parseNotebook, textIn } from "../../notebook/nbformat";
import { type Group, seedsOf } from "./groups";
import type { Run } from "./run";

/** Figures of one title, of the groups that have it. */
export interface FigureRow {
  readonly title: string;
  readonly figures: readonly {
    readonly group: string;
    readonly run: string;
    /** PNG as base64. */
    readonly png: string;
    readonly alt: string;
  }[];
}

/**
 * The figures that two groups or more have under the same title, in the order of the first group: of each
 * group, those of its run with the first seed that all groups have, or of its first run.
 */
export function figureRows(groups: readonly Group[]): FigureRow[] {
  const common = seedsOf(groups[0]).find((seed) => groups.every((group) => seedsOf(group).includes(seed)));
  const columns = groups.map(({ name, members }) => {
    const { run } = members.find(({ seed }) => seed === common) ?? members[0];
    return { group: name, run: run.id, figures: figuresOf(run) };
  });
  const titles = [...new Set(columns.flatMap(({ figures }) => [...figures.keys()]))];
  return titles.flatMap((title) => {
    const figures = columns.flatMap(({ group, run, figures: own }) => {
      const figure = own.get(title);
      return figure ? [{ group, run, ...figure }] : [];
    });
    return figures.length > 1 ? [{ title, figures }] : [];
  });
}

/** A run's pictures by title; the second of one title has "(2)" after it. */
function figuresOf({ notebookFile }: Run): Map<string, { png: string; alt: string }> {
  const figures = new Map<string, { png: string; alt: string }>();
  let text: string;
  try {
    text = readFileSync(notebookFile, "utf8");
  } catch {
    return figures;
  }
  for (const cell of parseNotebook(text, notebookFile).cells) {
    for (const output of cell.cell_type === "code" ? cell.outputs : []) {
      if (output.output_type === "stream" || output.output_type === "error") continue;
      const png = textIn(output.data, "image/png").replace(/\s/g, "");
      if (!/^[A-Za-z0-9+/]+=*$/.test(png)) continue;
      const [first, ...rest] = textIn(output.data, "text/plain").trim().split("\n");
      let title = first || "Figure";
      for (let n = 2; figures.has(title); n++) title = `${first || "Figure"} (${n})`;
      figures.set(title, { png, alt: rest.join(" ") });
    }
  }
  return figures;
}

import type { Notebook } from "../../notebook/nbformat";
import { hasTag } from "../../notebook/nbformat";
import { injectParameters } from "../../notebook/parameters";
import type { SweepPoints, Values } from "./points";

/**
 * One notebook for the type check of all points: the cell after its parameters assigns each value that any
 * of them has.
 * @throws when the notebook doesn't declare one of the names, or declares it by `const`.
 */
export function notebookOfAllPoints(notebook: Notebook, { points, common }: SweepPoints): Notebook {
  const first = injectParameters(notebook, { ...common, ...points[0].values });
  const seen = new Set(Object.entries(points[0].values).map((entry) => JSON.stringify(entry)));
  const others: string[] = [];
  for (const [name, value] of points.flatMap(({ values }) => Object.entries(values))) {
    const entry = JSON.stringify([name, value]);
    if (seen.has(entry)) continue;
    seen.add(entry);
    others.push(injectedSource(notebook, { [name]: value }));
  }
  const cells = first.cells.map((cell) =>
    hasTag(cell, "injected-parameters") ? { ...cell, source: [cell.source, ...others].join("\n") } : cell,
  );
  return { ...first, cells };
}

const injectedSource = (notebook: Notebook, values: Values): string =>
  injectParameters(notebook, values).cells.find((cell) => hasTag(cell, "injected-parameters"))?.source ?? "";

import { wrapped } from "../wrapped";
import type { Comparison } from "./compare-runs";
import { attributeTables, differencesTable, metricsTable, summary, type Table } from "./tables";

/** A comparison as text for a terminal of so many columns. */
export function asText(comparison: Comparison, columns: number): string {
  const wide = metricsTable(comparison);
  const metrics = widthOf(wide) > columns ? metricsTable(comparison, true) : wide;
  const differences = differencesTable(comparison);
  const { warnings, missing, leftOut } = comparison;
  const lists = [
    list("Warnings", warnings),
    ...attributeTables(comparison).map((table) => tableText(table, columns)),
    tableText(metrics, columns),
    differences && tableText(differences, columns),
    list("Missing metrics", missing),
    list(
      "Runs left out",
      leftOut.map(({ id, reason }) => `${id}: ${reason}.`),
    ),
  ];
  return `${[wrapped(summary(comparison), columns).join("\n"), ...lists].filter(Boolean).join("\n\n")}\n`;
}

function list(title: string, lines: readonly string[], columns = 100): string {
  if (lines.length === 0) return "";
  return [title, ...lines.map((line) => `- ${wrapped(line, columns - 2).join("\n  ")}`)].join("\n");
}

const lengthOf = (text: string) => [...text].length;

function widthsOf({ head, rows }: Table): number[] {
  return head.map((name, k) => Math.max(lengthOf(name), ...rows.map((row) => lengthOf(row[k]))));
}

const widthOf = (table: Table) => widthsOf(table).reduce((sum, width) => sum + width + 2, -2);

function tableText(table: Table, columns: number): string {
  const { title, head, rows, numeric, notes } = table;
  const widths = widthsOf(table);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, k) => {
        const space = " ".repeat(widths[k] - lengthOf(cell));
        return numeric.includes(k) ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [
    title,
    line(head),
    rule,
    ...rows.map(line),
    ...notes.flatMap((note) => wrapped(note, columns)),
  ].join("\n");
}

import type { Comparison } from "./compare-runs";
import { attributeTables, differencesTable, metricsTable, runsTable, summary, type Table } from "./tables";

/** A comparison as Markdown, as GitHub shows it. */
export function asMarkdown(comparison: Comparison): string {
  const { warnings, missing, leftOut } = comparison;
  const differences = differencesTable(comparison);
  const parts = [
    `# Comparison\n\n${escaped(summary(comparison))}`,
    list(
      "",
      warnings.map((line) => `**Note:** ${escaped(line)}`),
    ),
    ...attributeTables(comparison).map(tableText),
    tableText(metricsTable(comparison)),
    differences && tableText(differences),
    list("## Missing metrics", missing.map(escaped)),
    tableText(runsTable(comparison)),
    list(
      "## Runs left out",
      leftOut.map(({ id, reason }) => escaped(`${id}: ${reason}.`)),
    ),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return [...(title ? [title, ""] : []), ...lines.map((line) => `- ${line}`)].join("\n");
}

function tableText({ title, head, rows, numeric, notes }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = `|${head.map((_, k) => (numeric.includes(k) ? "---:" : "---")).join("|")}|`;
  const small = notes.length > 0 ? `\n\n${escaped(notes.join(" "))}` : "";
  return `## ${title}\n\n${[line(head), rule, ...rows.map(line)].join("\n")}${small}`;
}

/** Text whose signs mean nothing in Markdown. */
const escaped = (text: string) => text.replace(/[\\`*_|<>[\]#~$]/g, "\\$&").replace(/\s*\n\s*/g, " ");

import type { MeanInterval } from "../../statistics";
import { textOf } from "./attributes";
import type { Comparison } from "./compare-runs";
import type { Group } from "./groups";
import { verdictText } from "./tables";

/**
 * A comparison as CSV (RFC 4180) with all digits: one row per mean and one per difference, told apart by the
 * column `what`; a column for each thing that runs are grouped by; empty where there is no value.
 */
export function asCsv(comparison: Comparison): string {
  const { by, over, metrics, groups, differences } = comparison;
  const head = [
    ...["what", "metric", "better", "group", "minus", "n", "value", "low", "high", "level"],
    ...["paired", "p", "p_holm", "verdict", ...by],
  ];
  const valuesOf = (group: Group) => group.values.map((value) => (value === undefined ? "" : textOf(value)));
  const means = metrics.flatMap(({ metric, direction, cells }) =>
    cells.flatMap(({ mean, texts }, k) => {
      if (!mean && !texts) return [];
      const numbers = mean ? numbersOf(mean) : ["", texts?.join(", ") ?? "", "", "", ""];
      const start = ["mean", metric, direction ?? "", groups[k].name, ""];
      return [[...start, ...numbers, "", "", "", "", ...valuesOf(groups[k])]];
    }),
  );
  const rest = differences.map((row) => [
    ...["difference", row.metric, row.direction ?? "", row.group.name, row.baseline.name],
    ...numbersOf(row.difference),
    ...[row.paired ? "yes" : "no", numberText(row.difference.pValue), numberText(row.adjusted)],
    verdictText(row, over).replace("*", ""),
    ...valuesOf(row.group),
  ]);
  return `${[head, ...means, ...rest].map((cells) => cells.map(quoted).join(",")).join("\r\n")}\r\n`;
}

function numbersOf({ n, value, low, high, level }: MeanInterval): string[] {
  return [n, value, low, high, Number.isNaN(low) ? Number.NaN : level].map(numberText);
}

const numberText = (value: number) => (Number.isNaN(value) ? "" : `${value}`);

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

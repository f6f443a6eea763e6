import type { MeanInterval } from "../../statistics";
import { duration, formatNumber, plusMinus } from "../../text";
import type { AttributeRow } from "./attribute-table";
import type { Comparison } from "./compare-runs";
import { type Group, seedsOf } from "./groups";
import type { DifferenceRow, MetricCell, MetricRow } from "./rows";

/** A table of texts, with a title and small print. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that are aligned to the right. */
  readonly numeric: readonly number[];
  readonly notes: readonly string[];
}

/** What is compared, in one sentence. */
export function summary({ groups, by, over, title }: Comparison): string {
  const runs = groups.reduce((sum, { members }) => sum + members.length, 0);
  const of = `${plural(runs, "run")} of "${title}"`;
  if (groups.length === 1) return `${of}: ${repetitions(groups[0], over)}.`;
  const list = groups.map((group) => `${group.name} (${repetitions(group, over)})`);
  const shown = list.length > 8 ? [...list.slice(0, 8), "…"] : list;
  return `${of} in ${groups.length} groups by ${by.join(", ")}: ${shown.join(", ")}.`;
}

const repetitions = (group: Group, over: string) => plural(seedsOf(group).length, over);
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** The parameters and facts that differ, with the groups of each value; nothing where none differs. */
export function attributeTables({ parameters, facts, groups, by }: Comparison): Table[] {
  const tableOf = (title: string, rows: readonly AttributeRow[]): Table[] =>
    rows.length === 0
      ? []
      : [{ title, head: ["name", "values"], rows: rows.map(textsOf), numeric: [], notes: [] }];
  const textsOf = ({ name, cells }: AttributeRow) => {
    const owners = new Map<string, string[]>();
    cells.forEach((values, k) => {
      const text = values.map(shortened).join(", ");
      owners.set(text, [...(owners.get(text) ?? []), groups[k].name]);
    });
    const values = [...owners.keys()];
    // The groups' names tell the values of what they are grouped by.
    if (values.length === 1 || by.includes(name)) return [name, values.join(" | ")];
    const parts = [...owners].map(
      ([value, names]) => `${value} (${names.length > 3 ? `${names.length} groups` : names.join("; ")})`,
    );
    return [name, parts.join(" | ")];
  };
  return [...tableOf("Parameters that differ", parameters), ...tableOf("Facts that differ", facts)];
}

/** Long values, such as checksums, by their first signs. */
const shortened = (text: string) =>
  /^[0-9a-f:]{24,}$/i.test(text.replace(/^sha256[:-]/, "")) ? `${text.slice(0, 12)}…` : text;

/**
 * The metrics: one column per group, or, with `long`, one row per metric and group.
 */
export function metricsTable({ metrics, groups, over }: Comparison, long = false): Table {
  const any = metrics.some(({ cells }) => cells.some(({ mean }) => mean && mean.n > 1));
  const notes = any
    ? [
        `Mean ± half of its 95 % interval over ${over}s (Student's t); in brackets, how many ${over}s.`,
        "Arrows show which way is better, where that is known.",
      ]
    : [`One ${over} each: no intervals.`];
  const title = "Metrics";
  const label = (row: MetricRow) => withArrow(row.metric, row.direction);
  if (!long) {
    const rows = metrics.map((row) => [label(row), ...row.cells.map(cellText)]);
    const names = groups.map(({ name }) => name);
    return { title, head: ["metric", ...names], rows, numeric: groups.map((_, k) => k + 1), notes };
  }
  const rows = metrics.flatMap((row) =>
    row.cells.map((cell, k) => [k === 0 ? label(row) : "", groups[k].name, cellText(cell)]),
  );
  return { title, head: ["metric", "group", "mean"], rows, numeric: [2], notes };
}

const withArrow = (metric: string, direction: MetricRow["direction"]) =>
  !direction || /[↑↓]/.test(metric) ? metric : `${metric} ${direction === "lower" ? "↓" : "↑"}`;

function cellText({ mean, texts }: MetricCell): string {
  if (mean) return `${estimate(mean)} (${mean.n})`;
  return texts?.join(", ") ?? "–";
}

/** "0.1230 ± 0.0040", or the value alone where there is no interval. */
const estimate = ({ value, half }: MeanInterval) =>
  Number.isNaN(half) ? formatNumber(value, 4) : plusMinus(value, half < 1e-12 * Math.abs(value) ? 0 : half);

/** The differences between groups; nothing where there is one group. */
export function differencesTable({ differences, over }: Comparison): Table | undefined {
  if (differences.length === 0) return undefined;
  const rows = differences.map((row) => [
    withArrow(row.metric, row.direction),
    row.group.name,
    row.baseline.name,
    (row.difference.value > 0 ? "+" : "") + estimate(row.difference),
    pairsText(row),
    verdictText(row, over),
  ]);
  const head = ["metric", "group", "minus", "difference", "pairs", "verdict"];
  return { title: "Differences", head, rows, numeric: [3, 4], notes: differenceNotes(differences, over) };
}

const pairsText = ({ paired, difference: { n } }: DifferenceRow) => (paired ? `${n}` : "not paired");

/** What a difference says: who wins, or that it can't be told. */
export function verdictText({ verdict, group, baseline, adjusted }: DifferenceRow, over: string): string {
  if (verdict === "unknown") return `one ${over}: can't be told`;
  if (verdict === "tie") return "tie";
  const sure = adjusted < 0.05 ? "*" : "";
  if (verdict === "differs") return `differs${sure}`;
  return `${verdict === "better" ? group.name : baseline.name} wins${sure}`;
}

function differenceNotes(differences: readonly DifferenceRow[], over: string): string[] {
  const shown = differences.filter(({ verdict }) => verdict !== "unknown");
  if (shown.length === 0) return [`One ${over} each: no intervals, and nothing can be said of chance.`];
  const notes = [
    `± is half of the 95 % interval, of the mean of differences between runs of the same ${over}.`,
    "A side wins, or differs, where the interval excludes zero; else it is a tie.",
  ];
  if (shown.some(({ paired }) => !paired)) {
    notes.push(`"Not paired": the groups share fewer than two ${over}s; Welch's interval of two means.`);
  }
  if (shown.length > 1) {
    notes.push(
      `${shown.length} intervals are shown: even if nothing differed, about ` +
        `${formatNumber(shown.length * 0.05, 2)} of them would exclude zero by chance. ` +
        "* also holds after Holm's correction for all of them.",
    );
  }
  if (shown.some(({ verdict }) => verdict === "differs")) {
    notes.push('Which way is better is not known where it says "differs": say it by --lower or --higher.');
  }
  return notes;
}

/** The runs and their groups. */
export function runsTable({ groups, over }: Comparison): Table {
  const rows = groups.flatMap(({ name, members }) =>
    members.map(({ run: { id, record }, seed }) => [
      id,
      name,
      seed.startsWith("run ") ? "–" : seed,
      record.started.slice(0, 16).replace("T", " "),
      duration(record.seconds),
    ]),
  );
  return { title: "Runs", head: ["run", "group", over, "started", "duration"], rows, numeric: [], notes: [] };
}

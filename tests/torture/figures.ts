import { promises, type Score } from "./runs";

/** A line of the table of what is promised. */
export interface Figure extends Pick<Score, "done" | "held" | "kinds" | "faults"> {
  readonly name: string;
  readonly what: string;
  readonly promise: string;
  readonly peakMegabytes: number;
}

/** The promises that were put to the test. */
export const figures = (scores: Readonly<Record<string, Score>>): readonly Figure[] =>
  promises.flatMap(({ name, what, promise }) => {
    const score = scores[name];
    if (!score || score.done === 0) return [];
    const { done, held, kinds, faults, peakMemory } = score;
    return [
      { name, what, promise, done, held, kinds, faults, peakMegabytes: Math.round(peakMemory / 2 ** 20) },
    ];
  });

/** The table in Markdown. */
export function tableOf(rows: readonly Figure[]): string {
  const lines = rows.map(
    ({ what, promise, done, held, peakMegabytes }) =>
      `| ${done.toLocaleString("en")} ${what} | ${promise} | ${held.toLocaleString("en")} of ${done.toLocaleString("en")} | ${peakMegabytes} MB |`,
  );
  return [
    "| put to the test | promised | held | peak memory of this process |",
    "|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

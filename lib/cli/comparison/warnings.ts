import { differing, factNames, parametersOf } from "./attributes";
import { type Group, seedsOf } from "./groups";
import type { Run } from "./run";

/** What is known about a comparison when it is to be judged. */
export interface Judged {
  readonly runs: readonly Run[];
  readonly groups: readonly Group[];
  readonly by: readonly string[];
  readonly mixed: readonly string[];
  readonly over: string;
  readonly notebooks: readonly string[];
  /** All metrics, and those that all notebooks have. */
  readonly all: readonly string[];
  readonly common: readonly string[];
}

/** Sentences about what makes the comparison less than it seems. */
export function warningsAbout(judged: Judged): string[] {
  return [
    ...ofNotebooks(judged),
    ...ofData(judged.runs),
    ...ofCommits(judged),
    ...ofParameters(judged),
    ...ofSeeds(judged),
  ];
}

function ofNotebooks({ notebooks, all, common }: Judged): string[] {
  if (notebooks.length < 2) return [];
  const what =
    common.length === 0
      ? "They have no metric in common."
      : common.length === all.length
        ? "All their metrics are compared."
        : `Only the ${common.length} of ${all.length} metrics that all of them have are compared.`;
  return [`The runs are of ${notebooks.length} notebooks: ${notebooks.join(", ")}. ${what}`];
}

function ofData(runs: readonly Run[]): string[] {
  const names = [...new Set(runs.flatMap(({ record }) => (record.data ?? []).map(({ name }) => name)))];
  return names.flatMap((name) => {
    const checksums = runs.flatMap(({ record }) =>
      (record.data ?? []).filter((data) => data.name === name).map(({ checksum }) => checksum),
    );
    const count = new Set(checksums).size;
    if (count < 2) return [];
    return [`The runs used ${count} versions of the data set ${name}: what differs may come from the data.`];
  });
}

function ofCommits({ runs, by }: Judged): string[] {
  if (by.includes("commit")) return [];
  const facts = differing(factNames(runs), runs);
  if (!facts.includes("commit")) return [];
  const count = new Set(runs.map(({ record }) => record.git?.commit)).size;
  const of = count > 1 ? `of ${count} commits` : "of one commit, some with changes";
  return [`The runs are ${of}; to compare these: --by ${[...by, "commit"].join(",")}.`];
}

function ofParameters({ mixed }: Judged): string[] {
  if (mixed.length === 0) return [];
  return [
    `Within groups, ${mixed.join(", ")} ${mixed.length === 1 ? "differs" : "differ"}: ` +
      "means are over its values too, and pairs are of equal ones.",
  ];
}

function ofSeeds({ runs, groups, over }: Judged): string[] {
  if (runs.some((run) => !Object.hasOwn(parametersOf(run), over))) {
    return [`Some runs have no parameter ${over}: each counts as a repetition, and is not paired.`];
  }
  const seeds = groups.map(seedsOf);
  if (seeds.every((own) => own.length === 1)) {
    return [`There is one ${over} per group, so that there are no intervals: chance can't be told apart.`];
  }
  if (seeds.every((own) => own.join() === seeds[0].join())) return [];
  const list = groups.map(({ name }, k) => `${name}: ${seeds[k].join(", ")}`).join("; ");
  return [`The groups have different ${over}s (${list}): pairs are of those that two groups share.`];
}

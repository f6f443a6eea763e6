import type { ParameterValue } from "../../notebook/parameters";
import {
  attributeOf,
  checkAttribute,
  differing,
  factNames,
  inOrder,
  keyOf,
  parameterNames,
  parametersOf,
  textOf,
} from "./attributes";
import type { LeftOut, Run } from "./run";

/** Runs that are alike in what they are grouped by. */
export interface Group {
  readonly name: string;
  /** Their common values of what the runs are grouped by, in that order. */
  readonly values: readonly (ParameterValue | undefined)[];
  readonly members: readonly Member[];
}

/** A run in its group. */
interface Member {
  readonly run: Run;
  /** Which repetition it is: its seed; a text of its own for a run that has no seed. */
  readonly seed: string;
  /** Its other parameters that differ between runs, as a text: runs of a seed are paired by it. */
  readonly rest: string;
}

/** Runs in groups. */
export interface Grouping {
  readonly by: readonly string[];
  readonly groups: readonly Group[];
  /** Parameters that differ within groups, other than the one that is repeated over. */
  readonly mixed: readonly string[];
  /** Older runs of the same group, seed and other parameters. */
  readonly repeated: readonly LeftOut[];
}

/**
 * Groups runs by the attributes `by`, or by all parameters that differ other than `over`, the seed: by
 * notebook, too, when they differ. Where nothing differs but runs are repeated, by commit, or one by one.
 * @throws a one-line error for a name that no run has.
 */
export function groupRuns(runs: readonly Run[], over: string, by?: readonly string[]): Grouping {
  for (const name of by ?? []) checkAttribute("--by", name, runs);
  const notebooks = differing(["notebook"], runs);
  // A parameter that only one of the notebooks has says no more than the notebook's name.
  const common = parameterNames(runs).filter(
    (name) => notebooks.length === 0 || runs.every((run) => Object.hasOwn(parametersOf(run), name)),
  );
  const parameters = [...notebooks, ...differing(common, runs).filter((name) => name !== over)];
  const chosen = by ?? parameters;
  const grouped = groupsBy(runs, over, chosen, parameters);
  if (by || chosen.length > 0 || grouped.repeated.length === 0) return grouped;
  const otherwise = differing(factNames(runs), runs).includes("commit") ? "commit" : "run";
  return groupsBy(runs, over, [otherwise], parameters);
}

function groupsBy(
  runs: readonly Run[],
  over: string,
  by: readonly string[],
  parameters: readonly string[],
): Grouping {
  const mixed = parameters.filter((name) => !by.includes(name));
  const repeated: LeftOut[] = [];
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify(by.map((name) => keyOf(attributeOf(run, name))));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const order = by.map((name) => inOrder(runs.map((run) => attributeOf(run, name))).map(keyOf));
  const rank = (group: Group) => group.values.map((value, k) => order[k].indexOf(keyOf(value)));
  const made = [...groups.values()].map((own): Group => {
    const values = by.map((name) => attributeOf(own[0], name));
    const members = new Map<string, Member>();
    for (const run of own.toSorted((a, b) => (a.record.started < b.record.started ? -1 : 1))) {
      const seed = Object.hasOwn(parametersOf(run), over) ? textOf(attributeOf(run, over)) : `run ${run.id}`;
      const rest = JSON.stringify(mixed.map((name) => keyOf(attributeOf(run, name))));
      const key = JSON.stringify([seed, rest]);
      const before = members.get(key);
      if (before) repeated.push({ id: before.run.id, reason: `${run.id} repeats it, and is newer` });
      members.set(key, { run, seed, rest });
    }
    return { name: nameOf(by, values), values, members: [...members.values()] };
  });
  const byRank = (a: Group, b: Group) => {
    const [x, y] = [rank(a), rank(b)];
    return x.map((place, k) => place - y[k]).find((difference) => difference !== 0) ?? 0;
  };
  return { by, groups: made.sort(byRank), mixed, repeated };
}

/** "coupled", "steps = 100" or "coupled, steps = 100"; with two texts, both have their names. */
function nameOf(by: readonly string[], values: Group["values"]): string {
  if (by.length === 0) return "all runs";
  const alone = values.filter((value) => typeof value === "string").length === 1;
  const parts = by.map((name, k) => {
    const value = values[k];
    return alone && typeof value === "string" ? value : `${name} = ${textOf(value)}`;
  });
  return parts.join(", ");
}

/** The seeds of a group, each once, by size where they are numbers. */
export function seedsOf({ members }: Group): string[] {
  const seeds = [...new Set(members.map(({ seed }) => seed))];
  return seeds.every((seed) => Number.isFinite(Number(seed)))
    ? seeds.sort((a, b) => Number(a) - Number(b))
    : seeds;
}

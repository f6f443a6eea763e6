import { choose } from "../../errors";
import type { ParameterValue } from "../../notebook/parameters";
import { scales } from "../../notebook/scale";
import type { Run } from "./run";

/** What a run can be told apart by: its parameters and facts, by name. */
export type Attributes = Readonly<Record<string, ParameterValue>>;

/** The parameters of a run. */
export const parametersOf = ({ record }: Run): Attributes => record.parameters;

/** Facts about a run: commit, machine, versions, checksums of data ("data NAME"). */
function factsOf({ record }: Run): Attributes {
  const { git, engine, machine, versions, data } = record;
  return {
    commit: commitOf(git),
    engine: engine ?? "unknown",
    cpu: machine?.cpu ?? "unknown",
    cores: machine?.cores ?? "unknown",
    os: machine?.os ?? "unknown",
    ...versions,
    ...Object.fromEntries((data ?? []).map(({ name, checksum }) => [`data ${name}`, checksum])),
  };
}

const commitOf = (git: Run["record"]["git"]) =>
  git ? git.commit.slice(0, 10) + (git.dirty ? " with changes" : "") : "none";

/**
 * A run's value of a parameter, of a fact, of "notebook" or of "run", its ID; undefined when it has none. A
 * parameter comes before a fact of the same name.
 */
export function attributeOf(run: Run, name: string): ParameterValue | undefined {
  const named = { ...factsOf(run), notebook: run.record.notebook, run: run.id, ...parametersOf(run) };
  return Object.hasOwn(named, name) ? (named as Attributes)[name] : undefined;
}

/** @throws an error that suggests the nearest name when no run has such an attribute. */
export function checkAttribute(what: string, name: string, runs: readonly Run[]): void {
  const all = runs.map((run) => ({ ...parametersOf(run), ...factsOf(run), notebook: "", run: "" }));
  choose(what, name, Object.assign({}, ...all));
}

/** Those of the names whose values are not the same in all runs; having none is a value of its own. */
export function differing(names: readonly string[], runs: readonly Run[]): string[] {
  return names.filter((name) => new Set(runs.map((run) => keyOf(attributeOf(run, name)))).size > 1);
}

/** The names of all parameters of any run, in order of first appearance. */
export const parameterNames = (runs: readonly Run[]): string[] => [
  ...new Set(runs.flatMap((run) => Object.keys(parametersOf(run)))),
];

/** The names of all facts of any run, in order of first appearance. */
export const factNames = (runs: readonly Run[]): string[] => [
  ...new Set(runs.flatMap((run) => Object.keys(factsOf(run)))),
];

/** A text that two values share just when they are equal. */
export const keyOf = (value: ParameterValue | undefined): string => JSON.stringify(value) ?? "";

/** A value as people read it. */
export function textOf(value: ParameterValue | undefined): string {
  if (value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The values in a useful order: numbers by size, scales from quick to paper, others as they first appear.
 */
export function inOrder(
  values: readonly (ParameterValue | undefined)[],
): readonly (ParameterValue | undefined)[] {
  const unique = [...new Map(values.map((value) => [keyOf(value), value])).values()];
  if (unique.every((value) => typeof value === "number")) return unique.sort((a, b) => a - b);
  const rank = (value: ParameterValue | undefined) => scales.indexOf(value as (typeof scales)[number]);
  if (unique.every((value) => rank(value) >= 0)) return unique.sort((a, b) => rank(a) - rank(b));
  return unique;
}

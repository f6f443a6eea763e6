import { attributeOf, differing, factNames, inOrder, parameterNames, textOf } from "./attributes";
import type { Group } from "./groups";
import type { Run } from "./run";

/** A parameter or a fact that differs between runs. */
export interface AttributeRow {
  readonly name: string;
  /** The values in each group, in a useful order. */
  readonly cells: readonly (readonly string[])[];
}

/** The parameters and the facts that differ between the runs; the repeated one, the seed, is the last. */
export function attributeTable(
  runs: readonly Run[],
  groups: readonly Group[],
  over: string,
): { parameters: AttributeRow[]; facts: AttributeRow[] } {
  const rowOf = (name: string): AttributeRow => ({
    name,
    cells: groups.map(({ members }) =>
      inOrder(members.map(({ run }) => attributeOf(run, name))).map((value) => textOf(value)),
    ),
  });
  const names = differing(parameterNames(runs), runs);
  const ordered = [...names.filter((name) => name !== over), ...names.filter((name) => name === over)];
  return {
    parameters: ordered.map(rowOf),
    facts: differing(["notebook", ...factNames(runs)], runs).map(rowOf),
  };
}

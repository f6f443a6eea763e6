import type { Samples } from "../data/samples";
import { expected } from "../errors";
import type { Pairs } from "./coupling";

/**
 * Checks that pairs are those of the targets in their order, so that each can be given something of its own.
 * Where the targets say by `keep` that a value is missing, x1 may have any.
 * @param coupling its name
 * @param advice what to do where they aren't
 * @throws when x1 has other values than the targets.
 */
export function assertKeepsTargets(
  { x1 }: Pick<Pairs, "x1">,
  { x, keep }: Samples,
  { coupling, advice = "" }: { readonly coupling: string; readonly advice?: string },
): void {
  if (x1 === x) return;
  const known = keep?.data.length === x.data.length ? keep.data : undefined;
  const kept =
    x1.shape.join() === x.shape.join() &&
    x1.data.every((value, e) => value === x.data[e] || known?.[e] === 0);
  if (!kept) throw expected("a coupling that keeps its targets in their order", `"${coupling}"`, advice);
}

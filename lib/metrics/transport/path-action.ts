import { assertShape, type NdArray, sampleSize } from "../../array";
import { maskOn } from "../../conditions/mask";
import { expected } from "../../errors";

/** The action of paths and how much of it bends, per sample. */
export interface PathAction {
  /** ∫ E|b_t(X_t)|² dt of the chords between the saved states. */
  readonly action: number;
  /** ∫ E|b_t(X_t) − (X₁ − X₀)|² dt of the chords: the part of the action that straight paths don't have. */
  readonly straightness: number;
}

/** The same in the hole, and on known pixels. */
export interface SplitAction {
  /** The action in the hole. */
  readonly hole: PathAction;
  /** The action on known pixels: 0 for a masked velocity. */
  readonly known: PathAction;
}

/**
 * Where paths are long and where they bend: action and straightness (Liu et al., 2023) of saved states,
 * summed over the coordinates in the hole, where `keep` is 0, and over the known ones. They are those of the
 * chords, below the true ones by O(h²) for states h apart.
 *
 * @example
 * const { x0, x1, xi } = inpainting({ mask: tiles({ grid: 4 }) }).draw(images, rng(0));
 * splitAction({ path: [{ t: 0, x: x0 }, { t: 1, x: x1 }], keep: xi.keep ?? x1 }).known.action; // 0
 * @throws when there are fewer than two states, times don't differ, or shapes do.
 */
export function splitAction({
  path,
  keep,
}: {
  readonly path: readonly { readonly t: number; readonly x: NdArray }[];
  readonly keep: NdArray;
}): SplitAction {
  if (path.length < 2) {
    throw expected("two saved states or more", `${path.length}`, "Pass saveAt: [0, …, 1] to solveOde.");
  }
  const [first, last] = [path[0], path[path.length - 1]];
  for (const { x } of path) assertShape(x, first.x.shape, "every saved state");
  const { known } = maskOn(keep, first.x);
  const n = first.x.data.length / sampleSize(first.x);
  const between = (a: typeof first, b: typeof first) => {
    const h = Math.abs(b.t - a.t);
    if (!(h > 0)) throw expected("states at different times", `two at t = ${a.t}`);
    const sums = [0, 0];
    for (let e = 0; e < known.length; e++) {
      sums[known[e] === 1 ? 1 : 0] += (b.x.data[e] - a.x.data[e]) ** 2 / h;
    }
    return sums.map((sum) => sum / n);
  };
  const whole = between(first, last);
  const totals = [0, 0];
  for (let k = 1; k < path.length; k++) {
    between(path[k - 1], path[k]).forEach((value, region) => {
      totals[region] += value;
    });
  }
  const [hole, outside] = totals.map((action, region) =>
    Object.freeze({ action, straightness: action - whole[region] }),
  );
  return Object.freeze({ hole, known: outside });
}

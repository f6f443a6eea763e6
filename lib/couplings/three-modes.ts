import { choose } from "../errors";
import { gaussianMixture, type MixtureComponent, type MixtureCoupling } from "./gaussian-mixture";

/** How the modes of {@link threeModes} are paired. */
export type Pairing = "matched" | "independent" | "shifted";

/**
 * The toy example of Fig. 2, three modes to three modes in the plane, with parameters of our choice, since
 * the paper gives none: base modes at (−6, −4), (−6, 0), (−6, 4); target modes at radius 4 and 240°, 0°,
 * 120°, in that order; all isotropic, of standard deviation 0.4. The label ξ is the target mode, 0 to 2.
 *
 * - `matched`: each base mode is coupled to the target mode nearest in height;
 * - `independent`: any base mode to any target mode;
 * - `shifted`: each base mode to the next target mode, cyclically: a harmful coupling.
 *
 * `labelled` conditions the velocity on ξ: conditioning and coupling are separate choices.
 */
export function threeModes({
  pairing,
  labelled = false,
}: {
  readonly pairing: Pairing;
  readonly labelled?: boolean;
}): MixtureCoupling {
  const modes = [0, 1, 2];
  const pairs = choose("pairing", pairing, {
    matched: modes.map((mode) => [mode, mode]),
    independent: modes.flatMap((base) => modes.map((target) => [base, target])),
    shifted: modes.map((mode) => [mode, (mode + 1) % 3]),
  });
  const round = [
    [0.16, 0],
    [0, 0.16],
  ];
  const components = pairs.map(([base, target]): MixtureComponent => {
    const angle = ((target - 1) * 2 * Math.PI) / 3;
    return {
      weight: 1,
      mean0: [-6, 4 * (base - 1)],
      mean1: [4 * Math.cos(angle), 4 * Math.sin(angle)],
      cov00: round,
      cov11: round,
      label: target,
    };
  });
  const name = `three modes, ${pairing}${labelled ? ", labelled" : ""}`;
  return gaussianMixture({ name, components, labelled });
}

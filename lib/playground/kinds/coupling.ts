import { ndarray } from "../../array";
import { trajectories } from "../../figures/trajectories";
import { planeAtFirst, planeFlow } from "../work/plane";
import type { Made } from "./made";

/** Couplings of modes in the plane, with their exact flows: no model, all is computed where it is read. */
export interface CouplingPlayground {
  /** Selects this kind of live figure. */
  readonly kind: "coupling";
  /** Title of the figure. Default "A coupling in the plane". */
  readonly title?: string;
  /** Seed of the initial points. Default 1. */
  readonly seed?: number;
}

/** A figure of the kind "coupling". */
export function couplings({ title = "A coupling in the plane", seed = 1 }: CouplingPlayground): Made {
  return {
    title,
    async carried() {
      const panels = [];
      for (const [name, free] of [
        ["independent", 10],
        ["matched", 0],
      ] as const) {
        const flow = await planeFlow({ ...planeAtFirst, free, seed });
        const points = (data: Float32Array) => ndarray([data.length / 2, 2], data);
        panels.push({
          title: name,
          start: points(flow.x0),
          end: points(flow.states[flow.states.length - 1]),
          paths: flow.times.map((t, k) => ({ t, x: points(flow.states[k]) })),
          labels: flow.ends,
        });
      }
      const alt =
        "Flow lines from three base modes to three data modes: bent for independent pairs, " +
        "straight for matched ones.";
      const drawn = trajectories({ title, alt, panels, classes: ["lower", "right", "upper"] });
      return {
        play: { kind: "coupling", title, alt, seed },
        models: {},
        still: (await drawn.toBundle())["image/png"] as string,
      };
    },
  };
}

import { ndarray } from "../../array";
import { balancedDraws } from "../../couplings/balanced-draws";
import { atBase } from "../../couplings/coupling";
import { gaussianMixture, type MixtureCoupling } from "../../couplings/gaussian-mixture";
import { choose } from "../../errors";
import { type ExactFlow, exactFlow } from "../../fields/exact-flow";
import type { Field } from "../../fields/field";
import { brownian } from "../../interpolants/brownian";
import type { Gamma } from "../../interpolants/gamma";
import type { Interpolant } from "../../interpolants/interpolant";
import { linear } from "../../interpolants/linear";
import { noLatent } from "../../interpolants/no-latent";
import { parabola } from "../../interpolants/parabola";
import { sinSquared } from "../../interpolants/sin-squared";
import { trigonometric } from "../../interpolants/trigonometric";
import { mixtureLadder } from "../../metrics/transport/mixture-ladder";
import { rng } from "../../random";
import { dopri5 } from "../../samplers/methods/dopri5";
import { eulerMaruyama } from "../../samplers/methods/euler-maruyama";
import { solveSde } from "../../samplers/sde";
import { nearestRows } from "../../statistics/nearest-rows";

type Point = readonly [number, number];

/** A coupling of modes in the plane, and how its flow is drawn. */
export interface Plane {
  /** The middles of the modes of the base and of the data, equally many. */
  readonly base: readonly Point[];
  readonly data: readonly Point[];
  /** The data mode that each base mode is joined to. */
  readonly partner: readonly number[];
  /** The share of pairs that don't follow `partner` but join any two modes, in tenths: 0 to 10. */
  readonly free: number;
  /** Standard deviation of every mode. */
  readonly width: number;
  /** Names out of `schedules` and `latents`. */
  readonly schedule: string;
  readonly latent: string;
  /** Whether the velocity is shown the data mode. */
  readonly labelled: boolean;
  /** ε of the SDE; 0 is the flow. */
  readonly epsilon: number;
  /** Whether densities are wanted as well. */
  readonly densities: boolean;
  readonly seed: number;
}

/** α and β. */
export const schedules: Readonly<Record<string, (options: { readonly gamma?: Gamma }) => Interpolant>> = {
  linear: linear,
  trigonometric: trigonometric,
};

/** γ. */
export const latents: Readonly<Record<string, Gamma>> = {
  "0": noLatent,
  "t(1−t)": parabola(),
  "sin²(πt)": sinSquared(),
  "√(2t(1−t))": brownian(),
};

/** The coupling at the beginning: that of `threeModes`, with independent pairs. */
export const planeAtFirst: Omit<Plane, "seed"> = Object.freeze({
  base: [-1, 0, 1].map((k): Point => [-6, 4 * k]),
  data: [-1, 0, 1].map(
    (k): Point => [4 * Math.cos((k * 2 * Math.PI) / 3), 4 * Math.sin((k * 2 * Math.PI) / 3)],
  ),
  partner: [0, 1, 2],
  free: 10,
  width: 0.4,
  schedule: "linear",
  latent: "0",
  labelled: false,
  epsilon: 0,
  densities: false,
});

/** What is drawn. */
export interface PlaneFlow {
  readonly times: readonly number[];
  /** Pairs, `[n, 2]` each, and the data mode of each pair. */
  readonly x0: Float32Array;
  readonly x1: Float32Array;
  readonly labels: Int32Array;
  /** The states at all times, `[n, 2]` each, and the data mode next to which each path ends. */
  readonly states: readonly Float32Array[];
  readonly ends: Int32Array;
  /** E|X₁ − x0|² ≤ ∫ E|b|² dt ≤ ∫ E|İ|² dt (Prop. 3.1); the bound is in closed form. */
  readonly cost: number;
  readonly action: number;
  readonly bound: number;
  readonly nfe: number;
  readonly milliseconds: number;
  /** ρ_t on a grid over `range` at each of the times, row by row from the lowest y, where asked for. */
  readonly densities?: readonly Float32Array[];
}

/** The square that is drawn. */
export const range = { from: -7.5, to: 7.5 } as const;
/** Points of the grid of densities, a side. */
export const GRID = 48;
const PAIRS = 540;
const FRAMES = 24;

/** The library's mixture coupling with these modes and pairs. */
function planeCoupling({ base, data, partner, free, width, labelled }: Plane): MixtureCoupling {
  const round = [
    [width * width, 0],
    [0, width * width],
  ];
  const n = base.length;
  const components = base.flatMap((mean0, i) =>
    data.flatMap((mean1, j) => {
      // In tenths of a share, so that weights are whole numbers.
      const weight = (10 - free) * (partner[i] === j ? n : 0) + free;
      return weight > 0 ? [{ weight, mean0, mean1, cov00: round, cov11: round, label: j }] : [];
    }),
  );
  return gaussianMixture({ name: "modes in the plane", components, labelled });
}

/** The interpolant of these names. */
const planeInterpolant = ({ schedule, latent }: Pick<Plane, "schedule" | "latent">): Interpolant =>
  choose("schedule", schedule, schedules)({ gamma: choose("latent", latent, latents) });

/** Draws pairs, and solves their exact flow or SDE. */
export async function planeFlow(plane: Plane): Promise<PlaneFlow> {
  const from = performance.now();
  const coupling = planeCoupling(plane);
  const interpolant = planeInterpolant(plane);
  const draws = balancedDraws({ coupling, n: PAIRS, rng: rng(plane.seed).fork("pairs") });
  const exact = exactFlow({ coupling, interpolant });
  const b = exact.velocity as Field;
  const times = Array.from({ length: FRAMES + 1 }, (_, k) => k / FRAMES);
  const ladder = await mixtureLadder({
    b,
    coupling,
    interpolant,
    draws,
    method: dopri5({ rtol: 1e-3, atol: 1e-3 }),
    saveAt: times,
  });
  const solution =
    plane.epsilon > 0
      ? await solveSde({ b, s: exact.score as Field }, atBase(draws.pairs), {
          method: eulerMaruyama({ steps: 96 }),
          epsilon: plane.epsilon,
          rng: rng(plane.seed).fork("noise"),
          saveAt: times,
        })
      : ladder.solution;
  const { x0, x1 } = draws.pairs;
  const modes = Float64Array.from(plane.data.flat());
  const milliseconds = performance.now() - from;
  return {
    times: solution.path.map(({ t }) => t),
    x0: Float32Array.from(x0.data),
    x1: Float32Array.from(x1.data),
    labels: draws.labels,
    states: solution.path.map(({ x }) => Float32Array.from(x.data)),
    ends: nearestRows(solution.x, ndarray([plane.data.length, 2], modes)).rows,
    cost: ladder.cost.value,
    action: ladder.action.value,
    bound: ladder.bound,
    nfe: solution.nfe,
    milliseconds,
    ...(plane.densities && { densities: times.map((t) => density(planeDensity(plane), t)) }),
  };
}

/** The exact density of the interpolant: it depends on the pairs, not on what the velocity is shown. */
const planeDensity = (plane: Plane) =>
  exactFlow({ coupling: planeCoupling({ ...plane, labelled: false }), interpolant: planeInterpolant(plane) });

function density({ logDensity }: ExactFlow, t: number): Float32Array {
  const points = new Float32Array(2 * GRID * GRID);
  const at = (k: number) => range.from + ((k + 0.5) / GRID) * (range.to - range.from);
  for (let e = 0; e < GRID * GRID; e++) {
    points[2 * e] = at(e % GRID);
    points[2 * e + 1] = at(Math.floor(e / GRID));
  }
  return Float32Array.from(logDensity({ x: ndarray([GRID * GRID, 2], points), t, xi: {} }), Math.exp);
}

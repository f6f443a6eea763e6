import { choose } from "../../errors";
import { adamsBashforth } from "../../samplers/methods/adams-bashforth";
import { bosh3 } from "../../samplers/methods/bosh3";
import { dopri5 } from "../../samplers/methods/dopri5";
import { euler } from "../../samplers/methods/euler";
import { heun } from "../../samplers/methods/heun";
import { midpoint } from "../../samplers/methods/midpoint";
import { rk4 } from "../../samplers/methods/rk4";
import type { Method } from "../../samplers/ode";

/** A solver as messages carry it: `steps` counts for those of fixed steps, `tolerance` for the others. */
export interface Solver {
  readonly name: string;
  readonly steps: number;
  readonly tolerance: number;
}

const made: Readonly<Record<string, (solver: Solver) => Method>> = {
  dopri5: ({ tolerance }) => dopri5({ rtol: tolerance, atol: tolerance }),
  bosh3: ({ tolerance }) => bosh3({ rtol: tolerance, atol: tolerance }),
  euler: ({ steps }) => euler({ steps }),
  midpoint: ({ steps }) => midpoint({ steps }),
  heun: ({ steps }) => heun({ steps }),
  rk4: ({ steps }) => rk4({ steps }),
  adamsBashforth: ({ steps }) => adamsBashforth({ steps }),
};

/** The library's method. @throws for a name that there isn't. */
export const methodOf = (solver: Solver): Method => choose("solver", solver.name, made)(solver);

/** The solvers by name, with how they are called and whether their steps are fixed. */
export const solvers: readonly { readonly name: string; readonly label: string; readonly fixed: boolean }[] =
  [
    { name: "dopri5", label: "Dormand–Prince, adaptive", fixed: false },
    { name: "bosh3", label: "Bogacki–Shampine, adaptive", fixed: false },
    { name: "euler", label: "Euler", fixed: true },
    { name: "midpoint", label: "Midpoint", fixed: true },
    { name: "heun", label: "Heun", fixed: true },
    { name: "rk4", label: "Runge–Kutta 4", fixed: true },
    { name: "adamsBashforth", label: "Adams–Bashforth 2", fixed: true },
  ];

import { described, expected } from "../../errors";

/** Which kinds of methods each solver takes, and how it names them. */
const solvers = {
  solveOde: {
    kinds: ["fixed", "adaptive", "multistep"],
    what: "a method, such as dopri5() or euler({ steps: 20 })",
  },
  solveSde: {
    kinds: ["stochastic"],
    what: "a stochastic method, such as eulerMaruyama({ steps: 50 }) or stochasticHeun({ steps: 50 })",
  },
} as const;

/**
 * Checks what was given as the method of a solver.
 * @throws unless it is a method of the solver's kind, rather than its name, what makes it, or a method for
 * the other equation.
 */
export function assertMethod(method: unknown, solver: keyof typeof solvers): void {
  const { kinds, what } = solvers[solver];
  if (typeof method === "function") {
    throw expected(what, "a function", `It must be called: ${method.name || "method"}(…).`);
  }
  const kind = typeof method === "object" && method !== null && "kind" in method ? method.kind : undefined;
  if (kinds.some((one) => one === kind)) return;
  const other = solver === "solveOde" ? "solveSde" : "solveOde";
  throw solvers[other].kinds.some((one) => one === kind)
    ? expected(what, `a method for ${other}`)
    : expected(what, described(method));
}

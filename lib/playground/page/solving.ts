import { type Solver, solvers } from "../work/solver";
import { button, choice, el, newId, slider } from "./dom";

/** Controls for the solver and the seed, with "another sample". */
export interface SolvingControls {
  readonly another: HTMLElement;
  readonly details: HTMLElement;
  readonly solver: Solver;
  readonly seed: number;
}

const tolerances = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];

/** @param onChange called when something changed that asks for a new solve */
export function solvingControls(options: { readonly seed: number }, onChange: () => void): SolvingControls {
  let solver: Solver = { name: "dopri5", steps: 20, tolerance: 0.001 };
  let seed = options.seed;
  const set = (change: Partial<Solver>) => {
    solver = { ...solver, ...change };
    const { fixed } = solvers.find(({ name }) => name === solver.name)!;
    steps.element.hidden = !fixed;
    tolerance.element.hidden = fixed;
  };
  const method = choice(
    "Solver",
    solvers.map(({ name, label }) => ({ value: name, text: label })),
    (name) => {
      set({ name });
      onChange();
    },
  );
  const steps = slider({
    label: "Steps",
    min: 1,
    max: 50,
    step: 1,
    value: solver.steps,
    text: (value) => `${value}`,
    onInput: (value) => {
      set({ steps: value });
      onChange();
    },
  });
  const tolerance = slider({
    label: "Tolerance",
    min: 0,
    max: tolerances.length - 1,
    step: 1,
    value: tolerances.indexOf(solver.tolerance),
    text: (k) => `${tolerances[k]}`,
    onInput: (k) => {
      set({ tolerance: tolerances[k] });
      onChange();
    },
  });
  const number = el("input", {
    type: "number",
    min: "0",
    max: "999999",
    step: "1",
    value: `${seed}`,
    id: newId(),
  });
  number.addEventListener("change", () => {
    const value = Math.round(Number(number.value));
    seed = Number.isFinite(value) && value >= 0 ? Math.min(value, 999_999) : seed;
    number.value = `${seed}`;
    onChange();
  });
  const seedField = el(
    "div",
    { class: "play-field" },
    el("div", { class: "play-label" }, el("label", { for: number.id }, "Seed")),
    number,
  );
  set({});
  return {
    another: button(
      "Another sample",
      () => {
        seed = (seed + 1) % 1_000_000;
        number.value = `${seed}`;
        onChange();
      },
      { class: "play-main" },
    ),
    details: el(
      "details",
      { class: "play-more" },
      el("summary", {}, "Solver and seed"),
      el("div", { class: "play-fields" }, method.element, steps.element, tolerance.element, seedField),
    ),
    get solver() {
      return solver;
    },
    get seed() {
      return seed;
    },
  };
}

/** What a solve took, in words. */
export const spent = ({
  nfe,
  milliseconds,
  perEvaluation,
}: {
  nfe: number;
  milliseconds: number;
  perEvaluation: number;
}) => `${nfe} evaluations · ${Math.round(milliseconds)} ms · ${perEvaluation.toFixed(1)} ms each`;

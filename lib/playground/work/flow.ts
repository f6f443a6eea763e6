import type { NdArray } from "../../array";
import { throwIfStopped } from "../../errors";
import { bindField, type Field, makeField } from "../../fields/field";
import { solveOde } from "../../samplers/ode";
import type { InitialState } from "../../samplers/trajectory";
import { methodOf, type Solver } from "./solver";

/** What a piece of work may ask of the place where it runs. */
export interface Bench {
  /** The velocity of the model with this name. */
  velocity(model: string): Promise<Field>;
  /** Called with every state that is computed. */
  readonly onState?: (at: { readonly t: number; readonly x: Float32Array; readonly nfe: number }) => void;
  /** Lets other messages come in between two evaluations. */
  readonly pause?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

/** A flow that was solved, with states at equal distances in time. */
export interface Flow {
  readonly shape: readonly number[];
  readonly times: readonly number[];
  /** The state at each of the times; the last one is the end. */
  readonly states: readonly Float32Array[];
  readonly nfe: number;
  readonly steps: number;
  /** Milliseconds for all evaluations, and the median of one. */
  readonly milliseconds: number;
  readonly perEvaluation: number;
  readonly warnings: readonly string[];
}

const FRAMES = 24;

/** Solves the flow of a field, and keeps states on the way, which costs no evaluations. */
export async function solveFlow(
  b: Field,
  start: InitialState,
  { solver, bench }: { readonly solver: Solver; readonly bench: Bench },
): Promise<Flow> {
  const spent: number[] = [];
  const timed = makeField((xi) => {
    const bound = bindField(b, xi);
    return async (x: NdArray, t: number) => {
      await bench.pause?.();
      throwIfStopped(bench.signal, "The flow");
      const from = performance.now();
      const value = await bound(x, t);
      spent.push(performance.now() - from);
      return value;
    };
  });
  const times = Array.from({ length: FRAMES + 1 }, (_, k) => k / FRAMES);
  const { path, x, nfe, steps, warnings } = await solveOde(timed, start, {
    method: methodOf(solver),
    saveAt: times,
    signal: bench.signal,
    onStep: ({ t, x: state, nfe: so_far }) =>
      bench.onState?.({ t, x: Float32Array.from(state.data), nfe: so_far }),
  });
  const states = path.map((at) => Float32Array.from(at.x.data));
  states[states.length - 1] = Float32Array.from(x.data);
  return {
    shape: x.shape,
    times: path.map(({ t }) => t),
    states,
    nfe,
    steps,
    milliseconds: spent.reduce((sum, ms) => sum + ms, 0),
    perEvaluation: spent.sort((a, b2) => a - b2)[spent.length >> 1] ?? 0,
    warnings,
  };
}

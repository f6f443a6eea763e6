import { classBases } from "../../couplings/class-gaussian";
import { atBase, type Start } from "../../couplings/coupling";
import type { DiagonalGaussians } from "../../couplings/diagonal-gaussian";
import { independent } from "../../couplings/independent";
import { guided } from "../../fields/guided";
import { rng } from "../../random";
import { type Bench, type Flow, solveFlow } from "./flow";
import type { Solver } from "./solver";

/** Samples of a class that are asked for. */
export interface ClassRequest {
  /** `[n, h, w, c]` */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly label: number;
  readonly seed: number;
  /** The weight of guidance; 1 is none. Another one needs a model that can do without the label. */
  readonly guidance: number;
}

/** The starts: from N(0, Id) with the label shown, or from the Gaussians of the classes, without it. */
function classStarts({ shape, classes, label, seed }: ClassRequest, bases?: DiagonalGaussians): Start {
  const request = { shape, labels: new Int32Array(shape[0]).fill(label) };
  const coupling = bases ? classBases({ ...bases, labelled: false }) : independent({ classes });
  return coupling.start!(request, rng(seed));
}

/** Draws samples of a class. */
export async function drawClass(
  work: ClassRequest & { readonly model: string; readonly solver: Solver },
  bench: Bench & { bases(model: string): Promise<DiagonalGaussians | undefined> },
): Promise<Flow> {
  const plain = await bench.velocity(work.model);
  const b = work.guidance === 1 ? plain : guided(plain, { scale: work.guidance });
  const start = classStarts(work, await bench.bases(work.model));
  return solveFlow(b, atBase(start), { solver: work.solver, bench });
}

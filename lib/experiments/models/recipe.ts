import type { Coupling } from "../../couplings";
import type { Dataset, Samples } from "../../data";
import type { Network } from "../../networks";

/** How a model of the box is trained: everything but the time that it takes. */
export interface ModelRecipe {
  /** Also the name of its file in datasets/models. */
  readonly name: string;
  /** What it does, for headings. */
  readonly title: string;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  /** The data, what is learned from, and the coupling. */
  load(): Promise<ModelData>;
  network(given: ModelData): Network;
}

export interface ModelData {
  readonly data: Dataset;
  /** The training samples, mirrored ones included where mirroring makes sense. */
  readonly train: Samples;
  readonly coupling: Coupling;
}

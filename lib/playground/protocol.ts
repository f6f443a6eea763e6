import type { drawClass } from "./work/classes";
import type { Flow } from "./work/flow";
import type { fillHole } from "./work/in-painting";
import type { Plane, PlaneFlow } from "./work/plane";
import type { Sharpened, sharpen } from "./work/super-resolution";

/** What can be asked of the worker, by name: what it is given and what comes back. */
export interface Tasks {
  readonly "in-painting": { readonly given: Parameters<typeof fillHole>[0]; readonly result: Flow };
  readonly "super-resolution": { readonly given: Parameters<typeof sharpen>[0]; readonly result: Sharpened };
  readonly classes: { readonly given: Parameters<typeof drawClass>[0]; readonly result: Flow };
  readonly plane: { readonly given: Plane; readonly result: PlaneFlow };
}

export type TaskName = keyof Tasks;

/** Messages from the page to the worker. Texts are those of `toSevenBit`. */
export type ToWorker =
  | { readonly kind: "wasm"; readonly text: string }
  | { readonly kind: "model"; readonly name: string; readonly text: string }
  | { readonly kind: "stop"; readonly job: number }
  | {
      readonly [Name in TaskName]: {
        readonly kind: "task";
        readonly job: number;
        readonly name: Name;
        readonly given: Tasks[Name]["given"];
      };
    }[TaskName];

/** Messages from the worker to the page. */
export type FromWorker =
  | { readonly kind: "ready"; readonly milliseconds: number }
  | { readonly kind: "broken"; readonly message: string }
  | {
      readonly kind: "state";
      readonly job: number;
      readonly t: number;
      readonly x: Float32Array;
      readonly nfe: number;
    }
  | { readonly kind: "done"; readonly job: number; readonly result: Tasks[TaskName]["result"] }
  | { readonly kind: "failed"; readonly job: number; readonly message: string; readonly stopped: boolean };

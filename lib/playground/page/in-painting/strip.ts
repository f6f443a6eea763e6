import type { Flow } from "../../work/flow";
import { button, el } from "../dom";
import { type PictureSize, pictureView, stateAt } from "../picture";

const TIMES = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** States of the flows at a few times, side by side, each a button that goes there. */
export interface Strip {
  readonly elements: readonly HTMLElement[];
  /** Empties the frames. */
  clear(): void;
  /** Fills the frames by the flows, one for each model. */
  fill(flows: readonly Flow[]): void;
  /** Marks the frame of this time, if there is one. */
  mark(t: number): void;
}

/** @param onTime called with the time of a frame that was pressed */
export function strip(
  { models, size }: { readonly models: number; readonly size: PictureSize },
  onTime: (t: number) => void,
): Strip {
  const frames = TIMES.map((at) => {
    const views = Array.from({ length: models }, () => pictureView(size, { "aria-hidden": "true" }));
    const frame = button("", () => onTime(at), {
      class: "play-frame",
      "aria-label": `State at t = ${at}`,
      "aria-pressed": "false",
    });
    const words = el("span", { "aria-hidden": "true" }, at === 0 ? "t = 0" : `${at}`);
    frame.append(...views.map(({ element }) => element), words);
    return { at, views, frame };
  });
  return {
    elements: frames.map(({ frame }) => frame),
    clear() {
      for (const { element } of frames.flatMap(({ views }) => views)) element.dataset["empty"] = "true";
    },
    fill(flows) {
      for (const { at, views } of frames) {
        views.forEach(({ element, draw }, k) => {
          draw(stateAt(flows[k], at));
          delete element.dataset["empty"];
        });
      }
    },
    mark(t) {
      for (const { at, frame } of frames) {
        frame.setAttribute("aria-pressed", `${Math.abs(t - at) < 0.005}`);
      }
    },
  };
}

import type { Flow } from "../../work/flow";
import { el } from "../dom";
import { type PictureSize, pictureView, stateAt, type Timeline, timeline } from "../picture";
import { strip } from "./strip";

/** The pictures with their holes, on the way to being filled: one for each model. */
export interface Stage {
  /** The first of the pictures, to be painted on. */
  readonly first: HTMLElement;
  readonly time: Timeline;
  /** What there is to say, below the pictures. */
  readonly status: HTMLElement;
  /** Shows the starts of each model, and the values of the picture without its hole. */
  showStarts(starts: readonly Float32Array[], original: Float32Array): void;
  /** Shows how far a model has come. */
  showState(
    model: number,
    state: { readonly t: number; readonly x: Float32Array; readonly nfe: number },
  ): void;
  /** Takes the flows of all models, to be shown at any time. */
  take(flows: readonly Flow[]): void;
  /** All of it, with `surface` in the place of the first picture. */
  around(surface: HTMLElement): HTMLElement;
}

export function stage({
  labels,
  size,
}: {
  /** The name of each model. */
  readonly labels: readonly string[];
  readonly size: PictureSize;
}): Stage {
  let flows: readonly Flow[] = [];
  let starts: readonly Float32Array[] = [];
  const views = labels.map(() => pictureView(size));
  const original = pictureView(size, { role: "img", "aria-label": "The picture without its hole" });
  const status = el("p", { class: "play-status", role: "status" });
  const time = timeline(["noise in the hole", "filled"], (t) => {
    views.forEach((view, k) => {
      const flow: Flow | undefined = flows[k];
      view.draw(flow ? stateAt(flow, t) : starts[k]);
    });
    frames.mark(t);
  });
  const frames = strip({ models: labels.length, size }, (t) => {
    time.stop();
    time.follow(t);
  });
  return {
    first: views[0].element,
    time,
    status,
    showStarts(from, values) {
      time.stop();
      flows = [];
      starts = from;
      time.follow(0);
      original.draw(values);
      frames.clear();
    },
    showState(model, { t, x, nfe }) {
      views[model].draw(x);
      status.textContent = `t = ${t.toFixed(2)} · ${nfe} evaluations`;
    },
    take(found) {
      flows = found;
      frames.fill(found);
    },
    around(surface) {
      // One model fills the stage; several stand side by side, each under its name.
      const pictures = [surface, ...views.slice(1).map(({ element }) => element)];
      const beside = pictures.map((picture, k) =>
        el("figure", { class: "play-beside" }, picture, el("figcaption", {}, labels[k])),
      );
      return el(
        "div",
        { class: "play-stage" },
        el("div", { class: "play-row" }, ...(pictures.length > 1 ? beside : [surface])),
        time.element,
        el(
          "div",
          { class: "play-strip" },
          ...frames.elements,
          el("figure", { class: "play-frame" }, original.element, el("figcaption", {}, "original")),
        ),
        status,
      );
    },
  };
}

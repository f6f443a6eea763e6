import type { ClassesPlay } from "../spec";
import type { Flow } from "../work/flow";
import { el, later, segments, slider } from "./dom";
import { type PictureSize, pictureView, stateAt, timeline } from "./picture";
import { attempt, type Place } from "./place";
import { solvingControls, spent } from "./solving";

/** Samples a row. */
const SAMPLES = 6;

/** Ask for a class, and see what each model draws. */
export async function askForClass(play: ClassesPlay, place: Place): Promise<HTMLElement> {
  const [h, w, channels] = play.shape;
  const size: PictureSize = [h, w, channels];
  const owner = {};
  let label = Math.min(3, play.classes.length - 1);
  let guidance = 1;
  let flows: (Flow | undefined)[] = play.models.map(() => undefined);

  const rows = play.models.map((model) => ({ ...model, ...sampleRow(model.label, size) }));
  const status = el("p", { class: "play-status", role: "status" });
  const given = () => ({
    shape: [SAMPLES, h, w, channels],
    classes: play.classes.length,
    label,
    seed: controls.seed,
    guidance,
  });
  const show = (t: number) => {
    rows.forEach((row, k) => {
      const flow = flows[k];
      if (flow) row.draw(stateAt(flow, t));
    });
  };
  const solve = async () => {
    place.state("solving");
    time.stop();
    const found = await Promise.all(
      rows.map((row, k) =>
        place.runtime.run(
          "classes",
          { ...given(), guidance: row.guidance ? guidance : 1, model: row.model, solver: controls.solver },
          {
            owner,
            slot: `${k}`,
            onState({ x, t }) {
              row.draw(x);
              status.textContent = `Drawing ${play.classes[label]} … t = ${t.toFixed(2)}`;
            },
          },
        ),
      ),
    );
    flows = found;
    found.forEach((flow, k) => {
      rows[k].say(spent(flow));
    });
    status.textContent = `Six samples of ${play.classes[label]} by each model`;
    const ends = found.map(({ states }) => states[states.length - 1]);
    place.state("done", {
      ...given(),
      solver: controls.solver,
      ends,
      starts: found.map(({ states }) => states[0]),
    });
    time.play();
  };
  const soon = later(() => void attempt(solve, { place, status }), 150);

  const asked = segments(
    "Class",
    play.classes.map((text, k) => ({ value: `${k}`, text })),
    (value) => {
      label = Number(value);
      soon.call();
    },
  );
  asked.set(`${label}`);
  const guidable = rows.filter((row) => row.guidance);
  const weight = slider({
    label: guidable.length < rows.length ? `Guidance of “${guidable[0]?.label}”` : "Guidance",
    min: 0,
    max: 4,
    step: 0.1,
    value: 1,
    text: (value) => (value === 1 ? "1, none" : value === 0 ? "0, no label" : `${value}`),
    onInput(value) {
      guidance = value;
      soon.call();
    },
  });
  const time = timeline(["start", "samples"], show);
  const controls = solvingControls({ seed: play.seed }, () => soon.call());
  const element = el(
    "div",
    { class: "play play-wide" },
    el("div", { class: "play-ask" }, asked.element, controls.another),
    guidable.length > 0 && weight.element,
    ...rows.map(({ element: row }) => row),
    time.element,
    status,
    controls.details,
  );
  soon.now();
  return element;
}

/** A row of samples under the name of their model. */
function sampleRow(label: string, size: PictureSize) {
  const length = size[0] * size[1] * size[2];
  const views = Array.from({ length: SAMPLES }, () => pictureView(size));
  const said = el("span", { class: "play-spent" });
  return {
    element: el(
      "div",
      { class: "play-samples", role: "img", "aria-label": `Samples, ${label}` },
      el("div", { class: "play-samples-label" }, el("strong", {}, label), said),
      el("div", { class: "play-samples-row" }, ...views.map(({ element }) => element)),
    ),
    /** Draws the samples `[n, h, w, c]`. */
    draw(values: Float32Array) {
      views.forEach((view, k) => {
        view.draw(values.subarray(k * length, (k + 1) * length));
      });
    },
    /** Says something beside the name. */
    say(text: string) {
      said.textContent = text;
    },
  };
}

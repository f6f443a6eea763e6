import { latents, type Plane, planeAtFirst, schedules } from "../../work/plane";
import { button, choice, el, segments, slider } from "../dom";

/** The controls beside the drawing. */
export interface PlaneControls {
  readonly elements: {
    readonly pairs: readonly HTMLElement[];
    readonly flow: readonly HTMLElement[];
  };
  /** Shows what the plane is now. */
  follow(plane: Plane): void;
}

export interface PlaneControlsOptions {
  /** The plane as it is now. */
  readonly plane: () => Plane;
  /** Called with what a control changed. */
  readonly change: (changed: Partial<Plane>) => void;
  /** Called when another coupling was chosen. */
  readonly onPreset: () => void;
}

export function planeControls({ plane, change, onPreset }: PlaneControlsOptions): PlaneControls {
  const preset = segments(
    "Coupling",
    [
      { value: "independent", text: "Independent", hint: "Any base mode with any data mode" },
      { value: "matched", text: "Matched", hint: "Each base mode with a data mode that is near" },
      { value: "shifted", text: "Shifted", hint: "Each base mode with the next data mode: a bad choice" },
    ],
    (name) => {
      change(presets[name]);
      onPreset();
    },
  );
  const free = slider({
    label: "Share of independent pairs",
    min: 0,
    max: 10,
    step: 1,
    value: plane().free,
    text: (value) => `${value * 10} %`,
    onInput: (value) => change({ free: value }),
  });
  const epsilon = slider({
    label: "ε, noise of the SDE",
    min: 0,
    max: 2,
    step: 0.1,
    value: 0,
    text: (value) => (value === 0 ? "0: the flow" : `${value}`),
    onInput: (value) => change({ epsilon: value }),
  });
  const schedule = choice("α, β", named(schedules), (value) => change({ schedule: value }));
  const latent = choice("γ", named(latents), (value) => change({ latent: value }));
  const labelled = toggle("The velocity sees the data mode", (on) => change({ labelled: on }));
  const densities = toggle("Densities", (on) => change({ densities: on }));
  return {
    elements: {
      pairs: [preset.element, free.element, labelled.element, densities.element],
      flow: [
        el("div", { class: "play-pair" }, schedule.element, latent.element),
        epsilon.element,
        el(
          "div",
          { class: "play-buttons" },
          button("Other points", () => change({ seed: plane().seed + 1 })),
          button("Reset", () => change(planeAtFirst)),
        ),
      ],
    },
    follow(now) {
      preset.set(presetOf(now));
      free.set(now.free);
      labelled.input.checked = now.labelled;
      densities.input.checked = now.densities;
      schedule.select.value = now.schedule;
      latent.select.value = now.latent;
      epsilon.set(now.epsilon);
    },
  };
}

const presets: Readonly<Record<string, Pick<Plane, "free" | "partner">>> = {
  independent: { free: 10, partner: [0, 1, 2] },
  matched: { free: 0, partner: [0, 1, 2] },
  shifted: { free: 0, partner: [1, 2, 0] },
};

/** The name of the coupling, if it is one of those to choose from. Without pairs, partners don't matter. */
const presetOf = ({ free, partner }: Plane): string =>
  Object.entries(presets).find(
    ([, preset]) => preset.free === free && (free === 10 || partner.join() === preset.partner.join()),
  )?.[0] ?? "";

function toggle(text: string, on: (checked: boolean) => void) {
  const input = el("input", { type: "checkbox" });
  input.addEventListener("change", () => on(input.checked));
  return { element: el("label", { class: "play-check" }, input, text), input };
}

const named = (record: object) => Object.keys(record).map((value) => ({ value, text: value }));

import type { SuperResolutionPlay } from "../spec";
import { bicubicOf, type Sharpened, smallPairs } from "../work/super-resolution";
import { el, later, slider } from "./dom";
import { gallery } from "./gallery";
import { type PictureSize, type PictureView, pictureView, stateAt, timeline, valuesOf } from "./picture";
import { attempt, carriedPixels, type Place } from "./place";
import { solvingControls, spent } from "./solving";

/** A small picture, enlarged by cubic convolution and by the model. */
export async function sharpenPicture(play: SuperResolutionPlay, place: Place): Promise<HTMLElement> {
  const [, h, w, channels] = play.pictures.shape;
  const { factor } = play;
  const size: PictureSize = [h, w, channels];
  const pictures = await carriedPixels(play.pictures);
  const owner = {};
  let sigma = play.sigma;
  let flows: (Sharpened | undefined)[] = play.models.map(() => undefined);
  let start: ArrayLike<number> = [];

  const shown = pictureViews({ size, factor, labels: play.models.map(({ label }) => label) });
  const status = el("p", { class: "play-status", role: "status" });
  const given = () => ({
    shape: [1, h, w, channels],
    pixels: pictured.pixels,
    factor,
    sigma,
    seed: controls.seed,
  });

  const showStart = () => {
    time.stop();
    flows = play.models.map(() => undefined);
    start = smallPairs(given()).x0.data;
    const known = bicubicOf(given());
    shown.small.draw(known.small.data);
    shown.cubic.draw(known.large.data);
    shown.original.draw(valuesOf(pictured.pixels));
    time.follow(0);
  };
  const show = (t: number) => {
    shown.sharpened.forEach((view, k) => {
      const flow = flows[k];
      view.draw(flow ? stateAt(flow, t) : start);
    });
  };
  const solve = async () => {
    place.state("solving");
    const found = await Promise.all(
      play.models.map(({ model }, k) =>
        place.runtime.run(
          "super-resolution",
          { ...given(), model, solver: controls.solver },
          {
            owner,
            slot: `${k}`,
            onState({ t, x, nfe }) {
              shown.sharpened[k].draw(x);
              status.textContent = `t = ${t.toFixed(2)} · ${nfe} evaluations`;
            },
          },
        ),
      ),
    );
    flows = found;
    status.textContent = found.map(spent).join(" | ");
    const [{ states, nfe }] = found;
    place.state("done", {
      ...given(),
      solver: controls.solver,
      start,
      end: states[states.length - 1],
      nfe,
    });
    time.play();
  };
  const soon = later(() => void attempt(solve, { place, status }), 200);
  const again = () => {
    showStart();
    soon.call();
  };

  const noise = slider({
    label: "σ, the noise at the start",
    min: 0,
    max: 0.5,
    step: 0.01,
    value: sigma,
    text: (value) => (value === play.sigma ? `${value}, as trained` : `${value}`),
    onInput(value) {
      sigma = value;
      again();
    },
  });
  const time = timeline(["enlarged, with noise", "sharpened"], show);
  const controls = solvingControls({ seed: play.seed }, again);
  const pictured = gallery({ pictures, names: play.pictures.names, size }, again);
  const element = el(
    "div",
    { class: "play" },
    el("div", { class: "play-stage" }, shown.element, time.element, status),
    el(
      "div",
      { class: "play-side" },
      el("div", { class: "play-buttons" }, controls.another),
      pictured.element,
      noise.element,
      controls.details,
    ),
  );
  showStart();
  soon.now();
  return element;
}

/** The small picture, enlarged by cubic convolution and by each model, and the original. */
function pictureViews({
  size,
  factor,
  labels,
}: {
  readonly size: PictureSize;
  readonly factor: number;
  readonly labels: readonly string[];
}) {
  const [h, w, channels] = size;
  const view = (of: PictureSize, label: string) => pictureView(of, { role: "img", "aria-label": label });
  const small = view([h / factor, w / factor, channels], "The small picture");
  const cubic = view(size, "The small picture enlarged by bicubic interpolation");
  const sharpened = labels.map((label) => view(size, `Sharpened, ${label}`));
  const original = view(size, "The original");
  const captioned = ({ element }: PictureView, caption: string) =>
    el("figure", { class: "play-beside" }, element, el("figcaption", {}, caption));
  return {
    small,
    cubic,
    sharpened,
    original,
    element: el(
      "div",
      { class: "play-four" },
      captioned(small, `small, ${w / factor} × ${h / factor}`),
      captioned(cubic, "bicubic"),
      ...sharpened.map((one, k) => captioned(one, labels.length > 1 ? labels[k] : "sharpened by the model")),
      captioned(original, "original"),
    ),
  };
}

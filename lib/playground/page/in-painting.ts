import { fromBase64 } from "../packing/base64";
import type { InPaintingPlay } from "../spec";
import type { Flow } from "../work/flow";
import { holePairs, tiledKeep } from "../work/in-painting";
import { brush } from "./brush";
import { button, el, later, segments, slider } from "./dom";
import { gallery } from "./gallery";
import { type PictureSize, pictureView, stateAt, timeline, valuesOf } from "./picture";
import { attempt, carriedPixels, type Place } from "./place";
import { solvingControls, spent } from "./solving";

const STRIP = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Paint a hole, and see it filled. */
export async function paintHole(play: InPaintingPlay, place: Place): Promise<HTMLElement> {
  const [, h, w, channels] = play.pictures.shape;
  const size: PictureSize = [h, w, channels];
  const pictures = await carriedPixels(play.pictures);
  const keep = fromBase64(play.keep);
  let flows: (Flow | undefined)[] = play.models.map(() => undefined);
  let start = new Float32Array();
  let tileSeed = play.seed;

  const views = play.models.map(({ label }) => ({ label, view: pictureView(size) }));
  const status = el("p", { class: "play-status", role: "status" });
  const hole = () => ({ shape: [1, h, w, channels], pixels: pictured.pixels, keep, seed: controls.seed });

  /** Shows the start, as the library's coupling draws it. */
  const showStart = () => {
    time.stop();
    flows = play.models.map(() => undefined);
    start = Float32Array.from(holePairs(hole()).x0.data);
    time.follow(0);
    original.draw(valuesOf(pictured.pixels));
    for (const { view } of strip) view.element.dataset["empty"] = "true";
  };

  const show = (t: number) => {
    views.forEach(({ view }, k) => {
      const flow = flows[k];
      view.draw(flow ? stateAt(flow, t) : start);
    });
    for (const { at, button: made } of strip)
      made.setAttribute("aria-pressed", `${Math.abs(t - at) < 0.005}`);
  };

  const solve = async () => {
    if (!keep.includes(0)) {
      status.textContent = "Paint over a part of the picture: that is the hole.";
      return;
    }
    place.state("solving");
    const solving = play.models.map(({ model }, k) =>
      place.runtime.run(
        "in-painting",
        { ...hole(), model, solver: controls.solver },
        {
          owner: keep,
          slot: `${k}`,
          onState: ({ t, x, nfe }) => {
            views[k].view.draw(x);
            status.textContent = `t = ${t.toFixed(2)} · ${nfe} evaluations`;
          },
        },
      ),
    );
    const found = await Promise.all(solving);
    flows = found;
    for (const { at, view } of strip) {
      view.draw(stateAt(found[0], at));
      delete view.element.dataset["empty"];
    }
    const end = found[0].states[found[0].states.length - 1];
    const known = valuesOf(pictured.pixels);
    const changed = end.filter((value, e) => keep[Math.floor(e / channels)] && value !== known[e]).length;
    status.textContent = `${found.map(spent).join(" | ")} · ${changed === 0 ? "no known pixel" : changed} changed`;
    if (found[0].warnings.length > 0) status.textContent += ` · ${found[0].warnings[0]}`;
    place.state("done", {
      ...hole(),
      keep: keep.slice(),
      solver: controls.solver,
      start,
      end,
      nfe: found[0].nfe,
      perEvaluation: found[0].perEvaluation,
    });
    surface.outline(false);
    time.play();
  };
  const soon = later(() => void attempt(solve, { place, status }), 250);
  const again = () => {
    showStart();
    soon.call();
  };

  const time = timeline(["noise in the hole", "filled"], show);
  const controls = solvingControls({ seed: play.seed }, again);
  const pictured = gallery({ pictures, names: play.pictures.names, size }, again);
  const original = pictureView(size, { role: "img", "aria-label": "The picture without its hole" });
  const strip = STRIP.map((at) => {
    const view = pictureView(size, { "aria-hidden": "true" });
    const made = button(
      "",
      () => {
        time.stop();
        time.follow(at);
      },
      { class: "play-frame", "aria-label": `State at t = ${at}`, "aria-pressed": "false" },
    );
    made.append(view.element, el("span", { "aria-hidden": "true" }, at === 0 ? "t = 0" : `${at}`));
    return { at, view, button: made };
  });

  const surface = brush({
    h,
    w,
    below: views[0].view.element,
    keep,
    onStroke() {
      surface.outline(true);
      showStart();
    },
    onEnd: () => soon.call(),
  });
  const others = views
    .slice(1)
    .map(({ label, view }) =>
      el("figure", { class: "play-beside" }, view.element, el("figcaption", {}, label)),
    );
  const mode = segments(
    "Brush",
    [
      { value: "hole", text: "Paint a hole" },
      { value: "known", text: "Make known" },
    ],
    (value) => {
      surface.restoring = value === "known";
    },
  );
  const radius = slider({
    label: "Brush size",
    min: 0,
    max: 6,
    step: 1,
    value: 1,
    text: (value) => `${2 * value + 1} pixels`,
    onInput: (value) => {
      surface.radius = value;
    },
  });
  const refill = (fill: () => void) => () => {
    fill();
    surface.outline(true);
    again();
  };

  const element = el(
    "div",
    { class: "play" },
    el(
      "div",
      { class: "play-stage" },
      el("div", { class: "play-row" }, surface.element, ...others),
      time.element,
      el(
        "div",
        { class: "play-strip" },
        ...strip.map(({ button: made }) => made),
        el("figure", { class: "play-frame" }, original.element, el("figcaption", {}, "original")),
      ),
      status,
    ),
    el(
      "div",
      { class: "play-side" },
      mode.element,
      radius.element,
      el(
        "div",
        { class: "play-buttons" },
        controls.another,
        button(
          "Tiles",
          refill(() => keep.set(tiledKeep({ h, w }, ++tileSeed))),
          { title: "Tiles as in the paper: each with probability 0.3" },
        ),
        button("Clear", () => {
          keep.fill(1);
          surface.outline(false);
          showStart();
          status.textContent = "Paint over a part of the picture: that is the hole.";
        }),
      ),
      pictured.element,
      controls.details,
    ),
  );
  showStart();
  soon.now();
  return element;
}

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
  let starts: readonly Float32Array[] = [];
  let tileSeed = play.seed;

  const views = play.models.map(({ label }) => ({ label, view: pictureView(size) }));
  const status = el("p", { class: "play-status", role: "status" });
  const hole = () => ({ shape: [1, h, w, channels], pixels: pictured.pixels, keep, seed: controls.seed });

  /** Shows the starts, as the library's couplings draw them. */
  const showStart = () => {
    time.stop();
    flows = play.models.map(() => undefined);
    starts = play.models.map(({ uncoupled }) => Float32Array.from(holePairs(hole(), uncoupled).x0.data));
    time.follow(0);
    original.draw(valuesOf(pictured.pixels));
    for (const { view } of strip.flatMap(({ shown }) => shown)) view.element.dataset["empty"] = "true";
  };

  const show = (t: number) => {
    views.forEach(({ view }, k) => {
      const flow = flows[k];
      view.draw(flow ? stateAt(flow, t) : starts[k]);
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
    const solving = play.models.map(({ model, uncoupled }, k) =>
      place.runtime.run(
        "in-painting",
        { ...hole(), model, uncoupled, solver: controls.solver },
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
    for (const { at, shown } of strip) {
      shown.forEach(({ view, of }) => {
        view.draw(stateAt(found[of], at));
        delete view.element.dataset["empty"];
      });
    }
    const ends = found.map(({ states }) => states[states.length - 1]);
    const known = valuesOf(pictured.pixels);
    const lines = found.map((flow, k) => {
      const name = found.length > 1 ? `${play.models[k].label}: ` : "";
      return [
        `${name}${spent(flow)}`,
        changesOf(ends[k], { known, keep, channels }),
        ...flow.warnings.slice(0, 1),
      ];
    });
    status.replaceChildren(...lines.map((parts) => el("span", { class: "play-line" }, parts.join(" · "))));
    place.state("done", {
      ...hole(),
      keep: keep.slice(),
      solver: controls.solver,
      start: starts[0],
      end: ends[0],
      starts,
      ends,
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
    const shown = play.models.map((_, of) => ({ of, view: pictureView(size, { "aria-hidden": "true" }) }));
    const made = button(
      "",
      () => {
        time.stop();
        time.follow(at);
      },
      { class: "play-frame", "aria-label": `State at t = ${at}`, "aria-pressed": "false" },
    );
    const words = el("span", { "aria-hidden": "true" }, at === 0 ? "t = 0" : `${at}`);
    made.append(...shown.map(({ view }) => view.element), words);
    return { at, shown, button: made };
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
  // One model fills the stage; several stand side by side, each under its name.
  const beside = views.map(({ label, view }, k) =>
    el(
      "figure",
      { class: "play-beside" },
      k === 0 ? surface.element : view.element,
      el("figcaption", {}, label),
    ),
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
      el("div", { class: "play-row" }, ...(views.length > 1 ? beside : [surface.element])),
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

/** How many known pixels an end has changed, and by how much at most, on a scale of 0 to 255. */
function changesOf(
  end: Float32Array,
  { known, keep, channels }: { known: Float32Array; keep: Uint8Array; channels: number },
): string {
  const changed = new Set<number>();
  let most = 0;
  end.forEach((value, e) => {
    const pixel = Math.floor(e / channels);
    if (!keep[pixel] || value === known[e]) return;
    changed.add(pixel);
    most = Math.max(most, 127.5 * Math.abs(value - known[e]));
  });
  const total = keep.reduce((sum, value) => sum + value, 0);
  if (changed.size === 0) return "no known pixel changed";
  return `${changed.size} of ${total} known pixels changed, by up to ${most.toFixed(0)} of 255`;
}

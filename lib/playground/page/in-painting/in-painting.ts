import { fromBase64 } from "../../packing/base64";
import type { InPaintingPlay } from "../../spec";
import type { Flow } from "../../work/flow";
import { holePairs, tiledKeep } from "../../work/in-painting";
import { button, el, later } from "../dom";
import { gallery } from "../gallery";
import { type PictureSize, valuesOf } from "../picture";
import { attempt, carriedPixels, type Place } from "../place";
import { solvingControls } from "../solving";
import { brush } from "./brush";
import { brushControls } from "./brush-controls";
import { linesOf } from "./lines";
import { stage } from "./stage";

const noHole = "Paint over a part of the picture: that is the hole.";

/** Paint a hole, and see it filled. */
export async function paintHole(play: InPaintingPlay, place: Place): Promise<HTMLElement> {
  const [, h, w, channels] = play.pictures.shape;
  const size: PictureSize = [h, w, channels];
  const pictures = await carriedPixels(play.pictures);
  const keep = fromBase64(play.keep);
  const labels = play.models.map(({ label }) => label);
  let starts: readonly Float32Array[] = [];
  let tileSeed = play.seed;

  const shown = stage({ labels, size });
  const { status, time } = shown;
  const hole = () => ({ shape: [1, h, w, channels], pixels: pictured.pixels, keep, seed: controls.seed });

  /** Shows the starts, as the library's couplings draw them. */
  const showStart = () => {
    starts = play.models.map(({ uncoupled }) => Float32Array.from(holePairs(hole(), uncoupled).x0.data));
    shown.showStarts(starts, valuesOf(pictured.pixels));
  };
  const solve = async () => {
    if (!keep.includes(0)) {
      status.textContent = noHole;
      return;
    }
    place.state("solving");
    const solving = play.models.map(({ model, uncoupled }, k) =>
      place.runtime.run(
        "in-painting",
        { ...hole(), model, uncoupled, solver: controls.solver },
        { owner: keep, slot: `${k}`, onState: (state) => shown.showState(k, state) },
      ),
    );
    showFilled(await Promise.all(solving));
  };
  const showFilled = (found: readonly Flow[]) => {
    shown.take(found);
    const lines = linesOf(found, { labels, known: valuesOf(pictured.pixels), keep, channels });
    status.replaceChildren(...lines.map((line) => el("span", { class: "play-line" }, line)));
    const ends = found.map(({ states }) => states[states.length - 1]);
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

  const controls = solvingControls({ seed: play.seed }, again);
  const pictured = gallery({ pictures, names: play.pictures.names, size }, again);
  const surface = brush({
    h,
    w,
    below: shown.first,
    keep,
    onStroke() {
      surface.outline(true);
      showStart();
    },
    onEnd: () => soon.call(),
  });
  const tiles = () => {
    keep.set(tiledKeep({ h, w }, ++tileSeed));
    surface.outline(true);
    again();
  };
  const clear = () => {
    keep.fill(1);
    surface.outline(false);
    showStart();
    status.textContent = noHole;
  };
  const element = el(
    "div",
    { class: "play" },
    shown.around(surface.element),
    el(
      "div",
      { class: "play-side" },
      ...brushControls(surface),
      el(
        "div",
        { class: "play-buttons" },
        controls.another,
        button("Tiles", tiles, { title: "Tiles as in the paper: each with probability 0.3" }),
        button("Clear", clear),
      ),
      pictured.element,
      controls.details,
    ),
  );
  showStart();
  soon.now();
  return element;
}

import type { PlanePlay } from "../../spec";
import { type Plane, type PlaneFlow, planeAtFirst } from "../../work/plane";
import { el } from "../dom";
import { timeline } from "../picture";
import { attempt, type Place } from "../place";
import { planeControls } from "./controls";
import { planeHandles } from "./handles";
import { ladder } from "./ladder";
import { planePicture } from "./picture";

/** A coupling in the plane: drag its modes and its pairs, and see the flow that it induces. */
export async function couplingInPlane(play: PlanePlay, place: Place): Promise<HTMLElement> {
  const owner = {};
  let plane: Plane = { ...planeAtFirst, seed: play.seed };
  let flow: PlaneFlow | undefined;
  let busy = false;
  let stale = false;

  const picture = planePicture();
  const bars = ladder();
  const status = el("p", { class: "play-status", role: "status" });
  const draw = (t: number) => picture.draw(flow, t);

  /** Computes the flow, and again if something changed meanwhile; never two at once. */
  const solve = async () => {
    if (busy) {
      stale = true;
      return;
    }
    busy = true;
    place.state("solving");
    const asked = plane;
    await attempt(
      async () => {
        flow = await place.runtime.run("plane", asked, { owner });
        if (!handles.dragging) time.follow(time.t === 0 ? 1 : time.t);
        draw(time.t);
        bars.show(flow);
        const milliseconds = Math.round(flow.milliseconds);
        status.textContent = `${flow.nfe} evaluations of the exact velocity for ${flow.labels.length} points · ${milliseconds} ms`;
        if (!stale) place.state("done", { ...asked, flow });
      },
      { place, status },
    );
    busy = false;
    if (stale) {
      stale = false;
      void solve();
    }
  };
  const follow = () => {
    handles.follow(plane);
    controls.follow(plane);
  };
  const change = (changed: Partial<Plane>) => {
    plane = { ...plane, ...changed };
    follow();
    void solve();
  };

  const time = timeline(["base", "data"], draw, 2200);
  const handles = planeHandles(picture.canvas, { plane: () => plane, change });
  const controls = planeControls({
    plane: () => plane,
    change,
    onPreset() {
      if (!handles.dragging) time.play();
    },
  });
  const element = el(
    "div",
    { class: "play" },
    el("div", { class: "play-stage" }, handles.element, time.element, status),
    el("div", { class: "play-side" }, ...controls.elements.pairs, bars.element, ...controls.elements.flow),
  );
  follow();
  await solve();
  time.play();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(time.t));
  return element;
}

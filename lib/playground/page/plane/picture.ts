import { GRID, type PlaneFlow } from "../../work/plane";
import { el } from "../dom";
import { colours, px, py, SIDE, type XY } from "./axes";

/** The drawing of a flow in the plane. */
export interface PlanePicture {
  readonly canvas: HTMLCanvasElement;
  /** Draws the flow up to time t, or nothing while there is none. */
  draw(flow: PlaneFlow | undefined, t: number): void;
}

export function planePicture(): PlanePicture {
  const canvas = el("canvas", {
    width: SIDE,
    height: SIDE,
    class: "play-plane",
    role: "img",
    "aria-label":
      "Modes of the base on the left, of the data on the right; pairs as thin lines, the flow coloured",
  });
  const context = canvas.getContext("2d")!;
  return {
    canvas,
    draw(flow, t) {
      context.clearRect(0, 0, SIDE, SIDE);
      if (!flow) return;
      const style = getComputedStyle(canvas);
      const last = t * (flow.times.length - 1);
      if (flow.densities) {
        drawDensity(context, flow.densities[Math.round(last)], style.getPropertyValue("--accent"));
      }
      drawPairs(context, flow, style.getPropertyValue("--ink"));
      for (let mode = 0; mode < colours.length; mode++) {
        context.strokeStyle = colours[mode];
        context.fillStyle = colours[mode];
        drawPaths(context, flow, { mode, last });
        drawPoints(context, flow, { mode, last });
      }
      context.globalAlpha = 1;
    },
  };
}

/** Shades the plane, the darker the higher the density. */
function drawDensity(context: CanvasRenderingContext2D, density: Float32Array, colour: string): void {
  const cell = SIDE / GRID;
  const most = density.reduce((a, b) => Math.max(a, b), 0);
  context.fillStyle = colour;
  for (let e = 0; e < density.length; e++) {
    const share = Math.sqrt(density[e] / most);
    if (share < 0.02) continue;
    context.globalAlpha = 0.45 * share;
    context.fillRect((e % GRID) * cell, SIDE - (Math.floor(e / GRID) + 1) * cell, cell + 0.5, cell + 0.5);
  }
  context.globalAlpha = 1;
}

/** Joins a third of the pairs by thin lines. */
function drawPairs(context: CanvasRenderingContext2D, { labels, x0, x1 }: PlaneFlow, ink: string): void {
  context.globalAlpha = 0.1;
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i < labels.length; i += 3) {
    context.moveTo(px(x0[2 * i]), py(x0[2 * i + 1]));
    context.lineTo(px(x1[2 * i]), py(x1[2 * i + 1]));
  }
  context.stroke();
}

/** The points of a flow that end at a data mode, up to a fraction of the way through its states. */
interface Part {
  readonly mode: number;
  readonly last: number;
}

/** Draws the paths of a third of the points. */
function drawPaths(context: CanvasRenderingContext2D, flow: PlaneFlow, { mode, last }: Part): void {
  const { states, ends } = flow;
  const whole = Math.floor(last + 1e-9);
  context.globalAlpha = 0.4;
  context.lineWidth = 1.3;
  context.beginPath();
  for (let i = 0; i < ends.length; i += 3) {
    if (ends[i] !== mode) continue;
    for (let k = 0; k <= whole; k++) {
      const [x, y] = [px(states[k][2 * i]), py(states[k][2 * i + 1])];
      if (k === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    const [x, y] = pointAt(flow, i, last);
    context.lineTo(px(x), py(y));
  }
  context.stroke();
}

/** Draws the points where they are. */
function drawPoints(context: CanvasRenderingContext2D, flow: PlaneFlow, { mode, last }: Part): void {
  context.globalAlpha = 0.9;
  context.beginPath();
  for (let i = 0; i < flow.ends.length; i++) {
    if (flow.ends[i] !== mode) continue;
    const [x, y] = pointAt(flow, i, last);
    context.moveTo(px(x) + 2.4, py(y));
    context.arc(px(x), py(y), 2.4, 0, 2 * Math.PI);
  }
  context.fill();
}

/** Where point i is, at a fraction of the way through the states. */
function pointAt({ states }: PlaneFlow, i: number, at: number): XY {
  const k = Math.min(states.length - 1, Math.floor(at + 1e-9));
  const share = Math.min(1, Math.max(0, at - k));
  const [a, b] = [states[k], states[Math.min(states.length - 1, k + 1)]];
  return [a[2 * i] + share * (b[2 * i] - a[2 * i]), a[2 * i + 1] + share * (b[2 * i + 1] - a[2 * i + 1])];
}

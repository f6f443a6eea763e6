import { type Plane, range } from "../../work/plane";
import { el } from "../dom";
import { colours, px, py, SIDE, type XY } from "./axes";

/** Handles over the drawing: the middles of the modes, and the ends of the pairs. */
export interface PlaneHandles {
  /** The drawing with its handles. */
  readonly element: HTMLElement;
  /** Whether one is being dragged. */
  readonly dragging: boolean;
  /** Moves them to where the plane has them. */
  follow(plane: Plane): void;
}

export interface PlaneHandlesOptions {
  /** The plane as it is now. */
  readonly plane: () => Plane;
  /** Called with what a handle changed. */
  readonly change: (changed: Partial<Plane>) => void;
}

const bases = ["lower", "middle", "upper"];
const ends = ["lower left", "right", "upper left"];

export function planeHandles(
  canvas: HTMLCanvasElement,
  { plane, change }: PlaneHandlesOptions,
): PlaneHandles {
  let dragging = false;
  const element = el("div", { class: "play-square" }, canvas);
  const add = (options: HandleOptions) => {
    const made = handle(options, {
      surface: element,
      onDrag(on) {
        dragging = on;
      },
    });
    element.append(made);
    return { made, at: options.at };
  };
  const base = bases.map((name, k) =>
    add({
      name: `Base mode, ${name}: drag, or arrow keys`,
      kind: "base",
      at: () => plane().base[k],
      moveTo: (to) => change({ base: put(plane().base, k, to) }),
    }),
  );
  const data = ends.map((name, k) =>
    add({
      name: `Data mode, ${name}: drag, or arrow keys`,
      kind: "data",
      at: () => plane().data[k],
      moveTo: (to) => change({ data: put(plane().data, k, to) }),
    }),
  );
  const join = (k: number, mode: number) => {
    const partner = joined(plane().partner, k, mode);
    if (partner) change({ partner });
  };
  const plugs = bases.map((name, k) =>
    add({
      name: `Pairs of the ${name} base mode: drag to another data mode, or arrow keys`,
      kind: "plug",
      at: () => plugAt(plane(), k),
      moveTo: (to) => join(k, nearestTo(to, plane().data)),
      moveBy: ([dx, dy]) => join(k, (plane().partner[k] + (dx + dy > 0 ? 1 : 2)) % 3),
    }),
  );
  return {
    element,
    get dragging() {
      return dragging;
    },
    follow({ free, partner }) {
      for (const { made, at } of [...base, ...data, ...plugs]) {
        const [x, y] = at();
        made.style.left = `${(100 * px(x)) / SIDE}%`;
        made.style.top = `${(100 * py(y)) / SIDE}%`;
      }
      plugs.forEach(({ made }, k) => {
        made.hidden = free === 10;
        made.style.setProperty("--mode", colours[partner[k]]);
      });
      data.forEach(({ made }, k) => {
        made.style.setProperty("--mode", colours[k]);
      });
    },
  };
}

interface HandleOptions {
  readonly name: string;
  readonly kind: "base" | "data" | "plug";
  /** Where it is. */
  readonly at: () => XY;
  readonly moveTo: (to: XY) => void;
  /** What arrow keys do, where that isn't to move it. */
  readonly moveBy?: (by: XY) => void;
}

/** A handle, to be dragged over a surface or moved by keys. */
function handle(
  { name, kind, at, moveTo, moveBy }: HandleOptions,
  { surface, onDrag }: { readonly surface: HTMLElement; readonly onDrag: (on: boolean) => void },
): HTMLButtonElement {
  const made = el("button", {
    type: "button",
    class: `play-handle ${kind}`,
    "aria-label": name,
    title: name,
  });
  made.addEventListener("pointerdown", (event) => {
    made.setPointerCapture(event.pointerId);
    onDrag(true);
  });
  made.addEventListener("pointermove", (event) => {
    if (made.hasPointerCapture(event.pointerId)) moveTo(pointUnder(event, surface));
  });
  made.addEventListener("pointerup", () => onDrag(false));
  made.addEventListener("pointercancel", () => onDrag(false));
  made.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 1 : 0.25;
    const by: Record<string, XY> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    if (!by[event.key]) return;
    event.preventDefault();
    const [dx, dy] = by[event.key];
    if (moveBy) moveBy([dx, dy]);
    else moveTo([at()[0] + dx, at()[1] + dy]);
  });
  return made;
}

/** The point of the plane under a pointer, within the drawing. */
function pointUnder({ clientX, clientY }: PointerEvent, surface: HTMLElement): XY {
  const box = surface.getBoundingClientRect();
  const within = (share: number) => Math.min(0.985, Math.max(0.015, share));
  const side = range.to - range.from;
  return [
    range.from + within((clientX - box.left) / box.width) * side,
    range.to - within((clientY - box.top) / box.height) * side,
  ];
}

/** The points, with the kth moved, but not to the edge. */
const put = (points: readonly XY[], k: number, to: XY) =>
  points.map((point, i): XY => (i === k ? [limited(to[0]), limited(to[1])] : point));

const limited = (value: number) => Math.min(range.to - 0.3, Math.max(range.from + 0.3, value));

/**
 * The partners where base mode i has data mode j: the base mode that had j takes i's, so that both marginals
 * stay. Nothing where i has j already.
 */
function joined(partner: readonly number[], i: number, j: number): number[] | undefined {
  const other = partner.indexOf(j);
  if (other === i) return undefined;
  const swapped = [...partner];
  [swapped[i], swapped[other]] = [swapped[other], swapped[i]];
  return swapped;
}

function nearestTo([x, y]: XY, modes: readonly XY[]): number {
  const distances = modes.map(([a, b]) => Math.hypot(a - x, b - y));
  return distances.indexOf(Math.min(...distances));
}

/** Where the handle of a base mode's pairs is: a fifth of the way back from the data mode that they go to. */
function plugAt({ base, data, partner }: Plane, i: number): XY {
  const [a, b] = [base[i], data[partner[i]]];
  return [b[0] + 0.2 * (a[0] - b[0]), b[1] + 0.2 * (a[1] - b[1])];
}

import { el } from "./dom";

/** What a picture is painted on with. */
export interface BrushOptions {
  readonly h: number;
  readonly w: number;
  /** What is painted on, which fills the surface. */
  readonly below: HTMLElement;
  readonly keep: Uint8Array;
  /** Called when a stroke changed the hole. */
  readonly onStroke: () => void;
  /** Called when a stroke is over. */
  readonly onEnd: () => void;
}

export interface Brush {
  readonly element: HTMLElement;
  /** Radius in pixels of the picture. */
  radius: number;
  /** Whether the brush makes pixels known again. */
  restoring: boolean;
  /** Draws the outline of the hole, or takes it away. */
  outline(shown: boolean): void;
}

/** Pixels of the overlay for one of the picture. */
const zoom = 12;

/** A surface to paint a hole on, by mouse, finger, pen or keyboard. Writes zeros, the hole, into `keep`. */
export function brush({ h, w, below, keep, onStroke, onEnd }: BrushOptions): Brush {
  const overlay = el("canvas", {
    width: w * zoom,
    height: h * zoom,
    class: "play-overlay",
    "aria-hidden": "true",
  });
  const context = overlay.getContext("2d")!;
  const element = el(
    "div",
    {
      class: "play-surface",
      role: "application",
      tabindex: "0",
      "aria-label":
        "Picture to paint a hole on. Arrow keys move the brush, with Shift by four pixels; " +
        "Space paints, or makes known again.",
    },
    below,
    overlay,
  );
  let at: { x: number; y: number } | undefined;
  let outlined = false;
  let last: { x: number; y: number } | undefined;
  let keys = false;

  const draw = () => {
    context.clearRect(0, 0, overlay.width, overlay.height);
    const style = getComputedStyle(element);
    if (outlined || last) {
      context.beginPath();
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          if (keep[y * w + x]) continue;
          const open = (dx: number, dy: number) => {
            const [nx, ny] = [x + dx, y + dy];
            return nx < 0 || ny < 0 || nx >= w || ny >= h || keep[ny * w + nx] === 1;
          };
          const [l, t, r, b] = [x * zoom, y * zoom, (x + 1) * zoom, (y + 1) * zoom];
          const edges = [
            { shown: open(0, -1), from: [l, t], to: [r, t] },
            { shown: open(0, 1), from: [l, b], to: [r, b] },
            { shown: open(-1, 0), from: [l, t], to: [l, b] },
            { shown: open(1, 0), from: [r, t], to: [r, b] },
          ];
          for (const { shown, from, to } of edges) {
            if (!shown) continue;
            context.moveTo(from[0], from[1]);
            context.lineTo(to[0], to[1]);
          }
        }
      }
      context.lineWidth = 3;
      context.strokeStyle = "#ffffffcc";
      context.stroke();
      context.lineWidth = 1.5;
      context.strokeStyle = style.getPropertyValue("--accent");
      context.stroke();
    }
    if (at && (last || keys || element.matches(":hover"))) {
      context.beginPath();
      context.arc((at.x + 0.5) * zoom, (at.y + 0.5) * zoom, (made.radius + 0.5) * zoom, 0, 2 * Math.PI);
      context.lineWidth = 4;
      context.strokeStyle = "#ffffffdd";
      context.stroke();
      context.lineWidth = 2;
      context.strokeStyle = made.restoring ? "#146c43" : "#1d2733";
      context.stroke();
    }
  };

  const stamp = (cx: number, cy: number) => {
    const reach = made.radius + 0.5;
    for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(h - 1, Math.ceil(cy + reach)); y++) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(w - 1, Math.ceil(cx + reach)); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 <= reach * reach) keep[y * w + x] = made.restoring ? 1 : 0;
      }
    }
  };
  const stroke = (to: { x: number; y: number }) => {
    const from = last ?? to;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
    for (let k = 0; k <= steps; k++) {
      stamp(from.x + ((to.x - from.x) * k) / steps, from.y + ((to.y - from.y) * k) / steps);
    }
    last = to;
    onStroke();
  };
  const place = ({ clientX, clientY }: PointerEvent) => {
    const box = element.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * w - 0.5,
      y: ((clientY - box.top) / box.height) * h - 0.5,
    };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    keys = false;
    at = place(event);
    stroke(at);
    draw();
  });
  element.addEventListener("pointermove", (event) => {
    keys = false;
    const points = event.getCoalescedEvents?.() ?? [];
    for (const point of points.length > 0 ? points : [event]) {
      at = place(point);
      if (last) stroke(at);
    }
    draw();
  });
  const end = () => {
    if (!last) return;
    last = undefined;
    draw();
    onEnd();
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("pointerleave", draw);
  element.addEventListener("blur", () => {
    keys = false;
    draw();
  });
  element.addEventListener("keydown", (event) => {
    const by = event.shiftKey ? 4 : 1;
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowUp: [0, -by],
      ArrowDown: [0, by],
    };
    const move = moves[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    keys = true;
    at ??= { x: Math.floor(w / 2), y: Math.floor(h / 2) };
    if (move) {
      at = {
        x: Math.min(w - 1, Math.max(0, Math.round(at.x) + move[0])),
        y: Math.min(h - 1, Math.max(0, Math.round(at.y) + move[1])),
      };
    } else {
      stamp(at.x, at.y);
      onStroke();
      onEnd();
    }
    draw();
  });

  const made: Brush = {
    element,
    radius: 1,
    restoring: false,
    outline(shown) {
      outlined = shown;
      draw();
    },
  };
  return made;
}

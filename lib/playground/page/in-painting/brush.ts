import { el } from "../dom";
import { drawCursor, drawOutline, type Mask, zoom } from "./brush-marks";

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

/** A point of the picture, in pixels. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A surface to paint a hole on, by mouse, finger, pen or keyboard. Writes zeros, the hole, into `keep`. */
export function brush({ h, w, below, keep, onStroke, onEnd }: BrushOptions): Brush {
  const mask = { h, w, keep };
  const overlay = el("canvas", {
    width: w * zoom,
    height: h * zoom,
    class: "play-overlay",
    "aria-hidden": "true",
  });
  const context = overlay.getContext("2d")!;
  const element = surface(below, overlay);
  let at: Spot | undefined;
  let outlined = false;
  let last: Spot | undefined;
  let keys = false;

  const draw = () => {
    context.clearRect(0, 0, overlay.width, overlay.height);
    if (outlined || last) {
      drawOutline(context, mask, getComputedStyle(element).getPropertyValue("--accent"));
    }
    if (at && (last || keys || element.matches(":hover"))) drawCursor(context, at, made);
  };
  const stroke = (to: Spot) => {
    for (const spot of between(last ?? to, to)) stamp(mask, spot, made);
    last = to;
    onStroke();
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    keys = false;
    at = spotUnder(event, element, mask);
    stroke(at);
    draw();
  });
  element.addEventListener("pointermove", (event) => {
    keys = false;
    const points = event.getCoalescedEvents?.() ?? [];
    for (const point of points.length > 0 ? points : [event]) {
      at = spotUnder(point, element, mask);
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
    const move = moveOf(event);
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
      stamp(mask, at, made);
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

function surface(below: HTMLElement, overlay: HTMLElement): HTMLElement {
  return el(
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
}

/** Paints one touch of the brush into the mask. */
function stamp({ h, w, keep }: Mask, { x: cx, y: cy }: Spot, { radius, restoring }: Brush): void {
  const reach = radius + 0.5;
  for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(h - 1, Math.ceil(cy + reach)); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(w - 1, Math.ceil(cx + reach)); x++) {
      if ((x - cx) ** 2 + (y - cy) ** 2 <= reach * reach) keep[y * w + x] = restoring ? 1 : 0;
    }
  }
}

/** Spots from one to another, both included, half a pixel apart or less. */
function between(from: Spot, to: Spot): Spot[] {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
  return Array.from({ length: steps + 1 }, (_, k) => ({
    x: from.x + ((to.x - from.x) * k) / steps,
    y: from.y + ((to.y - from.y) * k) / steps,
  }));
}

/** The spot of the picture under a pointer. */
function spotUnder({ clientX, clientY }: PointerEvent, element: HTMLElement, { h, w }: Mask): Spot {
  const box = element.getBoundingClientRect();
  return {
    x: ((clientX - box.left) / box.width) * w - 0.5,
    y: ((clientY - box.top) / box.height) * h - 0.5,
  };
}

/** How far a key moves the brush, if it does. */
function moveOf({ key, shiftKey }: KeyboardEvent): readonly [number, number] | undefined {
  const by = shiftKey ? 4 : 1;
  const moves: Record<string, readonly [number, number]> = {
    ArrowLeft: [-by, 0],
    ArrowRight: [by, 0],
    ArrowUp: [0, -by],
    ArrowDown: [0, by],
  };
  return moves[key];
}

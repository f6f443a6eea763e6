import { segments, slider } from "../dom";
import type { Brush } from "./brush";

/** Controls of what a brush does, and of its size. */
export function brushControls(brush: Brush): HTMLElement[] {
  const mode = segments(
    "Brush",
    [
      { value: "hole", text: "Paint a hole" },
      { value: "known", text: "Make known" },
    ],
    (value) => {
      brush.restoring = value === "known";
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
      brush.radius = value;
    },
  });
  return [mode.element, radius.element];
}

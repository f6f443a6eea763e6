import type { PlaneFlow } from "../../work/plane";
import { el } from "../dom";

/** Cost, action and bound as bars, which are never longer than the next. */
export function ladder(): { readonly element: HTMLElement; show(flow: PlaneFlow): void } {
  const bars = (["cost", "action", "bound"] as const).map((name) => ({
    name,
    bar: el("div", { class: "play-bar" }),
    value: el("output", {}),
  }));
  return {
    element: el(
      "div",
      { class: "play-ladder", role: "group", "aria-label": "cost ≤ action ≤ bound" },
      ...bars.flatMap(({ name, bar, value }) => [
        el("span", {}, name === "bound" ? name : `${name} ≤`),
        el("div", { class: "play-bar-track" }, bar),
        value,
      ]),
    ),
    show(flow) {
      const finite = Math.max(flow.action, Number.isFinite(flow.bound) ? flow.bound : 0, 1);
      for (const { name, bar, value } of bars) {
        const amount = flow[name];
        value.textContent = Number.isFinite(amount) ? amount.toFixed(1) : "∞";
        bar.style.width = `${Math.min(100, (100 * amount) / finite)}%`;
      }
    },
  };
}

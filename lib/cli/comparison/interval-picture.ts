import { html, type SafeHtml } from "../../text";
import type { DifferenceRow } from "./rows";

const WIDTH = 140;
const MIDDLE = 10;

/** A drawing of a difference and its interval beside zero, on the scale of its metric's other differences. */
export function intervalPicture(row: DifferenceRow, all: readonly DifferenceRow[]): SafeHtml {
  const reach = ({ difference: { value, half } }: DifferenceRow) =>
    Math.abs(value) + (Number.isNaN(half) ? 0 : half);
  const most = Math.max(...all.filter(({ metric }) => metric === row.metric).map(reach)) || 1;
  const at = (value: number) => (WIDTH / 2 + (value / most) * (WIDTH / 2 - 6)).toFixed(1);
  const { value, half } = row.difference;
  const line =
    !Number.isNaN(half) &&
    html`<line x1="${at(value - half)}" x2="${at(value + half)}" y1="${MIDDLE}" y2="${MIDDLE}"
 stroke="currentColor" stroke-width="2.5"/>`;
  const parts = [
    html`<line class="zero" x1="${WIDTH / 2}" x2="${WIDTH / 2}" y1="0" y2="20"/>`,
    line,
    html`<circle cx="${at(value)}" cy="${MIDDLE}" r="4" fill="currentColor"/>`,
  ];
  const kind = row.verdict === "tie" || row.verdict === "unknown" ? "interval tie" : "interval";
  return html`<svg class="${kind}" viewBox="0 0 ${WIDTH} 20" aria-hidden="true">${parts}</svg>`;
}

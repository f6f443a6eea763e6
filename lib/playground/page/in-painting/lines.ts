import type { Flow } from "../../work/flow";
import { spent } from "../solving";

/** What was known of the picture. */
interface Known {
  /** Its values. */
  readonly known: Float32Array;
  /** 1 where they were known. */
  readonly keep: Uint8Array;
  readonly channels: number;
}

/** What the flow of each model took and did, a line each, with the model's name where there are several. */
export function linesOf(
  flows: readonly Flow[],
  { labels, ...given }: Known & { readonly labels: readonly string[] },
): string[] {
  return flows.map((flow, k) => {
    const name = flows.length > 1 ? `${labels[k]}: ` : "";
    const end = flow.states[flow.states.length - 1];
    return [`${name}${spent(flow)}`, changedPixels(end, given), ...flow.warnings.slice(0, 1)].join(" · ");
  });
}

/** How many known pixels an end has changed, and by how much at most, on a scale of 0 to 255. */
function changedPixels(end: Float32Array, { known, keep, channels }: Known): string {
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

import { ndarray } from "../../array";
import { imageGrid } from "../../figures/image-grid/image-grid";
import type { Flow } from "../work/flow";

/** The picture of flows, one a row: states in time, and what they are compared with. */
export async function flowStill(options: {
  readonly title: string;
  readonly alt: string;
  readonly flows: readonly { readonly label: string; readonly flow: Flow }[];
  readonly rows: readonly { readonly label: string; readonly values: ArrayLike<number> }[];
}): Promise<string> {
  const { title, alt, flows, rows } = options;
  const { states, times, shape } = flows[0].flow;
  const shown = [0, 0.25, 0.5, 0.75, 1].map((t) => Math.round(t * (states.length - 1)));
  const images = flows.map(({ label, flow }) => {
    const all = [...shown.map((k) => flow.states[k]), ...rows.map(({ values }) => values)];
    const data = Float32Array.from(all.flatMap((values) => Array.from(values)));
    return { label, images: ndarray([all.length, ...shape.slice(1)], data) };
  });
  const columns = [...shown.map((k) => `t = ${times[k].toFixed(2)}`), ...rows.map(({ label }) => label)];
  const grid = imageGrid({ title, alt, columns, rows: images, width: 640 });
  return (await grid.toBundle())["image/png"] as string;
}

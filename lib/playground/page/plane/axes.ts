import { range } from "../../work/plane";

/** A point of the plane. */
export type XY = readonly [number, number];

/** Of Okabe and Ito, as in the library's other figures; the three data modes, from below. */
export const colours = ["#0072b2", "#d55e00", "#009e73"];

/** Pixels of the drawing, a side. */
export const SIDE = 720;

const scale = SIDE / (range.to - range.from);

/** Where a point lies in the drawing, from the left and from the top, in pixels. */
export const px = (x: number) => (x - range.from) * scale;
export const py = (y: number) => (range.to - y) * scale;

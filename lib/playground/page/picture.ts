import { calm, el } from "./dom";

/** Height, width and channels. */
export type PictureSize = readonly [number, number, number];

/** A small picture that is shown enlarged. */
export interface PictureView {
  readonly element: HTMLCanvasElement;
  /** Values in [-1, 1], as the library has them. */
  draw(values: ArrayLike<number>): void;
}

export function pictureView(
  [h, w, channels]: PictureSize,
  properties: Readonly<Record<string, unknown>> = {},
): PictureView {
  const element = el("canvas", { width: w, height: h, class: "play-pixels", ...properties });
  const context = element.getContext("2d")!;
  const image = context.createImageData(w, h);
  return {
    element,
    draw(values) {
      for (let p = 0; p < h * w; p++) {
        for (let c = 0; c < 3; c++) {
          const value = values[p * channels + (channels === 3 ? c : 0)];
          image.data[4 * p + c] = (value + 1) * 127.5;
        }
        image.data[4 * p + 3] = 255;
      }
      context.putImageData(image, 0, 0);
    },
  };
}

/** Bytes 0 to 255 as values in [-1, 1]. */
export const valuesOf = (pixels: Uint8Array): Float32Array =>
  Float32Array.from(pixels, (byte) => byte / 127.5 - 1);

/** Reads a picture of the reader's own: cropped to a square in its middle, scaled, on white. */
export async function readPicture(file: Blob, [h, w, channels]: PictureSize): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error("This file can't be read as a picture. Try a PNG or a JPEG.");
  });
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = el("canvas", { width: w, height: h });
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, w, h);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, w, h);
  bitmap.close();
  const { data } = context.getImageData(0, 0, w, h);
  return Uint8Array.from({ length: h * w * channels }, (_, e) => {
    const p = Math.floor(e / channels);
    if (channels === 3) return data[4 * p + (e % 3)];
    return Math.round(0.299 * data[4 * p] + 0.587 * data[4 * p + 1] + 0.114 * data[4 * p + 2]);
  });
}

/** A slider through the states of a flow, with a button that plays it. */
export interface Timeline {
  readonly element: HTMLElement;
  /** Where the slider stands, 0 to 1. */
  readonly t: number;
  /** How far the solver has come; the slider follows. */
  follow(t: number): void;
  /** Plays from the beginning, or shows the end where the reader wants no motion. */
  play(): void;
  stop(): void;
}

export function timeline(
  ends: readonly [string, string],
  onTime: (t: number) => void,
  length = 1400,
): Timeline {
  let frame = 0;
  let t = 0;
  const input = el("input", {
    type: "range",
    min: "0",
    max: "1",
    step: "0.01",
    value: "0",
    "aria-label": "Time",
  });
  const playing = el("button", { type: "button", class: "play-go", "aria-label": "Play" });
  const show = (next: number) => {
    t = next;
    input.value = `${t}`;
    input.setAttribute("aria-valuetext", `t = ${t.toFixed(2)}`);
    onTime(t);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    playing.dataset["on"] = "false";
    playing.setAttribute("aria-label", "Play");
  };
  const play = () => {
    stop();
    if (calm()) return show(1);
    playing.dataset["on"] = "true";
    playing.setAttribute("aria-label", "Pause");
    const from = performance.now();
    const step = (now: number) => {
      show(Math.min(1, Math.max(0, (now - from) / length)));
      if (t < 1) frame = requestAnimationFrame(step);
      else stop();
    };
    frame = requestAnimationFrame(step);
  };
  playing.addEventListener("click", () => (frame ? stop() : play()));
  input.addEventListener("input", () => {
    stop();
    show(Number(input.value));
  });
  return {
    element: el(
      "div",
      { class: "play-time" },
      playing,
      el(
        "div",
        { class: "play-track" },
        input,
        el("div", { class: "play-ends" }, el("span", {}, ends[0]), el("span", {}, ends[1])),
      ),
    ),
    get t() {
      return t;
    },
    follow: show,
    play,
    stop,
  };
}

/** The state of a flow at a time, between those that were kept. */
export function stateAt(
  flow: { readonly times: readonly number[]; readonly states: readonly Float32Array[] },
  t: number,
): Float32Array {
  const { times, states } = flow;
  const next = times.findIndex((time) => time >= t - 1e-9);
  if (next <= 0) return states[next === 0 ? 0 : states.length - 1];
  const share = (t - times[next - 1]) / (times[next] - times[next - 1]);
  if (share > 1 - 1e-9) return states[next];
  const [a, b] = [states[next - 1], states[next]];
  return a.map((value, e) => value + share * (b[e] - value));
}

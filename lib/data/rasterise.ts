import { renderAsync } from "@resvg/resvg-js";
import { expected } from "../errors";
import { sha256 } from "../files/sha256";

/** Side, in pixels, at which drawings are rendered before they are averaged down. */
const DRAWN = 128;

export interface RasteriseOptions {
  readonly svgs: readonly string[];
  /** Side of the images, in pixels: a divisor of 128. */
  readonly size: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Rasterised {
  /** RGB `[n, size, size, 3]`. */
  readonly bytes: Uint8Array;
  /** One string per drawing, equal for equal drawings and the same at every size. */
  readonly digests: readonly string[];
}

/**
 * Renders square SVGs on white as RGB bytes: at 128×128 by resvg, then averaged over square blocks of pixels.
 * Equal input gives equal bytes on the same kind of machine; another kind may differ by one level.
 */
export async function rasterise({ svgs, size, onProgress }: RasteriseOptions): Promise<Rasterised> {
  if (DRAWN % size !== 0) throw expected(`a size that divides ${DRAWN}`, `${size}`);
  const pixels = size * size * 3;
  const out = new Uint8Array(svgs.length * pixels);
  const options = {
    background: "#fff",
    fitTo: { mode: "width", value: DRAWN } as const,
    font: { loadSystemFonts: false },
  };
  const digests: string[] = Array(svgs.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < svgs.length) {
      const i = next++;
      const picture = await renderAsync(svgs[i], options);
      if (picture.width !== DRAWN || picture.height !== DRAWN) {
        throw expected("square drawings", `one of ${picture.width}×${picture.height}`);
      }
      const { pixels: drawn } = picture;
      digests[i] = sha256(drawn);
      averageDown(drawn, size, out.subarray(i * pixels, (i + 1) * pixels));
      done++;
      if (done % 100 === 0 || done === svgs.length) onProgress?.(done, svgs.length);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return { bytes: out, digests };
}

function averageDown(rgba: Uint8Array, size: number, out: Uint8Array): void {
  const factor = DRAWN / size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let dy = 0; dy < factor; dy++) {
          const row = ((y * factor + dy) * DRAWN + x * factor) * 4 + c;
          for (let dx = 0; dx < factor; dx++) sum += rgba[row + 4 * dx];
        }
        out[(y * size + x) * 3 + c] = Math.round(sum / (factor * factor));
      }
    }
  }
}

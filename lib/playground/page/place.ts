import { fromBase64 } from "../packing/base64";
import { unpack } from "../packing/packed";
import type { CarriedPictures } from "../spec";
import { type Runtime, Stopped } from "./runtime";

/** Where a live figure stands. */
export interface Place {
  readonly runtime: Runtime;
  /** Tells the page, by an attribute and an event of the figure, what it does and what came out. */
  state(name: "solving" | "done" | "failed", detail?: unknown): void;
}

/**
 * Does a piece of work. Nothing is said when newer work has taken its place; the status says why it failed.
 */
export async function attempt(
  work: () => Promise<void>,
  { place, status }: { readonly place: Place; readonly status: HTMLElement },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Stopped) return;
    status.textContent = `That didn't work: ${(error as Error).message}`;
    place.state("failed");
  }
}

/** The pixels of each picture that a figure carries. */
export async function carriedPixels({ shape, packed }: CarriedPictures): Promise<readonly Uint8Array[]> {
  const all = await unpack(fromBase64(packed));
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  return Array.from({ length: shape[0] }, (_, k) => all.slice(k * size, (k + 1) * size));
}

import { readFileSync } from "node:fs";
import { UsageError } from "../errors";
import { writeAtomically } from "../files/atomic-write";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArrays,
} from "./safetensors-bytes";

export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArray,
  type StoredArrays,
} from "./safetensors-bytes";

/**
 * Writes a safetensors file as a whole or not at all; see `writeAtomically`. @throws UsageError if it can't
 * be written.
 */
export function saveSafetensors(path: string, tensors: StoredArrays, options: SafetensorsOptions = {}): void {
  writeAtomically(path, encodeSafetensors(tensors, options));
}

/** Reads a safetensors file. @throws UsageError if it can't be read or isn't one; see `decodeSafetensors`. */
export function loadSafetensors(path: string): Safetensors {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EISDIR" ? "there is a folder of that name" : message.split("\n")[0];
    throw new UsageError(`Can't read ${path}: ${reason}.`);
  }
  return decodeSafetensors(bytes, path);
}

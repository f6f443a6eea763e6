/**
 * Files of arrays: safetensors, npy and npz, read and written whole or not at all.
 * @module formats
 */

export { decodeNpy, decodeNpz, encodeNpy, loadNpy, loadNpz, saveNpy, saveNpz } from "./npy";
export type { NumberArray, Numbers } from "./numbers-file";
export {
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArray,
  type StoredArrays,
  saveSafetensors,
} from "./safetensors";

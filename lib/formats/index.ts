export { decodeNpy, decodeNpz, encodeNpy, loadNpy, loadNpz, saveNpy, saveNpz } from "./npy";
export type { NumberArray, Numbers } from "./numbers-file";
export {
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArray,
  saveSafetensors,
} from "./safetensors";

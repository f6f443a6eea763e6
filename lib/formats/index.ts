export {
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArray,
  saveSafetensors,
} from "./safetensors";

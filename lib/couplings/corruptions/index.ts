export type { Corruption } from "./corruption";
export { gaussianBlur } from "./gaussian-blur";
export { greyscale } from "./greyscale";
export { type JpegOptions, jpegLike } from "./jpeg-like";
export {
  averagePool,
  bicubicDown,
  bicubicUp,
  bilinearUp,
  lanczosDown,
  nearestUp,
  type ResizeOptions,
} from "./resize";

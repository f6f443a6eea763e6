export { averagePool } from "./average-pool";
export { bicubicDown, bicubicUp } from "./bicubic";
export { bilinearUp } from "./bilinear-up";
export type { Corruption, ResizeOptions } from "./corruption";
export { gaussianBlur } from "./gaussian-blur";
export { greyscale } from "./greyscale";
export { type JpegOptions, jpegLike } from "./jpeg-like";
export { lanczosDown } from "./lanczos-down";
export { nearestUp } from "./nearest-up";

export { featureError } from "./feature-error";
export { type HoleError, holeError } from "./hole-error";
export type { ImagePairs } from "./image-pairs";
export { psnr } from "./psnr";
export { ssim } from "./ssim";

export { consistency } from "./consistency";
export { featureError } from "./feature-error";
export { foundAgain } from "./found-again";
export { type HoleError, holeError } from "./hole-error";
export type { ImagePairs } from "./image-pairs";
export { psnr } from "./psnr";
export { type SampleSpread, sampleSpread } from "./sample-spread";
export { ssim } from "./ssim";

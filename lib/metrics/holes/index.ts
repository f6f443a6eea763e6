export { type ClassifierTest, type ClassifierTestOptions, classifierTest } from "./classifier-test";
export { type EdgePatchesOptions, edgePatchDistance } from "./edge-patches";
export type { FilledHoles, HoleMeasure } from "./holes";
export { type OutlierPixels, type OutlierPixelsOptions, outlierPixels } from "./outlier-pixels";
export { type PerceptualDistanceOptions, perceptualDistance } from "./perceptual-distance";

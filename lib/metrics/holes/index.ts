export { type ClassifierTest, type ClassifierTestOptions, classifierTest } from "./classifier-test";
export { type EdgePatchesOptions, edgePatchDistance } from "./edge-patches";
export { type PairedFeatureDistanceOptions, pairedFeatureDistance } from "./feature-distance";
export { type HoleMeasures, type HoleMeasuresOptions, holeMeasures } from "./hole-measures";
export type { FilledHoles, HoleMeasure, KernelHoleMeasure } from "./holes";
export { type ImageMeasures, imageMeasures, type Judges, nothingKnown } from "./image-measures";
export { type OutlierPixels, type OutlierPixelsOptions, outlierPixels } from "./outlier-pixels";
export { type PerceptualDistanceOptions, perceptualDistance } from "./perceptual-distance";

export type { ClassifierOptions } from "./classifier";
export { enlargedFor } from "./enlarged-for";
export {
  type FeatureNetwork,
  type FeatureNetworkName,
  type FeatureNetworkOptions,
  featureNetwork,
} from "./feature-network";
export { type OnnxFeaturesOptions, type OnnxHead, onnxFeatures } from "./onnx-features";

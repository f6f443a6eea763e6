export type { ClassifierOptions } from "./classifier";
export {
  type FeatureNetwork,
  type FeatureNetworkName,
  type FeatureNetworkOptions,
  featureNetwork,
} from "./feature-network";
export { type OnnxFeaturesOptions, type OnnxHead, onnxFeatures } from "./onnx-features";

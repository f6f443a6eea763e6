/**
 * What a draw may depend on, ξ: labels (soft or missing ones too), embeddings, masks and images.
 * @module conditions
 */

export type { Condition } from "./condition";
export { type EmbeddingPartOptions, embeddingPart } from "./embedding";
export { type ImagePartOptions, imagePart } from "./image";
export { type LabelWeightsPartOptions, labelWeightsPart } from "./label-weights";
export { type LabelsPartOptions, labelsPart } from "./labels";
export { type Mask, maskOn, maskPart } from "./mask";
export {
  type ConditionSpec,
  classesOf,
  type EmbeddingPart,
  type Entry,
  type ImagePart,
  type LabelsPart,
  type LabelWeightsPart,
  type MaskPart,
  type Part,
  type PartInput,
  type PartKind,
  type PartValue,
} from "./part";
export { hideParts, partKinds } from "./parts";
export { concatConditions, conditionRows, takeConditionRows } from "./rows";

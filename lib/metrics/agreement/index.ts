export { type Agreement, conditionAgreement } from "./class-agreement";
export { type Diversity, diversity } from "./diversity";
export {
  type ConditionReader,
  type EmbeddingAgreement,
  type EmbeddingAgreementOptions,
  embeddingAgreement,
  type ReadingError,
  type RidgeReaderOptions,
  ridgeReader,
} from "./embedding-agreement";

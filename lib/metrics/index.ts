// By what is measured; `features` holds the networks that the image metrics use.
export * from "./agreement";
export * from "./distances";
export * from "./features";
export * from "./forecasts";
export * from "./holes";
export * from "./images";
export type { Measurement } from "./measurement";
export * from "./transport";

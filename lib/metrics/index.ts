/**
 * Transport cost, action and bound; distances between sets and their floors; images; filled holes; agreement
 * with what was asked for; forecasts.
 * @module metrics
 */

export * from "./agreement";
export * from "./distances";
export * from "./features";
export * from "./forecasts";
export * from "./holes";
export * from "./images";
export type { Measurement } from "./measurement";
export type { Scores } from "./scores";
export * from "./transport";

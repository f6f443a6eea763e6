/**
 * Training from data, its optimizers, schedules and checkpoints; couplings and interpolants that are learned.
 * @module training
 */

export { AbortError } from "../errors";
export { type AdamOptions, adam } from "./adam";
export { type CompiledCellsOptions, compiledCells } from "./compiled-cells";
export type { FitOptions, Fitted } from "./fit";
export type { Kept } from "./keeper";
export { type LearnClassBaseOptions, type LearnedClassBase, learnClassBase } from "./learn-class-base";
export { type LearnCouplingOptions, type LearnedCoupling, learnCoupling } from "./learn-coupling";
export { type LearnedSchedule, type LearnScheduleOptions, learnSchedule } from "./learn-schedule";
export { cosine, type LearningRateSchedule, stepLR, trapezoid } from "./learning-rate";
export { type Minimised, type MinimiseOptions, minimise } from "./minimise";
export { type MuonOptions, muon } from "./muon";
export { averageWeight, type Optimizer } from "./optimizer";
export type { Progress } from "./progress";
export type { RunOptions } from "./run-options";
export { betaTimes, logitNormalTimes, modeTimes, stratifiedTimes, type TimeDensity } from "./times";
export { type Trained, type TrainingSnapshot, type TrainOptions, train } from "./train";

export { type EnergySpectrum, energySpectrum } from "./energy-spectrum";
export type { EnsembleForecast } from "./ensemble";
export { fairCrps } from "./fair-crps";
export { type RankHistogram, rankHistogram } from "./rank-histogram";
export { type SpreadSkill, spreadSkill } from "./spread-skill";

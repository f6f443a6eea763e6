export { ensemble, type RollOutOptions, rollOut } from "./ensembles";
export { type Forecaster, fromNoise, fromPresent, fromRegression, persistence } from "./forecasters";
export { type ForecastScores, type MeasureForecastOptions, measureForecast } from "./measure";

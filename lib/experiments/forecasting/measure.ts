import type { NdArray } from "../../array";
import {
  type CaseScores,
  fairCrps,
  type RankHistogram,
  rankHistogram,
  type SpreadSkill,
  spreadSkill,
} from "../../metrics";
import type { Rng } from "../../random";
import { rollOut } from "./ensembles";
import type { Forecaster } from "./forecasters";

/** Options of {@link measureForecast}. */
export interface MeasureForecastOptions {
  /** What came: the states at lag 0, from which is forecast, 1, 2, …, each `[n, ...]`. */
  readonly path: readonly NdArray[];
  /** Members of each ensemble. */
  readonly members: number;
  /** How many lags ahead. Default 1. */
  readonly lags?: number;
  /** Source of the members' draws, and of ranks among equal values. */
  readonly rng: Rng;
}

/** The measures of ensembles at one lag. */
export interface ForecastScores {
  /** Fair continuous ranked probability score, in the unit of the states; lower is better. */
  readonly crps: CaseScores;
  /** How far members are from each other, against how far their mean is from the truth. */
  readonly spreadSkill: SpreadSkill;
  /** Where the truth stands among the members. */
  readonly ranks: RankHistogram;
  /** The forecasts, one array `[n, ...]` per member: row i is that of case i. */
  readonly members: readonly NdArray[];
}

/**
 * Forecasts from the first states of a path and compares with the others: one entry for each lag.
 *
 * @example
 * const path = await series(jumpDiffusion(), { runs: 50, steps: 2, rng: rng(0) });
 * const scores = await measureForecast(persistence, { path, members: 1, lags: 2, rng: rng(1) });
 * scores[1].crps.value; // the mean absolute error two lags ahead
 * @throws when there are fewer states than lags, or no members.
 */
export async function measureForecast(
  forecaster: Forecaster,
  { path, members, lags = 1, rng }: MeasureForecastOptions,
): Promise<readonly ForecastScores[]> {
  const reached = await rollOut(forecaster, { present: path[0], members, steps: lags, rng });
  return reached.map((drawn, lag) => {
    const forecast = { members: drawn, truth: path[lag + 1] };
    return Object.freeze({
      crps: fairCrps(forecast),
      spreadSkill: spreadSkill(forecast),
      ranks: rankHistogram({ ...forecast, rng: rng.fork("ranks", lag) }),
      members: drawn,
    });
  });
}

/** Times of the latest steps, without the first, which compiles. */
export function stepClock() {
  const times: number[] = [];
  let count = 0;
  let begin = Number.NaN;
  let end = Number.NaN;
  return {
    tick() {
      end = performance.now();
      if (count++ === 0) begin = end;
      times.push(end);
      while (times.length > 2 && end - times[0] > 5000) times.shift();
    },
    /** Over the latest five seconds; NaN before the second step. */
    stepsPerSecond: () => (times.length > 1 ? ((times.length - 1) * 1000) / (end - times[0]) : Number.NaN),
    /** Over all steps but the first; NaN if there was no other. */
    secondsPerStep: () => (count > 1 ? (end - begin) / 1000 / (count - 1) : Number.NaN),
  };
}

/** MIME types by which a notebook speaks to the runner; other front ends ignore them. */
export const metricsMime = "application/vnd.coupled-interpolants.metrics+json";
export const dataMime = "application/vnd.coupled-interpolants.data+json";
export const progressMime = "application/vnd.coupled-interpolants.progress+json";

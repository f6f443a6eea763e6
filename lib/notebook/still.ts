import type { Displayable, MimeBundle } from "../figures/figure";

/** What a front end needs to show a picture in its size. */
export interface Still {
  readonly data: MimeBundle;
  readonly metadata?: Displayable["metadata"];
}

/**
 * The picture of a figure and its words, without what makes it interactive, which flickers when it is
 * replaced often; or all of its bundle where it has no picture.
 */
export function stillOf(displayable: Displayable, bundle: MimeBundle): Still {
  const { metadata } = displayable;
  const png = bundle["image/png"];
  if (png === undefined) return { data: bundle, metadata };
  const data = { "image/png": png, "text/plain": bundle["text/plain"] };
  const plotly = bundle["application/vnd.plotly.v1+json"] as { layout?: Record<string, unknown> } | undefined;
  const { width, height } = plotly?.layout ?? {};
  return { data, metadata: metadata ?? (width && height ? { "image/png": { width, height } } : undefined) };
}

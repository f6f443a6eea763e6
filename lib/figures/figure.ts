/**
 * One result in several formats: MIME type → data, as Jupyter's `display_data` holds it. Binary formats such
 * as `image/png` are base64 text, JSON formats are plain objects, all others are text. A front end shows
 * the richest format that it knows and trusts.
 */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Anything that a notebook can show. It is drawn when the bundle is asked for, not before. */
export interface Displayable {
  /**
   * What is printed of it outside a notebook, where it is then not drawn; its bundle's `text/plain` where
   * this is absent.
   */
  readonly plainText?: string;
  /** Draws it: what a notebook shows, by MIME type. */
  toBundle(): MimeBundle | Promise<MimeBundle>;
  /**
   * The `metadata` of Jupyter's `display_data`, per MIME type, such as the width and height in page pixels of
   * a picture that is stored at a higher resolution.
   */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

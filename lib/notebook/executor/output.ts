import type { MimeBundle } from "../../figures/figure";

/** What a running cell sends to its front end, in the terms of Jupyter's messages. */
export type Output = Stream | Display | Result | Failure;

/** Text that was printed. */
interface Stream {
  readonly type: "stream";
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

/** Something shown; with `update` it takes the place of what was shown before under the same `displayId`. */
interface Display {
  readonly type: "display";
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly displayId?: string;
  readonly update: boolean;
}

/** The value of a cell's last expression. */
interface Result {
  readonly type: "result";
  readonly data: MimeBundle;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Why a cell failed. The traceback's lines may hold ANSI colours. */
export interface Failure {
  readonly type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

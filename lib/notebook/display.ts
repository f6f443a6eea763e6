import { expected } from "../errors";
import type { Displayable, MimeBundle } from "../figures/figure";
import { notebookHost } from "./host";
import { inOrder } from "./pending";

/**
 * Shows figures and tables, one below the other. In a notebook each is one output in all its formats;
 * elsewhere its plain text is printed, for which plots aren't drawn. A cell is not done before all is shown,
 * so `await` is only needed where later lines must wait.
 * @example show(markdown("Loss $L_b$"), metricTable({ title: "Loss", rows: [{ step: 1, loss: 1.5 }] }))
 * @throws what drawing throws, and an error for a thing that can't be shown.
 */
export function show(...things: readonly (Displayable | Promise<Displayable>)[]): Promise<void> {
  // A later figure may be rejected before its turn comes: this call reports it, not the process.
  const drawn = things.map((thing) => {
    const display = displayOf(thing);
    display.catch(() => {});
    return display;
  });
  return inOrder(async () => {
    for (const display of drawn) send(await display);
  });
}

export interface Display {
  readonly bundle: MimeBundle;
  readonly metadata?: Displayable["metadata"];
}

/** What `show` shows of a thing. @throws for one that can't be shown. */
export async function displayOf(thing: Displayable | Promise<Displayable>): Promise<Display> {
  const displayable = await thing;
  const { plainText, metadata } = displayable ?? {};
  if (typeof plainText === "string" && !notebookHost()) {
    return { bundle: { "text/plain": plainText }, metadata };
  }
  if (typeof displayable?.toBundle !== "function") {
    const received = (displayable as object | null)?.constructor?.name ?? `${displayable}`;
    throw expected(
      "a figure or a table to show",
      received,
      "Print plain values with console.log; put rows into a table first.",
    );
  }
  return { bundle: await bundleOf(displayable), metadata: displayable.metadata };
}

/**
 * The bundle of a displayable.
 * @throws when it returns anything but data by MIME type.
 */
export async function bundleOf(displayable: Displayable): Promise<MimeBundle> {
  const bundle: unknown = await displayable.toBundle();
  if (typeof bundle === "object" && bundle !== null) return bundle as MimeBundle;
  throw expected(
    "data by MIME type from toBundle",
    `${bundle}`,
    'Return an object such as { "text/plain": … }.',
  );
}

export function send({ bundle, metadata }: Display): void {
  const host = notebookHost();
  if (host) host.display({ data: bundle, metadata, transient: {} }, false);
  else console.log(bundle["text/plain"] ?? `[${Object.keys(bundle).join(", ")}]`);
}

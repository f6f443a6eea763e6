import type { MimeBundle } from "../figures/figure";
import { playgroundRuntime } from "../playground/bundle";
import { type PageModels, pageParts, playHtml } from "../playground/html";
import { playgroundMime, readPlay } from "../playground/spec";
import { html, htmlLines, type SafeHtml } from "../text";
import { page } from "./page";

/** A live figure on a page of its own, with a sentence that says what to do. */
export interface PlaySection {
  /** HTML id of the heading, unique on the page. */
  readonly id: string;
  /** The heading above the figure. */
  readonly heading: string;
  /** What to do, in a sentence or two. */
  readonly hint: SafeHtml | string;
  /** The MIME bundle of a `playground`. */
  readonly bundle: MimeBundle;
}

/** A page of live figures: one file that works offline. */
export async function renderPlay(options: {
  readonly title: string;
  readonly lead: SafeHtml | string;
  readonly sections: readonly PlaySection[];
  readonly footer: SafeHtml | string;
}): Promise<string> {
  const { title, lead, footer } = options;
  let models: PageModels = {};
  const sections = options.sections.map(({ id, heading, hint, bundle }) => {
    const carried = readPlay(bundle[playgroundMime]);
    const source = `data:image/png;base64,${bundle["image/png"]}`;
    const figure = playHtml(
      carried,
      html`<noscript><img src="${source}" alt="${carried.play.alt}"></noscript>`,
    );
    models = { ...models, ...figure.models };
    return html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
<p class="play-hint">${hint}</p>
${figure.html}
</section>`;
  });
  const { script, style } = await playgroundRuntime();
  const body = htmlLines([
    html`<a class="skip" href="#content">Skip to the content</a>
<div class="page play-page">
<header id="top">
<h1>${title}</h1>
<p>${lead}</p>
</header>
<main id="content">
${htmlLines(sections)}
</main>
<footer>${footer}</footer>
</div>`,
    ...(await pageParts(models)),
  ]);
  return page({ title, language: "en", body, scripts: [script], live: style });
}

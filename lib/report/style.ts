/** The style sheet of reports and of their index. Colours are named once, for light and for dark. */
export const css = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --raised: #f7f8fa; --ink: #1d2733; --soft: #5b6875; --faint: #8b97a3; --line: #e3e7ec;
  --accent: #0b66a8; --accent-soft: #e8f1f9; --warn: #9a4a00; --warn-soft: #fdf3e7; --bad: #a61b2b; --bad-soft: #fdeef0;
  --good: #146c43; --good-soft: #e7f5ee;
  --keyword: #8a2a72; --string: #1c6b3c; --number: #9a4a00; --comment: #71808e; --title: #0b5aa0; --type: #6a4bb0;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --raised: #1c2229; --ink: #dfe5eb; --soft: #a3afbb; --faint: #76838f; --line: #2d363f;
    --accent: #6fb4ea; --accent-soft: #182c3d; --warn: #efb26a; --warn-soft: #33260f; --bad: #f28b97; --bad-soft: #38191d;
    --good: #6fcf9f; --good-soft: #12301f;
    --keyword: #e39acb; --string: #8fce9f; --number: #efb26a; --comment: #84919d; --title: #7fbdf0; --type: #bda4f0;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 17px/1.6 var(--sans); color: var(--ink); background: var(--paper); -webkit-text-size-adjust: 100%; scroll-padding-top: 1.5rem; }
body { margin: 0; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
.page { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 52rem) minmax(0, 1fr); column-gap: 2rem; padding: 0 1.25rem; }
.page > * { grid-column: 2; }
header { padding: 3.5rem 0 1.25rem; }
header h1 { font-size: 2.15rem; line-height: 1.18; letter-spacing: -.018em; margin: 0 0 1rem; text-wrap: balance; }
.facts { display: flex; flex-wrap: wrap; gap: .7rem 2rem; margin: 0; padding: .9rem 0; border-block: 1px solid var(--line); font-size: .82rem; line-height: 1.4; }
.facts div { min-width: 0; } .facts dt { color: var(--soft); font-size: .76rem; } .facts dd { margin: 0; font-weight: 500; overflow-wrap: anywhere; }
.links { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; align-items: center; margin-top: .9rem; font-size: .85rem; }
button { font: inherit; font-size: .8rem; color: var(--soft); background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .75rem; cursor: pointer; }
button:hover { color: var(--ink); border-color: var(--faint); }
.links button { margin-left: auto; }
.toc { font-size: .86rem; line-height: 1.4; }
.toc summary { cursor: pointer; color: var(--soft); font-weight: 600; }
.toc ol { list-style: none; margin: .5rem 0 0; padding: 0; }
.toc li { margin: .35rem 0; } .toc .level3 { padding-left: 1rem; }
.toc a { color: var(--soft); text-decoration: none; } .toc a:hover { color: var(--accent); text-decoration: underline; }
.toc a[aria-current] { color: var(--accent); font-weight: 600; }
main { min-width: 0; padding-bottom: 4rem; }
main h2 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.012em; margin: 3rem 0 .8rem; padding-top: 1.4rem; border-top: 1px solid var(--line); text-wrap: balance; }
main h3 { font-size: 1.16rem; line-height: 1.3; margin: 2.2rem 0 .6rem; } main h4 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
.prose { overflow-wrap: break-word; } .prose > :not(h2, h3, h4, .scroll, pre) { max-width: 44rem; } .prose > p:first-child { margin-top: 0; }
.prose p, .prose ul, .prose ol { margin: 0 0 1em; } .prose li { margin: .2em 0; }
.prose img { max-width: 100%; height: auto; } .prose blockquote { margin: 1em 0; padding: .1em 0 .1em 1.1em; border-left: 3px solid var(--line); color: var(--soft); }
code { font-family: var(--mono); font-size: .86em; } :not(pre) > code { background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: .06em .32em; overflow-wrap: anywhere; }
pre { font-family: var(--mono); font-size: .8rem; line-height: 1.55; margin: 0; overflow: auto; tab-size: 2; }
pre code { font-size: inherit; }
.prose pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: 0 0 1em; }
.cell { margin: 1.2rem 0; }
.code { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; }
.code > summary { display: flex; gap: .6rem; align-items: baseline; padding: .34rem .9rem; font-size: .74rem; color: var(--soft); cursor: pointer; list-style: none; user-select: none; }
.code > summary::-webkit-details-marker { display: none; }
.code > summary::before { content: ""; width: .42em; height: .42em; border: solid currentColor; border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg) translateY(-.15em); transition: transform .12s; }
.code[open] > summary::before { transform: rotate(45deg) translateY(-.15em); }
.code > summary:hover { color: var(--ink); } .code > summary .first { font-family: var(--mono); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; flex: 1; }
.code[open] > summary .first { visibility: hidden; } .code > summary .count { font-variant-numeric: tabular-nums; margin-left: auto; }
.code > pre { padding: .1rem .95rem .8rem; }
.outputs { margin-top: .8rem; } .outputs > * + * { margin-top: .8rem; }
.stream { padding: .55rem .95rem; border-left: 3px solid var(--line); color: var(--ink); max-height: 26rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.lines > summary { cursor: pointer; font-size: .8rem; color: var(--soft); } .lines > pre { margin-top: .4rem; }
.result { white-space: pre; overflow-wrap: normal; }
.stderr { border-left-color: var(--warn); background: var(--warn-soft); border-radius: 0 6px 6px 0; }
.error { border: 1px solid var(--bad); background: var(--bad-soft); border-radius: 8px; padding: .8rem 1rem; } .error p { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; } .error strong { color: var(--bad); margin-right: .4em; }
.error summary { cursor: pointer; font-size: .8rem; color: var(--soft); margin-top: .5rem; } .error pre { margin-top: .4rem; max-height: 24rem; }
.parameters { border: 1px solid var(--line); border-left: 3px solid var(--accent); border-radius: 0 8px 8px 0; padding: .8rem 1rem; }
.parameters h2, .parameters h3 { all: unset; display: block; font-size: .8rem; font-weight: 600; color: var(--accent); margin-bottom: .35rem; }
.parameters dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1.4rem; margin: 0; font-size: .86rem; }
.parameters dt { font-family: var(--mono); font-size: .82rem; } .parameters dd { margin: 0; font-family: var(--mono); font-size: .82rem; overflow-wrap: anywhere; color: var(--soft); }
.parameters .code { margin-top: .7rem; }
figure { margin: 0; } figure img { display: block; max-width: 100%; height: auto; }
.canvas { overflow-x: auto; overflow-y: hidden; } .canvas img { max-width: none; } .waiting { color: var(--soft); padding: 2rem; border: 1px dashed var(--line); border-radius: 8px; }
.plot, .picture { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: .5rem; width: fit-content; max-width: 100%; overflow: hidden; }
@media (prefers-color-scheme: dark) {
  .plot { filter: invert(.915) hue-rotate(180deg); border-color: #d3d9df; }
  .picture { background: #f2f4f6; }
}
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .86rem; line-height: 1.4; font-variant-numeric: tabular-nums; margin: .2rem 0; }
caption { text-align: left; font-weight: 600; font-size: .92rem; padding: 0 .8rem .55rem 0; }
th, td { padding: .36rem .8rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; } thead th { border-bottom: 1.5px solid var(--faint); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; } tfoot td { border: 0; color: var(--soft); padding-top: .5rem; white-space: normal; } tbody tr:hover { background: var(--raised); } .type { display: block; font-weight: 400; color: var(--faint); font-size: .74rem; }
th[align="right"], td[align="right"] { white-space: nowrap; } td strong { color: var(--good); font-weight: 700; }
.math { display: block; overflow-x: auto; overflow-y: hidden; padding: .2em 0; } math { font-family: "Report Math", "Latin Modern Math", "DejaVu Math TeX Gyre", "STIX Two Math", "Cambria Math", "Noto Sans Math", math; font-size: 1.06em; }
.dot { padding: 0 0 .1em .15em; }
.math-error { color: var(--bad); border-color: var(--bad); }
.hljs-comment, .hljs-quote { color: var(--comment); font-style: italic; } .hljs-keyword, .hljs-literal, .hljs-built_in.hljs-keyword { color: var(--keyword); }
.hljs-string, .hljs-regexp, .hljs-subst .hljs-string { color: var(--string); } .hljs-number { color: var(--number); } .hljs-title, .hljs-title.function_, .hljs-section { color: var(--title); } .hljs-type, .hljs-title.class_, .hljs-built_in { color: var(--type); } .hljs-subst { color: inherit; }
.ansi-black-fg { color: var(--soft); } .ansi-red-fg, .ansi-bright-red-fg { color: var(--bad); } .ansi-green-fg, .ansi-bright-green-fg { color: var(--good); } .ansi-yellow-fg, .ansi-bright-yellow-fg { color: var(--warn); } .ansi-blue-fg, .ansi-bright-blue-fg { color: var(--accent); } .ansi-magenta-fg, .ansi-bright-magenta-fg { color: var(--keyword); } .ansi-cyan-fg, .ansi-bright-cyan-fg { color: var(--title); } .ansi-white-fg, .ansi-bright-white-fg, .ansi-bright-black-fg { color: var(--soft); }
footer { color: var(--soft); font-size: .8rem; border-top: 1px solid var(--line); padding: 1.2rem 0 3rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: 1.25rem; margin: 0; padding: 0; list-style: none; }
.cards li { display: flex; } .card { width: 100%; display: flex; flex-direction: column; border: 1px solid var(--line); border-radius: 12px; overflow: hidden; background: var(--paper); }
.card:hover { border-color: var(--faint); } .card .thumb { height: 10.5rem; background: #fff; border-bottom: 1px solid var(--line); display: flex; align-items: center; justify-content: center; overflow: hidden; color: #8b97a3; font-size: .85rem; } .card .thumb img { width: 100%; align-self: flex-start; padding: .3rem; }
.card .body { padding: 1rem 1.1rem 1.1rem; display: flex; flex-direction: column; gap: .6rem; flex: 1; } .card h2 { all: unset; font-size: 1.06rem; line-height: 1.3; font-weight: 650; display: block; } .card h2 a { color: inherit; text-decoration: none; } .card h2 a:hover { color: var(--accent); text-decoration: underline; }
.card .row { display: flex; flex-wrap: wrap; gap: .3rem .6rem; font-size: .78rem; color: var(--soft); align-items: center; }
.badge { border-radius: 99px; padding: .05rem .6rem; font-weight: 600; background: var(--accent-soft); color: var(--accent); } .badge.ok { background: var(--good-soft); color: var(--good); } .badge.failed { background: var(--bad-soft); color: var(--bad); }
.card dl { display: grid; grid-template-columns: 1fr max-content; gap: .1rem 1rem; margin: 0; font-size: .82rem; } .card dt { color: var(--soft); overflow-wrap: anywhere; } .card dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; font-weight: 500; } .card .files { margin-top: auto; }
.index.page { grid-template-columns: minmax(0, 1fr) minmax(0, 68rem) minmax(0, 1fr); }
nav { margin: .6rem 0 1.5rem; padding: .7rem 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; }
@media (min-width: 78rem) {
  .page.with-contents { grid-template-columns: minmax(0, 1fr) minmax(0, 52rem) 14rem minmax(0, 1fr); }
  .with-contents > nav { grid-column: 3; grid-row: 1 / span 3; margin: 3.6rem 0 0; padding: 0; background: none; border: 0; }
  .with-contents .toc { position: sticky; top: 2rem; max-height: calc(100vh - 4rem); overflow-y: auto; padding-left: 1rem; border-left: 1px solid var(--line); }
  .toc summary { pointer-events: none; list-style: none; } .toc summary::-webkit-details-marker { display: none; }
}
@media (max-width: 40rem) { html { font-size: 16px; } header { padding-top: 2rem; } header h1 { font-size: 1.75rem; } .page { padding: 0 .9rem; column-gap: 0; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --raised: #fafafa; --ink: #000; --soft: #444; --line: #ccc; }
  html { font-size: 10.5pt; } nav, button, .skip, .modebar { display: none !important; } .page { padding: 0; } .plot { filter: none; }
  figure, .parameters, table, .error { break-inside: avoid; } .canvas { zoom: .8; } h2, h3 { break-after: avoid; } pre { white-space: pre-wrap; max-height: none; } header { padding-top: 0; }
}
`.trim();

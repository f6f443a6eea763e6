/**
 * Unpacks a font with a table for mathematics, which few machines have: without one, browsers place accents
 * and limits badly.
 */
(async () => {
  const packed = document.querySelector("script[data-math-font]");
  if (!packed || !window.DecompressionStream || !window.FontFace) return;
  const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  document.fonts.add(new FontFace("Report Math", await new Response(stream).arrayBuffer()));
})();

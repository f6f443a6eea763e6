/** Makes a report fit for paper: nothing folded, every plot drawn, what is too wide made smaller. */
(async () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const plots = Array.from(document.querySelectorAll("figure.plot"));
  if (document.querySelector("script[data-plotly]")) {
    const deadline = Date.now() + 60_000;
    for (const plot of plots) {
      plot.scrollIntoView();
      while (!plot.dataset.live && !plot.dataset.still && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    window.scrollTo(0, 0);
  }
  await document.fonts.ready;
  await Promise.all(Array.from(document.images, (image) => image.decode().catch(() => {})));
  for (const plot of document.querySelectorAll(".canvas")) plot.style.zoom = "1";
  for (const box of document.querySelectorAll(".canvas, .scroll, .html, .math, pre")) {
    const { scrollWidth, clientWidth } = box;
    if (clientWidth > 0 && scrollWidth > clientWidth) box.style.zoom = `${(0.99 * clientWidth) / scrollWidth}`;
    box.style.overflow = "visible";
  }
})();

/**
 * Turns the pictures of plots into plots, each when it comes near the screen. plotly.js is unpacked then,
 * once; without it, where a browser can't unpack, or on a screen too narrow for them, the pictures stay.
 */
(() => {
  const packed = document.querySelector("script[data-plotly]");
  if (!packed || !window.DecompressionStream || !window.IntersectionObserver) return;
  let loading;
  const load = () => {
    loading =
      loading ||
      (async () => {
        const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
        const script = document.createElement("script");
        script.textContent = await new Response(stream).text();
        document.head.append(script);
        const library = window.Plotly || window.moduleName;
        if (!library) throw new Error("plotly.js did not load");
        return library;
      })();
    return loading;
  };
  const config = {
    displaylogo: false,
    responsive: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  };
  /** Plots keep their size; a picture can be smaller. */
  const tooNarrow = (box, picture) =>
    picture?.width && box.clientWidth < 0.75 * picture.getAttribute("width");
  const show = async (figure) => {
    const box = figure.querySelector(".canvas");
    const picture = box.querySelector("img, .waiting");
    if (tooNarrow(box, picture)) {
      figure.dataset.still = "narrow";
      return;
    }
    delete figure.dataset.still;
    try {
      const { data, layout } = JSON.parse(
        figure.querySelector('script[type="application/json"]').textContent,
      );
      const library = await load();
      const plot = document.createElement("div");
      plot.style.minHeight = `${picture?.clientHeight || 0}px`;
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", figure.getAttribute("aria-label") || "");
      box.append(plot);
      await library.newPlot(plot, data, layout, config);
      if (picture) picture.remove();
      plot.style.minHeight = "";
      figure.dataset.live = "true";
    } catch (error) {
      console.warn("The plot stays a picture:", error);
      for (const plot of box.querySelectorAll("div[role=img]")) plot.remove();
      figure.dataset.still = "true";
    }
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        observer.unobserve(entry.target);
        show(entry.target);
      }
    },
    { rootMargin: "600px 0px" },
  );
  for (const figure of document.querySelectorAll("figure.plot")) observer.observe(figure);
  window.addEventListener("resize", () => {
    for (const figure of document.querySelectorAll("figure.plot[data-still=narrow]"))
      observer.observe(figure);
  });
})();

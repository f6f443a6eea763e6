/** Steps through the time slices of a picture by a slider, which stands below it. */
(() => {
  for (const figure of document.querySelectorAll("figure[data-slices]")) {
    const picture = figure.querySelector("img");
    const { names, labels, cells } = JSON.parse(figure.dataset.slices);
    const views = labels.map((label, row) => {
      const view = document.createElement("canvas");
      view.setAttribute("role", "img");
      [, , view.width, view.height] = cells[row][0];
      return { label, row, view };
    });
    const slider = document.createElement("input");
    slider.type = "range";
    slider.max = names.length - 1;
    slider.setAttribute("aria-label", "Time slice");
    const said = document.createElement("output");
    const show = () => {
      const k = Number(slider.value);
      said.textContent = names[k];
      slider.setAttribute("aria-valuetext", names[k]);
      for (const { label, row, view } of views) {
        const [x, y, width, height] = cells[row][k];
        view.setAttribute("aria-label", `${label}, ${names[k]}`);
        view.getContext("2d").drawImage(picture, x, y, width, height, 0, 0, view.width, view.height);
      }
    };
    const stage = document.createElement("div");
    stage.className = "slices-stage";
    stage.append(...views.map(({ view }) => view));
    const bar = document.createElement("div");
    bar.className = "slices-bar";
    bar.append(slider, said);
    const all = document.createElement("div");
    all.className = "slices";
    all.append(bar, stage);
    slider.value = 0;
    slider.addEventListener("input", show);
    figure.append(all);
    if (picture.complete) show();
    else picture.addEventListener("load", show);
  }
})();

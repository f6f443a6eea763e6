/** Opens pictures in a window of their own, as large as the screen allows. */
(() => {
  if (!window.HTMLDialogElement) return;
  let dialog;
  const make = () => {
    dialog = document.createElement("dialog");
    dialog.className = "enlarged";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    sheet.tabIndex = 0;
    dialog.append(close, sheet);
    // A click beside the sheet is one on the dialog itself.
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
  };
  const open = (picture) => {
    if (!dialog) make();
    const copy = picture.cloneNode();
    copy.removeAttribute("width");
    copy.removeAttribute("height");
    copy.style.minWidth = `${Math.min(picture.naturalWidth, 900)}px`;
    dialog.querySelector(".sheet").replaceChildren(copy);
    dialog.setAttribute("aria-label", picture.alt);
    dialog.showModal();
  };
  for (const picture of document.querySelectorAll("figure.picture > img, figure.plot img")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "enlarge";
    button.textContent = "Enlarge";
    button.setAttribute("aria-label", `Enlarge: ${picture.alt.slice(0, 120)}`);
    button.addEventListener("click", () => open(picture));
    picture.closest("figure").append(button);
  }
})();

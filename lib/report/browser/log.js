/** Says so when the page was not written for a minute. */
(() => {
  const note = document.querySelector("[data-written]");
  if (note) note.hidden = Date.now() - Number(note.dataset.written) < 60_000;
})();

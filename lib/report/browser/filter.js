/** Shows the rows of a table that hold all words of a text field, which may be given in the address (#words). */
(() => {
  const field = document.querySelector("[data-filter]");
  const count = document.querySelector("[data-count]");
  if (!field || !count) return;
  const rows = Array.from(document.querySelectorAll("tbody tr"), (row) => ({
    row,
    text: row.textContent.toLowerCase().replace(/\s+/g, " "),
  }));
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    count.textContent = `${shown} of ${rows.length}`;
  };
  const fromAddress = () => {
    try {
      field.value = decodeURIComponent(location.hash.slice(1));
    } catch {
      field.value = "";
    }
    filter();
  };
  field.addEventListener("input", filter);
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
  field.closest("[hidden]").hidden = false;
})();

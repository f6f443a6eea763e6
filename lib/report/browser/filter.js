/**
 * Shows the rows of a table, or the cards of a list, that hold all words of a text field, which may be given
 * in the address (#words), in the order that is chosen.
 */
(() => {
  const field = document.querySelector("[data-filter]");
  const count = document.querySelector("[data-count]");
  if (!field || !count) return;
  const rows = Array.from(document.querySelectorAll("tbody tr, .cards > li"), (row) => ({
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
  const order = document.querySelector("[data-sort]");
  if (order) {
    const [first] = rows.map(({ row }) => row.parentElement);
    const value = (row) =>
      order.value === "seconds" ? Number(row.dataset.seconds) : row.dataset[order.value];
    order.addEventListener("change", () => {
      const sorted = rows.map(({ row }) => row);
      if (order.value) sorted.sort((a, b) => (value(a) < value(b) ? 1 : value(a) > value(b) ? -1 : 0));
      first.append(...sorted);
    });
  }
  field.addEventListener("input", filter);
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
  field.closest("[hidden]").hidden = false;
})();

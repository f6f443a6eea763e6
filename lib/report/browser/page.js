/** Folds and unfolds all code at once, and marks the section that is being read. */
(() => {
  const button = document.querySelector("[data-fold]");
  const codes = Array.from(document.querySelectorAll("details.code"));
  if (button && codes.length > 0) {
    const label = () => {
      button.textContent = codes.some((code) => code.open) ? "Hide all code" : "Show all code";
    };
    button.addEventListener("click", () => {
      const open = !codes.some((code) => code.open);
      for (const code of codes) code.open = open;
      label();
    });
    for (const code of codes) code.addEventListener("toggle", label);
    button.hidden = false;
    label();
  }
  const contents = document.querySelector(".toc");
  if (contents && window.matchMedia) {
    const wide = window.matchMedia("(min-width: 78rem)");
    const followWidth = () => {
      contents.open = wide.matches;
    };
    wide.addEventListener("change", followWidth);
    followWidth();
  }
  const links = new Map(
    Array.from(document.querySelectorAll(".toc a"), (a) => [decodeURIComponent(a.hash.slice(1)), a]),
  );
  if (links.size > 0 && window.IntersectionObserver) {
    const headings = Array.from(document.querySelectorAll("main h2[id], main h3[id]")).filter((h) =>
      links.has(h.id),
    );
    const mark = () => {
      let current;
      for (const heading of headings)
        if (heading.getBoundingClientRect().top < window.innerHeight / 3) current = heading;
      for (const [id, link] of links) {
        if (current && id === current.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    for (const heading of headings) observer.observe(heading);
  }
})();

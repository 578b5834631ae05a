// The theme's labels for menu and search, for the keyboard too (Enter presses a label: the theme's script does that).
for (const [toggle, named] of [["__drawer", ".md-nav--primary"], ["__search", ".md-search"]]) {
  const label = document.querySelector(`.md-header__button[for=${toggle}]`);
  const words = document.querySelector(named);
  if (!label || !words) continue;
  label.title = words.getAttribute("aria-label");
  label.tabIndex = 0;
}

// What scrolls sideways can be reached and scrolled by keyboard, and has the name of its table or chapter.
function reach() {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .pcf-scroll")) {
    if (box.scrollWidth <= box.clientWidth) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      continue;
    }
    let title = box.querySelector("caption");
    for (let e = box; e && !title; e = e.previousElementSibling) if (/^H[1-6]$/.test(e.tagName)) title = e;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    if (title) box.setAttribute("aria-label", (title.firstChild || title).textContent.trim());
  }
}
addEventListener("load", reach);
addEventListener("resize", reach);

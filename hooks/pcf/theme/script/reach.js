// The theme's label for the menu, for the keyboard too (Enter presses a label: the theme's script does that).
const menu = document.querySelector(".md-header__button[for=__drawer]");
const menuName = document.querySelector(".md-nav--primary");
if (menu && menuName) {
  menu.title = menuName.getAttribute("aria-label");
  menu.tabIndex = 0;
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

// The site's search: its index comes when the field is first focused; every word of a query stands somewhere in a hit.

const MOST = 30;

// The text in pieces, what the words match marked; `about`: no more than what is near the first match. A letter that
// folds to several stays as it is, so that places in both texts are the same.
function marked(text, words, about) {
  const same = [...text].map((letter) => (fold(letter).length === letter.length ? fold(letter) : letter)).join("");
  const any = new RegExp(words.map((word) => word.replace(/[^\w\x80-\uffff]/g, "\\$&")).join("|"), "g");
  const first = same.search(any), from = about && first > 40 ? first - 20 : 0, end = about ? from + 160 : text.length;
  const pieces = [from ? "…" : ""];
  let at = from;
  for (const { index, 0: match } of same.matchAll(any)) {
    if (index > end) break;
    pieces.push(text.slice(at, index), make("mark", {}, text.slice(index, at = index + match.length)));
  }
  return [...pieces, text.slice(at, Math.max(at, end))];
}

function searchIn(box) {
  const [open, shut, input, panel, status, list] =
    ["button", "kbd + button", "input", ".pcf-search__panel", "p", "#pcf-hits"].map((part) => box.querySelector(part));
  const address = new URL(box.dataset.pcfSearch, location);
  let loading, active;

  const load = () => (loading ??= fetch(address).then((answer) => answer.json()).then(({ places, entries }) =>
    entries.map(([to, title, text, place, replaced]) =>
      ({ to, title, text, place: places[place], replaced, all: fold(`${title}\n${text}\n${places[place]}`) }))
  ).catch(() => { loading = null; }));

  // The option that Enter opens; -1, none. The arrows go round by way of none.
  function choose(index) {
    const options = [...list.children];
    active = index < -1 ? options.length - 1 : index < options.length ? index : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === active));
    input.setAttribute("aria-activedescendant", active < 0 ? "" : options[active].id);
    if (active >= 0) options[active].scrollIntoView({ block: "nearest" });
  }

  function expand(yes) {
    panel.hidden = !yes;
    input.setAttribute("aria-expanded", yes);
    choose(-1);
  }

  async function show() {
    const query = input.value.trim(), words = fold(query).split(/\s+/);
    if (!query) return expand(false);
    const entries = await load();
    if (input.value.trim() !== query) return;  // typed on while it loaded
    // Titles before texts, and reports that others have replaced after all current ones.
    const ranks = [[], [], [], []];
    for (const entry of entries || []) {
      if (!words.every((word) => entry.all.includes(word))) continue;
      const title = fold(entry.title);
      ranks[(entry.replaced ? 2 : 0) + !words.every((word) => title.includes(word))].push(entry);
    }
    const found = ranks.flat();
    list.replaceChildren(...found.slice(0, MOST).map((hit, i) => make(
      "a", { href: new URL(`../${hit.to}`, address), role: "option", id: `pcf-hit-${i}`, tabindex: -1 },
      make("strong", {}, ...marked(hit.title, words)), make("small", {}, ...marked(hit.place, words)),
      make("span", {}, ...marked(hit.text, words, true)))));
    const said = !entries ? "failed" : found.length > MOST ? "more" : found.length ? "found" : "none";
    status.textContent = status.dataset[said].replace("{count}", found.length).replace("{query}", () => query);
    expand(true);
  }

  const opened = (yes) => box.classList.toggle("pcf-search--open", yes);
  function enter() {
    opened(true);
    input.focus();
  }
  function leave() {
    expand(false);
    opened(false);
  }
  function close() {
    leave();
    open.focus();  // where it is shown
  }

  open.addEventListener("click", enter);
  shut.addEventListener("click", close);
  input.addEventListener("focus", () => { load(); show(); });
  input.addEventListener("input", (event) => event.isComposing || show());
  input.addEventListener("compositionend", show);
  list.addEventListener("pointerdown", (event) => event.preventDefault());  // the field keeps the keyboard
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || leave());
  input.addEventListener("keydown", (event) => {
    const { key } = event, step = { ArrowDown: 1, ArrowUp: -1 }[key], hit = list.children[Math.max(active, 0)];
    if (event.isComposing) return;
    if (key === "Escape") {
      if (panel.hidden) input.value = "";
      close();
    } else if (panel.hidden || !hit) return;
    else if (step) choose(active + step);
    else if (key === "Enter") hit.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    const own = document.querySelector("[data-pcf-find]");  // the catalogue has a search of its own
    if (own) own.focus();
    else enter();
  });
}

document.querySelectorAll("[data-pcf-search]").forEach(searchIn);

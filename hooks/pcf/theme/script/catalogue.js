// The catalogue: finds, filters, sorts and lists the reports of catalogue-index.json, in rows like the page's own.

const root = document.querySelector("[data-index]");
const STEP = 50, FOLDED = 6, LONG = 30, MOST = 4, BINS = 24;
const one = (selector, within = root) => within.querySelector(selector);
const put = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const once = (makeIt) => { let made; return () => (made ??= makeIt()); };
const idle = window.requestIdleCallback || setTimeout;

if (root) catalogue();

function catalogue() {
  const words = JSON.parse(root.dataset.words);
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const other = language === "zh" ? "en" : "zh";
  const list = one(".pcf-list"), head = one(".pcf-list__head"), blank = one("#pcf-row").content.firstElementChild;
  const box = one(".pcf-filter__search"), least = one(".pcf-range__min"), most = one(".pcf-range__max");
  const sorting = one(".pcf-sort select"), chips = one(".pcf-chips"), away = one(".pcf-away"), tray = one(".pcf-tray");
  const number = (n) => n.toLocaleString("en");
  const text = (row) => row[language] ?? row[other];
  let state, tables, columns, facets, listed = [], comparable, base = [];

  // The address holds all that was chosen, and is all that is remembered.
  const names = [...root.querySelectorAll("[data-facet]")].map((facet) => facet.dataset.facet);
  function read() {
    const given = new URLSearchParams(location.search), word = (name) => given.get(name) || "";
    state = {
      find: word("find"), min: word("min"), max: word("max"), sort: word("sort"), all: word("all") && 1,
      chosen: Object.fromEntries(names.map((name) => [name, new Set(given.getAll(name))])),
      compare: word("compare").split(",").filter(Boolean).slice(0, MOST),
      shown: history.state?.shown || STEP,
    };
  }
  let waiting;
  function write(how) {
    clearTimeout(waiting);
    const chosen = names.flatMap((name) => [...state.chosen[name]].map((id) => [name, id]));
    const all = ["find", "min", "max", "sort", "all", "compare"].map((name) => [name, String(state[name])]);
    all.splice(1, 0, ...chosen);
    const query = String(new URLSearchParams(all.filter(([, value]) => value))).replaceAll("%2F", "/").replaceAll("%2C", ",");
    history[how + "State"]({ shown: state.shown }, "", query ? "?" + query : location.pathname);
  }
  const typed = () => { clearTimeout(waiting); waiting = setTimeout(write, 250, "replace"); };
  function change(edit) {
    edit();
    state.shown = STEP;
    update();
    write("push");
  }

  // What the index says, made ready: each facet has options, and for every row a code that stands for some of them.
  function prepare(index) {
    ({ tables, columns } = index);
    const now = new Date(), today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    const past = (i) => columns.valid_until[i] && columns.valid_until[i] < today;
    const over = ["withdrawn", "superseded", "expired"], kept = [...over, "changed-since-sealed", "draft"];
    columns.status = columns.status.map((status, i) =>
      past(i) && !kept.includes(tables.status[status]) ? tables.status.indexOf("expired") : status);
    columns.away = columns.status.map((status, i) => past(i) || over.includes(tables.status[status]));
    columns.id = columns.product.map((product, i) => `${product}/${columns.report[i]}`);
    columns.value = Float64Array.from(columns.total, Number);
    columns.day = Int32Array.from(columns.issued, (day) => (day ? day.replaceAll("-", "") : 1e8));  // drafts are newest
    const years = [...new Set(columns.issued.map((day) => day?.slice(0, 4)))].filter(Boolean).sort().reverse();
    const single = (ids, labels, column) => ({
      ids, labels, code: Uint32Array.from(column, (code) => code ?? ids.length), members: [...ids.map((_, i) => [i]), []],
    });
    const named = (name) => single(tables[name].map((row) => row.id), tables[name].map(text), columns[name]);
    const own = (name) => single(tables[name], tables[name].map((id) => words[name][id]), columns[name]);
    const known = {
      category: () => named("category"), producer: () => named("producer"), body: () => named("body"),
      boundary: () => own("scope"), status: () => own("status"),
      standard: () => ({ ids: tables.standard, labels: tables.standard, code: columns.standards, members: tables.standards }),
      year: () => single(years, years, columns.issued.map((day) => (day ? years.indexOf(day.slice(0, 4)) : null))),
    };
    facets = names.map((name) => panel(name, known[name]()));
    idle(folded);
    for (const sort in order) idle(order[sort]);
  }

  // Text that is searched, folded once and in one go.
  const foldAll = (texts) => fold(texts.join("\0")).split("\0");
  const both = (rows) => foldAll(rows.map((row) => `${row.zh ?? ""}\n${row.en ?? ""}`));
  const folded = once(() => ({
    own: foldAll(columns.id.map((_, i) =>
      ["name_zh", "name_en", "model", "number"].map((name) => columns[name][i] ?? "").join("\n"))),
    producer: both(tables.producer), body: both(tables.body),
  }));
  function found() {
    const hits = new Uint8Array(columns.id.length).fill(1);
    for (const word of fold(state.find).split(/\s+/).filter(Boolean)) {
      const { own, producer, body } = folded(), has = (text) => text.includes(word);
      const makers = producer.map(has), bodies = body.map(has);
      own.forEach((text, i) => {
        hits[i] &&= has(text) || makers[columns.producer[i]] || bodies[columns.body[i]] ? 1 : 0;
      });
    }
    return hits;
  }

  // Every order of the rows is made once; a list is the rows of an order that pass.
  const rank = once(() => {
    const all = columns.id.map((_, i) => columns[`name_${language}`][i] ?? columns[`name_${other}`][i]);
    const sorted = [...new Set(all)].sort(new Intl.Collator(language === "zh" ? "zh-CN" : "en", { numeric: true }).compare);
    const places = new Map(sorted.map((name, i) => [name, i]));
    return all.map((name) => places.get(name));
  });
  const by = (key) => once(() => { const k = key(); return Uint32Array.from(k, (_, i) => i).sort((a, b) => k[a] - k[b] || a - b); });
  const order = {
    newest: by(() => columns.day.map((day) => -day)), oldest: by(() => columns.day), name: by(rank),
    lowest: by(() => columns.value), highest: by(() => columns.value.map((value) => -value)),
  };

  // One pass: a row that fails one facet alone counts for that facet, so a count is what a click will give.
  function select() {
    const hits = found(), count = columns.id.length, NONE = -1, MORE = -2;
    const allowed = facets.map((f) => {
      const chosen = state.chosen[f.name];
      return chosen.size && f.members.map((options) => options.some((option) => chosen.has(f.ids[option])));
    });
    const fails = new Int8Array(count);
    const categories = new Set(), units = new Set();
    let put_by = 0;
    base = [];
    for (let i = 0; i < count; i++) {
      fails[i] = NONE;
      if (!hits[i]) { fails[i] = MORE; continue; }
      for (let f = 0; f < facets.length && fails[i] !== MORE; f++) {
        if (allowed[f] && !allowed[f][facets[f].code[i]]) fails[i] = fails[i] === NONE ? f : MORE;
      }
      if (columns.away[i] && !state.all) {
        if (fails[i] === NONE) put_by++;
        fails[i] = MORE;
      } else if (fails[i] === NONE) {
        base.push(i);
        categories.add(columns.category[i]);
        units.add(columns.functional_unit[i]);
      }
    }
    comparable = base.length > 0 && categories.size === 1 && units.size === 1;
    const [low, high] = range();
    const counts = facets.map((f) => new Uint32Array(f.members.length));
    const passes = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      if (fails[i] === MORE || columns.value[i] < low || columns.value[i] > high) continue;
      if (fails[i] !== NONE) counts[fails[i]][facets[fails[i]].code[i]]++;
      else {
        passes[i] = 1;
        for (let f = 0; f < facets.length; f++) counts[f][facets[f].code[i]]++;
      }
    }
    facets.forEach((f, k) => { f.counts = spread(f, counts[k]); });
    listed = order[sorted()]().filter((i) => passes[i]);
    return put_by;
  }
  const limit = (text, none) => (comparable && text.trim() && Number.isFinite(Number(text)) ? Number(text) : none);
  const range = () => [limit(state.min, -Infinity), limit(state.max, Infinity)];
  const ranks = (sort) => sort === "lowest" || sort === "highest";
  const sorted = () => (order[state.sort] && (comparable || !ranks(state.sort)) ? state.sort : "newest");
  function spread(f, codes) {
    const counts = new Uint32Array(f.ids.length);
    codes.forEach((n, code) => { for (const option of f.members[code]) counts[option] += n; });
    return counts;
  }

  // A facet's panel. Only options that would give something are shown, of many the most frequent.
  function panel(name, f) {
    const field = one(`[data-facet=${name}]`), options = make("div"), totals = [0, 0];
    const codes = [0, 1].map(() => new Uint32Array(f.members.length));
    f.code.forEach((code, i) => {
      for (const all of columns.away[i] ? [1] : [0, 1]) { codes[all][code]++; totals[all]++; }
    });
    const counted = codes.map((counts) => spread(f, counts));
    Object.assign(f, { name, field, options, open: false, elements: [] });
    f.divides = counted.map((counts, all) => counts.some((n) => n && n < totals[all]));
    f.order = f.ids.map((_, i) => i);
    if (name !== "year") f.order.sort((a, b) => counted[1][b] - counted[1][a]);
    f.more = make("button", { type: "button", class: "pcf-facet__more" });
    f.more.addEventListener("click", () => { f.open = !f.open; show(f); });
    field.append(options, f.more);
    if (f.ids.length > LONG) {
      const label = put(words.find_option, { facet: words.facet[name] });
      f.find = make("input", { type: "search", "aria-label": label, placeholder: label, autocomplete: "off" });
      f.find.addEventListener("input", () => show(f));
      options.before(f.find);
    }
    options.addEventListener("change", ({ target }) => change(() =>
      state.chosen[name][target.checked ? "add" : "delete"](target.value)));
    return f;
  }
  function show(f) {
    const chosen = (option) => state.chosen[f.name].has(f.ids[option]);
    const word = f.find ? fold(f.find.value.trim()) : "";
    const possible = f.order.filter((option) => (f.counts[option] || chosen(option)) && fold(f.labels[option]).includes(word));
    const few = word ? LONG : f.open ? 4 * LONG : FOLDED;
    const elements = possible.filter((option, i) => i < few || chosen(option)).map((option) => {
      const element = (f.elements[option] ??= make("label", {},
        make("input", { type: "checkbox", value: f.ids[option] }), make("span", {}, f.labels[option]), make("small")));
      element.firstChild.checked = chosen(option);
      element.lastChild.textContent = number(f.counts[option]);
      return element;
    });
    // What stays is not moved, so that it keeps the keyboard's focus.
    for (const child of [...f.options.children]) if (!elements.includes(child)) child.remove();
    elements.forEach((element, i) => {
      if (f.options.children[i] !== element) f.options.insertBefore(element, f.options.children[i]);
    });
    f.field.hidden = !f.divides[+state.all] && !state.chosen[f.name].size;
    f.more.hidden = Boolean(word) || (possible.length <= elements.length && !f.open);
    f.more.setAttribute("aria-expanded", f.open);
    f.more.textContent = f.open ? words.fewer : put(words.others, { count: number(possible.length - elements.length) });
  }
  function showRange() {
    const [low, high] = range(), values = base.map((i) => columns.value[i]);
    const first = Math.min(...values), width = (Math.max(...values) - first) / BINS, bins = new Array(BINS).fill(0);
    if (comparable && width) for (const value of values) bins[Math.min(BINS - 1, Math.floor((value - first) / width))]++;
    const highest = Math.max(...bins, 1), bars = ["", ""];
    bins.forEach((n, k) => {
      const inside = first + (k + 1) * width >= low && first + k * width <= high;
      if (n) bars[Number(inside)] += `M${k * 10} 40v${-Math.max(1, Math.round(40 * n / highest))}h9V40z`;
    });
    one(".pcf-range__out").setAttribute("d", bars[0]);
    one(".pcf-range__in").setAttribute("d", bars[1]);
    one(".pcf-range").disabled = !comparable;
    one("#pcf-why").hidden = comparable || !base.length;
    for (const option of sorting.options) option.disabled = !comparable && ranks(option.value);
    sorting.value = sorted();
  }

  // Rows, as templates/rows.html makes them.
  function say(element, row) {
    element.textContent = text(row);
    if (row[language] !== null) return;
    element.lang = other;
    element.after(" ", make("small", { class: "pcf-missing" }, words.only));
  }
  const three = new Intl.NumberFormat("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3, useGrouping: false });
  function fill(i) {
    const row = blank.cloneNode(true), cell = (name) => columns[name][i], at = (part) => one(`.pcf-list__${part}`, row);
    const set = (part, text) => (text === null ? at(part).remove() : (at(part).textContent = text));
    const of = (name) => tables[name][cell(name)];
    [cell("id"), of("producer").id, of("category").id].forEach((to, k) => {
      const link = row.querySelectorAll("a")[k];
      link.setAttribute("href", link.getAttribute("href").replace(/(products|producers|categories)\/.*/, `$1/${to}/`));
    });
    const name = { zh: cell("name_zh"), en: cell("name_en") }, total = cell("total");
    say(one("span", at("name")), name);
    one(".pcf-model", row).textContent = cell("model");
    say(one("span", at("producer")), of("producer"));
    say(one("span", at("category")), of("category"));
    const [short, whole] = row.querySelectorAll(".pcf-num");
    short.textContent = Number(total) ? three.format(total) : "0";
    whole.textContent = total;
    whole.title = cell("number") === null ? words.recomputed : words.declared;
    set("per", put(words.per, { unit: text(of("functional_unit")) }));
    const bar = one("svg", row);
    let start = 0, top = 0, largest = null;
    [...bar.children].forEach((part, k) => {
      const stage = tables.stage[k], share = columns.shares[stage][i];
      if (!(share > 0)) return part.remove();
      part.setAttribute("x", start);
      part.setAttribute("width", share);
      start += share;
      if (share > top) [top, largest] = [share, put(words.largest, { stage: words.stage[stage], share: (share / 10).toFixed(1) })];
    });
    bar.setAttribute("viewBox", `0 0 ${start} 10`);
    set("largest", largest);
    set("scope", words.scope[of("scope")]);
    const missing = of("not_quantified").map((k) => words.stage[tables.stage[k]]), end = missing.pop();
    set("missing", end ? put(words.not_quantified, { stages: [missing.join(words.comma), end].filter(Boolean).join(words.last) }) : null);
    const status = of("status"), mark = one(".pcf-status", row), verdict = one(".pcf-verdict", row);
    mark.className = `pcf-status pcf-status--${status}`;
    mark.textContent = words.status[status];
    if (cell("compared") === null) verdict.remove();
    else {
      if (cell("reproduced") !== cell("compared")) verdict.className = "pcf-verdict pcf-verdict--does-not-reproduce";
      verdict.textContent = put(words.reproduced, { count: cell("reproduced"), of: cell("compared") });
    }
    if (cell("number") === null) one("p", at("report")).remove();
    else {
      set("issued", cell("issued"));
      set("number", cell("number"));
      say(one("span", at("body")), of("body"));
    }
    const tick = one("input", row);
    tick.setAttribute("value", cell("id"));
    tick.setAttribute("aria-label", put(words.compare_one, { name: `${text(name)} ${cell("model")}` }));
    return row;
  }
  function showRows() {
    const wanted = [...listed.slice(0, state.shown)], rows = [...list.querySelectorAll(".pcf-list__row")];
    const same = rows.length <= wanted.length && !state.all && rows.every((row, k) => one("input", row).value === columns.id[wanted[k]]);
    const made = wanted.slice(same ? rows.length : 0).map(fill);
    if (same) list.append(...made);
    else list.replaceChildren(head, ...made);
  }

  function showChips() {
    const made = [];
    const chip = (name, remove) => {
      const button = make("button", { type: "button", "aria-label": put(words.remove, { name }) }, name, " ×");
      button.addEventListener("click", () => {
        change(remove);
        (one("button", chips) || box).focus();
      });
      made.push(button);
    };
    for (const f of facets) {
      for (const id of state.chosen[f.name]) chip(f.labels[f.ids.indexOf(id)] ?? id, () => state.chosen[f.name].delete(id));
    }
    const [low, high] = range();
    if (low > -Infinity) chip(`≥ ${low}`, () => { state.min = ""; });
    if (high < Infinity) chip(`≤ ${high}`, () => { state.max = ""; });
    if (made.length) {
      const button = make("button", { type: "button", class: "pcf-chips__clear" }, words.clear);
      button.addEventListener("click", clear);
      made.push(button);
    }
    chips.replaceChildren(...made);
  }
  function clear() {
    change(() => {
      Object.assign(state, { find: "", min: "", max: "" });
      for (const name of names) state.chosen[name].clear();
    });
    box.focus();
  }

  function showTray(full) {
    const known = new Set(columns.id);
    state.compare = state.compare.filter((id) => known.has(id));
    for (const tick of list.querySelectorAll("input")) tick.checked = state.compare.includes(tick.value);
    const count = state.compare.length, link = one("a", tray);
    tray.hidden = !count;
    one("p", tray).textContent = put(full ? words.compare_full : words.compare_count, { count, most: MOST });
    link.href = `${link.dataset.page}?ids=${state.compare.join(",")}`;
  }
  list.addEventListener("change", ({ target }) => {
    if (!columns) return;
    const full = target.checked && state.compare.length >= MOST;
    if (!full) {
      state.compare = state.compare.filter((id) => id !== target.value);
      if (target.checked) state.compare.push(target.value);
      write("push");
    }
    showTray(full);
  });

  function update() {
    for (const [field, value] of [[box, state.find], [least, state.min], [most, state.max]]) {
      if (field && field.value !== value) field.value = value;
    }
    if (!columns) return;
    const put_by = select(), pool = columns.away.reduce((n, is) => n + (state.all || !is), 0), count = number(listed.length);
    one(".pcf-count").textContent = put(listed.length < pool ? words.count_of : words.count, { count, of: number(pool) });
    showRows();
    facets.forEach(show);
    if (sorting) showRange();
    showChips();
    showTray();
    one(".pcf-zero").hidden = listed.length > 0;
    const rest = listed.length - state.shown, more = one(".pcf-more");
    more.hidden = rest <= 0;
    more.firstChild.textContent = put(words.more, { count: Math.min(rest, STEP) });
    away.hidden = !state.all && !put_by;
    one("input", away).checked = state.all;
    one("span", away).textContent = put(words.away, { count: number(state.all ? listed.filter((i) => columns.away[i]).length : put_by) });
  }

  // What is listed, cut from the files of the whole catalogue.
  async function take(kind) {
    const whole = await (await fetch(root.dataset.index.replace("-index.json", `.${kind}`))).text();
    const pages = new Set(Array.from(listed, (i) => `products/${columns.id[i]}/`));
    if (kind === "json") {
      const all = JSON.parse(whole);
      all.reports = all.reports.filter((report) => pages.has(report.page));
      return save("catalogue.json", "application/json", JSON.stringify(all, null, 2) + "\n");
    }
    const rows = [];
    let row = "";
    for (const line of whole.split("\r\n")) {
      row += (row && "\r\n") + line;
      if (row.split('"').length % 2 === 0) continue;  // inside a cell
      if (!rows.length || pages.has(row.slice(row.lastIndexOf(',"') + 2, -1))) rows.push(row);
      row = "";
    }
    save("catalogue.csv", "text/csv", "\ufeff" + rows.join("\r\n") + "\r\n");
  }

  // What a reader does
  const typing = (field, name) => field?.addEventListener("input", () => {
    state[name] = field.value;
    state.shown = STEP;
    update();
    typed();
  });
  typing(box, "find");
  typing(least, "min");
  typing(most, "max");
  sorting?.addEventListener("change", () => change(() => { state.sort = sorting.value === "newest" ? "" : sorting.value; }));
  one("input", away).addEventListener("change", ({ target }) => change(() => { state.all = target.checked ? 1 : ""; }));
  one("button", one(".pcf-zero")).addEventListener("click", clear);
  one("button", one(".pcf-more")).addEventListener("click", () => {
    const first = state.shown;
    state.shown += STEP;
    update();
    write("replace");
    one("a", list.querySelectorAll(".pcf-list__row")[first]).focus();
  });
  one("button", tray).addEventListener("click", () => { state.compare = []; showTray(); write("push"); });
  for (const button of root.querySelectorAll(".pcf-take button")) button.addEventListener("click", () => take(button.value));
  addEventListener("popstate", () => { read(); update(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement.type !== "checkbox") return;
    event.preventDefault();
    event.stopImmediatePropagation();  // or the theme's search would open
    box.focus();
  }, true);

  const fold_away = one("details");
  if (fold_away && matchMedia("(max-width: 60rem)").matches) fold_away.open = false;
  read();
  update();
  fetch(root.dataset.index, { cache: "no-cache" })
    .then((response) => { if (!response.ok) throw new Error(response.status); return response.json(); })
    .then((index) => {
      prepare(index);
      one(".pcf-take__shown").hidden = false;
      update();
    })
    .catch((error) => { one(".pcf-count").textContent = words.failed; console.error(error); });
}

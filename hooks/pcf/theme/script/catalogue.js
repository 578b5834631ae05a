// The catalogue: finds, filters, sorts and lists the reports of catalogue-index.json, in rows like the page's own.

const root = one("[data-index]");
const STEP = 50, FOLDED = 6, LONG = 30, MOST = 4, BINS = 24, LIMITS = ["min", "max"];
const once = (makeIt) => { let made; return () => (made ??= makeIt()); };

if (root) catalogue();

function catalogue() {
  const words = JSON.parse(root.dataset.words);
  const list = one(".pcf-list"), head = one(".pcf-list__head"), blank = one("#pcf-row").content.firstElementChild;
  const box = one("[name=q]"), sorting = one("[name=sort]"), chips = one(".pcf-chips"), tray = one(".pcf-tray");
  const number = (n) => n.toLocaleString("en");
  const text = (row) => row[language] ?? row[other];
  const entry = (name, i) => tables[name][columns[name][i]];
  let params, shown, waiting, tables, columns, rows, standing, facets, listed, comparable, base;

  // The address holds all that was chosen, and is all that is remembered.
  const get = (name) => params.get(name) ?? "";
  const keep = (test) => { params = new URLSearchParams([...params].filter(test)); };
  function choose(name, value, yes) {
    keep(([key, one]) => key !== name || one !== value);
    if (yes) params.append(name, value);
  }
  function read() {
    params = new URLSearchParams(location.search);
    shown = history.state?.shown || STEP;
    update();
  }
  function write(how = "push") {
    keep(([, value]) => value);
    const query = String(params).replaceAll("%2F", "/").replaceAll("%2C", ",");
    history[how + "State"]({ shown }, "", query ? "?" + query : location.pathname);
  }
  function change(later) {
    shown = STEP;
    update();
    clearTimeout(waiting);
    waiting = later ? setTimeout(write, 250, "replace") : write();
  }

  // What the index says, made ready: each facet has options, and for every row a code that stands for some of them.
  function prepare(index) {
    ({ tables, columns } = index);
    const past = (i) => columns.valid_until[i] < today;  // where it is stated
    // Statuses stand in the order of their weight: what weighs more than the end of validity stays.
    const weight = (status) => tables.status.indexOf(status);
    columns.status = columns.status.map((status, i) => (past(i) ? Math.min(status, weight("expired")) : status));
    columns.away = columns.status.map((status, i) => past(i) || status <= weight("superseded"));
    columns.id = columns.product.map((product, i) => `${product}/${columns.report[i]}`);
    columns.name = columns.id.map((id, i) => ({ id, zh: columns.name_zh[i], en: columns.name_en[i] }));
    columns.value = columns.total.map(Number);
    columns.day = columns.issued.map((day) => Date.parse(day ?? "9999"));  // drafts are newest
    rows = [...columns.id.keys()];
    standing = rows.filter((i) => !columns.away[i]);
    columns.searched = rows.map((i) => {
      const named = [columns.name[i], entry("producer", i), entry("body", i)].flatMap((it) => [it?.zh, it?.en]);
      return fold([columns.model[i], columns.number[i], ...named].join("\n"));
    });
    const year = columns.issued.map((day) => day?.slice(0, 4)), years = [...new Set(year)].filter(Boolean).sort().reverse();
    const single = (code, ids, labels = ids) => ({ ids, labels, code, members: ids.map((_, i) => [i]) });
    const named = (name) => single(columns[name], tables[name].map((row) => row.id), tables[name].map(text));
    const own = (name) => single(columns[name], tables[name], tables[name].map((id) => words[name][id]));
    const known = {
      category: named, producer: named, body: named, boundary: () => own("scope"), status: own,
      standard: () => ({ ...single(columns.standards, tables.standard), members: tables.standards }),
      year: () => single(year.map((it) => years.indexOf(it)), years),
    };
    facets = many("[data-facet]").map((field) => panel(field, field.dataset.facet, known));
    for (const sort in order) setTimeout(order[sort]);
  }

  // Every order of the rows is made once; a list is the rows of an order that pass.
  const by = (key, sign = 1) => once(() => {
    const keys = key();
    return [...rows].sort((a, b) => sign * (keys[a] - keys[b]) || a - b);
  });
  const order = {
    "": by(() => columns.day, -1), oldest: by(() => columns.day),
    lowest: by(() => columns.value), highest: by(() => columns.value, -1),
    name: by(() => {
      const all = columns.name.map(text);
      const sorted = [...new Set(all)].sort(new Intl.Collator(language, { numeric: true }).compare);
      const places = new Map(sorted.map((name, i) => [name, i]));
      return all.map((name) => places.get(name));
    }),
  };
  const ranks = (sort) => ["lowest", "highest"].includes(sort);
  const sorted = () => (order[get("sort")] && (comparable || !ranks(get("sort"))) ? get("sort") : "");
  const range = () => LIMITS.map((name) => (comparable && get(name).trim() ? Number(get(name)) : NaN));

  // One pass: a row that fails one facet alone counts for that facet, so a count is what a click will give.
  function select() {
    const out = [{}, {}], query = fold(get("q")).split(/\s+/), near = new Map(facets.map((f) => [f, []])), passing = [];
    let putBy = 0;
    base = [];
    for (const f of facets) {
      f.chosen = new Set(params.getAll(f.name));
      f.allowed = f.chosen.size && f.members.map((options) => options.some((option) => f.chosen.has(f.ids[option])));
    }
    const missing = rows.map((i) => {
      const failed = query.every((word) => columns.searched[i].includes(word)) ? facets.filter((f) => f.allowed && !f.allowed[f.code[i]]) : out;
      if (columns.away[i]) {
        if (!failed[0]) putBy++;
        if (!get("all")) return out;
      }
      if (!failed[0]) base.push(i);
      return failed;
    });
    comparable = new Set(base.map((i) => `${columns.category[i]} ${entry("functional_unit", i).key}`)).size === 1;
    const [low, high] = range();
    missing.forEach((failed, i) => {
      if (columns.value[i] < low || columns.value[i] > high) return;
      if (!failed[0]) passing[i] = i;
      if (!failed[1]) near.get(failed[0])?.push(i);
    });
    listed = order[sorted()]().filter((i) => i in passing);
    for (const f of facets) f.counts = tally(f, [...listed, ...near.get(f)]);
    return putBy;
  }
  function tally(f, some) {
    const counts = new Uint32Array(f.ids.length);
    for (const i of some) for (const option of f.members[f.code[i]] ?? []) counts[option]++;
    return counts;
  }

  // A facet's panel. Only options that would give something are shown, of many the most frequent.
  function panel(field, name, known) {
    const f = known[name](name), counts = tally(f, rows), [, find, options, more] = field.children;
    Object.assign(f, { field, find, options, more, name, elements: [] });
    f.divides = [standing, rows].map((some) => tally(f, some).some((n) => n && n < some.length));
    f.order = [...f.ids.keys()];
    if (name !== "year") f.order.sort((a, b) => counts[b] - counts[a]);
    if (f.ids.length <= LONG) find.remove();
    find.oninput = () => show(f);
    more.onclick = () => { f.open = !f.open; show(f); };
    return f;
  }
  function show(f) {
    const word = fold(f.find.value.trim()), few = word ? LONG : f.open ? 4 * LONG : FOLDED;
    const chosen = (option) => f.chosen.has(f.ids[option]);
    const possible = f.order.filter((option) => (f.counts[option] || chosen(option)) && fold(f.labels[option]).includes(word));
    const elements = possible.filter((option, i) => i < few || chosen(option)).map((option) => {
      const element = (f.elements[option] ??= make("label", null,
        make("input", { type: "checkbox", name: f.name, value: f.ids[option] }), make("span", null, f.labels[option]), make("small")));
      element.firstChild.checked = chosen(option);
      element.lastChild.textContent = number(f.counts[option]);
      return element;
    });
    const focused = document.activeElement, rest = possible.length - elements.length;
    f.options.replaceChildren(...elements);
    if (f.options.contains(focused)) focused.focus();
    f.field.hidden = !f.divides[+!!get("all")] && !f.chosen.size;
    f.more.hidden = !!word || !(rest || f.open);
    f.more.ariaExpanded = !!f.open;
    f.more.textContent = f.open ? words.fewer : put(words.others, { count: number(rest) });
  }
  function showRange() {
    const [low, high] = range(), values = base.map((i) => columns.value[i]);
    const first = Math.min(...values), width = (Math.max(...values) - first) / BINS, bins = new Array(BINS).fill(0), bars = ["", ""];
    if (comparable && width) for (const value of values) bins[Math.min(BINS - 1, Math.floor((value - first) / width))]++;
    bins.forEach((n, k) => {
      const outside = first + (k + 1) * width < low || first + k * width > high;
      if (n) bars[+!outside] += `M${10 * k} 40v${-Math.max(1, 40 * n / Math.max(...bins))}h9V40z`;
    });
    many(".pcf-range path").forEach((path, k) => set(path, { d: bars[k] }));
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
  const three = once(() => new Intl.NumberFormat("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3, useGrouping: false }));
  function fill(i) {
    const row = blank.cloneNode(true), cell = (name) => columns[name][i], of = (name) => entry(name, i);
    const at = (part) => one(".pcf-" + part, row), name = cell("name");
    const total = cell("total"), draft = cell("number") === null, bar = one("svg", row), tick = one("input", row);
    const missing = of("not_quantified").map((k) => words.stage[tables.stage[k]]), end = missing.pop();
    let length = 0, top = 0, largest = null;
    [...bar.children].forEach((part, k) => {
      const stage = tables.stage[k], share = columns.shares[stage][i];
      if (!(share > 0)) return part.remove();
      set(part, { x: length, width: share });
      length += share;
      if (share > top) [top, largest] = [share, put(words.largest, { stage: words.stage[stage], share: (share / 10).toFixed(1) })];
    });
    set(bar, { viewBox: `0 0 ${length} 10` });
    for (const [part, named] of Object.entries({ name, producer: of("producer"), category: of("category") })) {
      const link = at("list__" + part);
      set(link, { href: link.getAttribute("href").replace(/(products|producers|categories)\/.*/, `$1/${named.id}/`) });
      say(link.firstElementChild, named);
    }
    at("status").className = "pcf-status pcf-status--" + of("status");
    if (cell("reproduced") !== cell("compared")) at("verdict").className = "pcf-verdict pcf-verdict--does-not-reproduce";
    at("num[title]").title = draft ? words.recomputed : words.declared;
    for (const [part, said] of Object.entries({
      model: cell("model"), num: +total ? three().format(total) : "0", "num[title]": total, list__per: put(words.per, { unit: text(of("functional_unit")) }),
      list__largest: largest, list__scope: words.scope[of("scope")], status: words.status[of("status")],
      list__missing: end ? put(words.not_quantified, { stages: [missing.join(words.comma), end].filter(Boolean).join(words.last) }) : null,
      verdict: cell("compared") && put(words.reproduced, { count: cell("reproduced"), of: cell("compared") }),
      list__issued: cell("issued"), list__number: cell("number"),
    })) {
      if (said === null) at(part).remove();
      else at(part).textContent = said;
    }
    if (draft) at("list__report p").remove();
    else say(at("list__body span"), of("body"));
    set(tick, { value: name.id, "aria-label": put(words.compare_one, { name: `${text(name)} ${cell("model")}` }) });
    return row;
  }
  function showRows() {
    const wanted = listed.slice(0, shown).map((i) => columns.id[i]), old = many("input", list).map((tick) => tick.value);
    const same = !get("all") && old.every((id, k) => id === wanted[k]), made = listed.slice(same ? old.length : 0, shown).map(fill);
    if (same) list.append(...made);
    else list.replaceChildren(head, ...made);
  }

  function showChips() {
    const chip = (label, name, value) =>
      make("button", { type: "button", "aria-label": put(words.remove, { name: label }), name, value, "data-do": "drop" }, label, " ×");
    chips.replaceChildren(
      ...facets.flatMap((f) => [...f.chosen].map((id) => chip(f.labels[f.ids.indexOf(id)] ?? id, f.name, id))),
      ...range().flatMap((limit, k) => (isNaN(limit) ? [] : chip(`${"≥≤"[k]} ${limit}`, LIMITS[k], get(LIMITS[k])))));
    one(".pcf-chips__clear").hidden = !chips.firstChild;
  }

  const chosen = () => get("compare").split(",").filter((id) => columns.id.includes(id)).slice(0, MOST);
  function showTray(full) {
    const ids = chosen(), link = one("a", tray);
    for (const tick of many("input", list)) tick.checked = ids.includes(tick.value);
    tray.hidden = !ids.length;
    one("p", tray).textContent = put(full ? words.compare_full : words.compare_count, { count: ids.length, most: MOST });
    link.href = `${link.dataset.page}?ids=${ids}`;
  }

  function update() {
    for (const field of many("[name=q], [name=min], [name=max]")) if (field.value !== get(field.name)) field.value = get(field.name);
    if (!columns) return;
    const putBy = select(), all = get("all"), of = number((all ? rows : standing).length), count = number(listed.length), rest = listed.length - shown;
    one(".pcf-count").textContent = put(count === of ? words.count : words.count_of, { count, of });
    showRows();
    facets.forEach(show);
    if (sorting) {
      showRange();
      showChips();
    }
    showTray();
    one(".pcf-zero").hidden = listed.length;
    one(".pcf-more").hidden = rest <= 0;
    one(".pcf-more button").textContent = put(words.more, { count: Math.min(rest, STEP) });
    one(".pcf-away").hidden = !(all || putBy);
    one("[name=all]").checked = all;
    one(".pcf-away span").textContent = put(words.away, { count: number(putBy) });
  }

  // What is listed, cut from the files of the whole catalogue. A line that ends between quotes goes on.
  async function take({ value: kind }) {
    const whole = await (await fetch(root.dataset.index.replace("-index.json", `.${kind}`))).text();
    const pages = new Set(listed.map((i) => `products/${columns.id[i]}/`));
    if (kind === "json") {
      const all = JSON.parse(whole);
      all.reports = all.reports.filter((report) => pages.has(report.page));
      return save("catalogue.json", "application/json", JSON.stringify(all, null, 2) + "\n");
    }
    const lines = whole.match(/("[^"]*"|[^"\r])+\r\n/g);
    save("catalogue.csv", "text/csv", "\ufeff" + lines.filter((line, k) => !k || pages.has(line.split('"').at(-2))).join(""));
  }

  // What a reader does
  const actions = {
    take,
    drop(chip) {
      choose(chip.name, chip.value);
      change();
      (chips.firstChild || box).focus();
    },
    clear() {
      keep(([name]) => ["sort", "all", "compare"].includes(name));
      change();
      box.focus();
    },
    more() {
      shown += STEP;
      update();
      write("replace");
      many(".pcf-list__name", list)[shown - STEP].focus();
    },
    none() {
      params.delete("compare");
      showTray();
      write();
    },
  };
  root.addEventListener("click", ({ target }) => actions[target.dataset.do]?.(target));
  root.addEventListener("input", ({ target: { name, value, type, checked } }) => {
    if (!name) return;
    if (type === "checkbox") choose(name, value, checked);
    else params.set(name, value);
    change(/^(q|min|max)$/.test(name));
  });
  list.addEventListener("change", ({ target: { value, checked } }) => {
    if (!columns) return;
    const ids = chosen(), full = checked && ids.length >= MOST;
    if (!full) {
      params.set("compare", checked ? [...ids, value] : ids.filter((id) => id !== value));
      write();
    }
    showTray(full);
  });
  addEventListener("popstate", read);

  const details = one(".pcf-filter__fold");
  if (details && matchMedia("(max-width: 60rem)").matches) details.open = false;
  read();
  json(root.dataset.index, { cache: "no-cache" })
    .then((index) => {
      prepare(index);
      one(".pcf-take__shown").hidden = false;
      update();
    })
    .catch((error) => { one(".pcf-count").textContent = words.failed; console.error(error); });
}

// Sets reports side by side, from their footprint.json: first whether they can be compared, then how far.
// Which conditions there are, and what makes two alike, comparability.py decides: here keys are only matched.

// Decimal texts as whole numbers of 10^-30, with the places they are printed with: sums are exact, never floats.
const decimal = (text) => {
  const [whole, part = ""] = text.split(".");
  return [BigInt(whole + part.padEnd(30, 0)), part.length];
};
const plus = ([n, p], [m, q]) => [n + m, Math.max(p, q)];
const print = ([n, places], sign = "") => {
  const digits = `${n < 0 ? -n : n}`.padStart(31, 0);
  return (n < 0 ? "−" : sign) + digits.slice(0, -30) + (places ? "." + digits.slice(-30).slice(0, places) : "");
};
const minus = (a, [m, q]) => print(plus(a, [-m, q]), "+");

const place = one("[data-compare]");
const t = JSON.parse(place.dataset.compare), known = {}, order = Object.keys(t.stages);
const part = (name) => one(`[data-${name}]`, place);
const say = (key, values) => put(t[key], values);
const list = (texts) => texts.join(t.comma);
const names = (ids, of) => list(ids.map((id) => of[id]));
const words = (both) => both[language] ?? say("only_other", { text: both[other] });
const asked = (name) => new URLSearchParams(location.search).get(name)?.split(",").filter(Boolean);
let latest, ids, reports;

const load = (id) => known[id] ??= json(`${place.dataset.root}products/${id}/footprint.json`)
  .then((data) => read(id, data))
  .catch((why) => {
    delete known[id];
    return say(why === 404 ? "unknown" : "unreachable", { id });
  });

function read(id, data) {
  const byId = (some) => Object.fromEntries(some.map((it) => [it.id, it]));
  const stages = byId(data.stages), which = data.declared.total ? "declared" : "recomputed";
  const late = data.report.valid_until < today ? ["expired"] : [];
  return {
    ...data, id, stages, which,
    model: data.product.model,
    maker: words(data.product.producer.name),
    comparability: byId(data.comparability),
    statuses: [...new Set([...data.conditions, ...late])],
    address: new URL(`${place.dataset.pages}products/${id}/`, location).href,
    state: (stage) => stages[stage]?.state ?? "outside-boundary",
    value: (stage) => decimal(stages[stage][which].value),
    total: decimal(data[which].total.value),
  };
}

function go(to, stages) {
  history.pushState(null, "", to.length ? `?ids=${to}` + (stages ? `&stages=${stages}` : "") : location.pathname);
  show();
}

async function show() {
  const notes = [], wanted = [], mine = latest = {};
  for (const link of many(".pcf-language")) link.search = location.search;
  for (const id of asked("ids") ?? []) {
    const fault = !/^[a-z\d-]+\/[a-z\d-]+$/.test(id) ? "malformed" : wanted.includes(id) ? "duplicate"
      : wanted.length === t.largest && "too_many";
    if (fault) notes.push(say(fault, { id }));
    else wanted.push(id);
  }
  part("notes").textContent = wanted[0] ? t.loading : "";
  const loaded = await Promise.all(wanted.map(load));
  if (mine !== latest) return;  // another address has been gone to meanwhile
  reports = loaded.filter((it) => it.id);
  ids = reports.map((it) => it.id);
  notes.push(...loaded.filter((it) => !it.id));
  part("notes").replaceChildren(...notes.map((note) => make("p", { class: "pcf-banner" }, note)));
  part("intro").hidden = ids[0];
  part("shown").hidden = !ids[0];
  if (ids[0]) fill(asked("stages") ?? order);
  dispatchEvent(new Event("resize"));  // what scrolls sideways now is to be reached by keyboard
}

const span = (look, text) => make("span", { class: look }, text);
const cell = (label, look, ...children) => make("td", { "data-label": label, class: look }, ...children);

// The cells of a row: of each report, then of what is set against the first; in the head, their labels.
function row(table, name, ...cells) {
  const line = one(`[data-row="${name}"]`, part(table));
  for (const old of many("[data-label]", line)) old.remove();
  line.append(...cells);
  return line;
}
const head = (look) => (label) => make("th", { scope: "col", "data-label": "", class: look }, label);

function fill(picked) {
  const every = (test) => reports.every(test);
  const tag = (id) => {
    const keys = new Set(reports.map((it) => it.comparability[id].key)), unstated = keys.delete(null);
    return keys.size > 1 ? "different" : unstated ? "not_stated" : "same";
  };
  const unlike = (stage) => tag(t.coverage + stage) !== "same";
  const common = order.filter((stage) => every((it) => it.state(stage) === "quantified"));
  const chosen = common.filter((stage) => picked.includes(stage)), apart = chosen.filter(unlike);
  for (const it of reports) {
    const twice = reports.filter((other) => other.model === it.model)[1];
    it.name = it.model + (twice ? ` ${it.report.number ?? it.id}` : "");
    it.label = it.which === "recomputed" ? say("draft", it) : it.name;
  }
  const [first, ...others] = reports, labels = reports.map((it) => it.label);
  const whole = Object.keys(t.conditions).filter((id) => !id.startsWith(t.coverage));
  const found = (kind) => names(whole.filter((id) => tag(id) === kind), t.conditions);
  const stops = t.stops.filter((id) => tag(id) !== "same"), compared = others[0] && !stops[0];
  const reasons = [
    ...common.filter(unlike).map((stage) => [say("uncounted", { stage: t.stages[stage] }), reports.map((it) =>
      say("pair", { label: it.name, text: it.comparability[t.coverage + stage][language] })).join(t.semicolon)]),
    [t.differing, found("different")], [t.unstated, found("not_stated")],
  ].filter(([, text]) => text);
  const kind = !others[0] ? "one" : stops[0] ? "stop" : reasons[0] ? "careful" : "alike";
  const caption = { which: t[every((it) => it.which === "recomputed") ? "recomputed" : "declared"], unit: words(first.functional_unit.label) };

  // The verdict, and the reports it is on
  const [title, why, because] = part("verdict").children;
  part("verdict").className = `pcf-verdictbox pcf-verdictbox--${kind}`;
  title.textContent = t[kind];
  why.textContent = say(kind + "_why", { conditions: names(stops, t.conditions) });
  because.replaceChildren(...(kind === "careful" ? reasons : []).map(([label, text]) => make("li", null, make("b", null, label), " ", text)));
  part("cards").replaceChildren(...reports.map((it) => make("li", null,
    make("a", { href: it.address }, `${words(it.product.name)} ${it.model}`), span("", it.maker),
    span("", it.report.number ? `${it.report.number} · ${it.report.issued}` : ""),
    make("span", null, ...it.statuses.map((status) => span("pcf-status pcf-status--" + status, t.statuses[status]))),
    make("small", { class: "pcf-onpaper" }, it.address),
    make("button", { class: "pcf-tool", "data-do": "remove", value: it.id, "aria-label": say("remove_named", it) }, t.remove))));
  part("another").hidden = ids.length === t.largest;
  part("another").firstChild.href = `${place.dataset.pages}?compare=${ids}`;  // these stay chosen there
  part("here").textContent = location.href;

  // Condition by condition
  row("conditions", "head", ...labels.map(head("")));
  for (const id in t.conditions) {
    const [, stage] = id.split(t.coverage), kind = tag(id);
    const line = row("conditions", id, ...reports.map((it) => cell(it.label, "", span("", it.comparability[id][language]),
      ...["included", "excluded"].filter((key) => it.stages[stage]?.[key])
        .map((key) => make("small", null, say(key, { text: words(it.stages[stage][key]) }))))));
    line.hidden = stage && every((it) => it.state(stage) !== "quantified");
    line.className = others[0] && kind !== "same" ? "pcf-differs" : "";
    line.cells[0].replaceChildren(...others.slice(0, 1).map(() => span("pcf-tag pcf-tag--" + kind, t[kind])));
  }

  // The common scope: what is chosen of it, and bars on one scale
  for (const it of reports) it.sum = chosen.map(it.value).reduce(plus, [0n, 0]);
  const left = order.filter((stage) => !common.includes(stage) && !every((it) => it.state(stage) === "outside-boundary"));
  part("scope").hidden = !compared;
  part("common").textContent = t[common[0] ? "scope_lead" : "scope_none"];
  part("left").textContent = left[0] ? say("left_out", { stages: list(left.map((stage) => say("stage_states", {
    stage: t.stages[stage],
    states: list(reports.filter((it) => it.state(stage) !== "quantified")
      .map((it) => say("state_of", { name: it.name, state: t.states[it.state(stage)] }))),
  }))) }) : "";
  for (const box of many("input", part("scope"))) {
    box.checked = chosen.includes(box.value);
    box.parentNode.hidden = !common.includes(box.value);
  }
  part("sum").className = apart[0] ? "pcf-banner" : "pcf-sumline";
  part("sum").textContent = !chosen[0] ? t.nothing : apart[0] ? say("no_difference", { stages: names(apart, t.stages) })
    : say("difference", { names: names(chosen, t.stages), values: list(reports.map(({ name, sum }, index) =>
      say(index ? "difference_one" : "sum_one", { name, value: print(sum), difference: minus(sum, first.sum) }))) });
  part("caption").textContent = say("bars", caption);
  const size = (it, stage) => Number(it.value(stage)[0]);
  const [below, above] = [-1, 1].map((sign) => Math.max(...reports.map((it) =>
    chosen.reduce((sum, stage) => sum + Math.max(0, sign * size(it, stage)), 0))));
  const percent = (length) => `${100 * length / (below + above)}%`;
  part("bars").replaceChildren(...reports.map((it) => {
    let right = below, left = below;
    const bar = part("bar").content.firstElementChild.cloneNode(true), [plain, hatched] = bar.children;
    bar.replaceChildren();
    for (const stage of chosen) {
      const long = size(it, stage), at = long < 0 ? left += long : (right += long) - long;
      const box = { x: percent(at), width: percent(Math.abs(long)) };
      bar.append(set(plain.cloneNode(), { ...box, class: "pcf-fill-stage-" + stage }));
      if (unlike(stage)) bar.append(set(hatched.cloneNode(), box));
    }
    return make("li", null, make("b", null, it.label), " ", it.maker,
      make("span", { class: "pcf-comparebar__row" }, bar, make("b", { class: "pcf-num" }, print(it.sum))));
  }));

  // Stage by stage; differences only where a comparison may be made
  const number = (label, text, ...more) => cell(label, "pcf-r pcf-num", span("", text), ...more);
  const versus = (it) => `${it.name} − ${first.name}`, against = compared ? others : [];
  // What a report has of this row beside what the first has: a difference, none, or no comparison.
  const line = (name, of, open, mixed, own = (it) => number(it.label, print(of(it)))) => row("stages", name,
    ...reports.map(own), ...against.map((it) => mixed ? cell(versus(it), "pcf-r", span("pcf-tag pcf-tag--different", t.covers_different))
      : number(versus(it), open ? minus(of(it), of(first)) : "–")));
  part("stages").caption.textContent = say("stages_caption", caption);
  row("stages", "head", ...[...labels, ...against.map(versus)].map(head("pcf-r")));
  for (const stage of order) {
    const own = (it) => {
      const { verdict, recomputed } = it.stages[stage] ?? {};
      return recomputed ? number(it.label, print(it.value(stage)), ...(verdict === "does-not-reproduce"
        ? [span("pcf-verdict pcf-verdict--does-not-reproduce", say("not_reproduced", recomputed))] : []))
        : cell(it.label, "pcf-r pcf-none", make("span", null, span("pcf-swatch", ""), t.states[it.state(stage)]));
    };
    const open = common.includes(stage), shown = line(stage, (it) => it.value(stage), open, open && unlike(stage), own);
    shown.hidden = every((it) => it.state(stage) === "outside-boundary");
    one("small", shown).hidden = !compared || chosen.includes(stage);
  }
  line("sum", (it) => it.sum, true, apart[0]).hidden = !compared || !chosen[0];
  line("total", (it) => it.total);
}

// What is shown, as a table for spreadsheets; a text that could be taken for a formula begins with an apostrophe.
function csv() {
  const text = (node) => [...node.childNodes].filter((child) => !child.hidden).map((child) => child.textContent.trim()
    .replace(/^−(?=\d)/, "-")).filter(Boolean).join(" ");
  const rows = [[one("h1", place).textContent, location.href], many("h2, p, li", part("verdict")).map(text),
    ...reports.map((it) => [it.label, it.maker, it.report.number ?? "", it.report.issued ?? "",
      names(it.statuses, t.statuses), it.address])];
  for (const table of many("table", place)) {
    rows.push([], [table.caption.textContent], ...[...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(text)));
  }
  const quoted = (value) => `"${/^[=+\-@\t\r](?!\d+(\.\d+)?$)/.test(fold(value)) ? "'" : ""}${value.replaceAll('"', '""')}"`;
  return "\ufeff" + rows.map((row) => row.map(quoted) + "\r\n").join("");
}

const actions = {
  csv: () => save("compare.csv", "text/csv", csv()),
  link: async (button) => {
    await navigator.clipboard.writeText(location.href);
    button.textContent = t.copied;
  },
  print: () => window.print(),
  remove: ({ value }) => {
    go(ids.filter((id) => id !== value), asked("stages"));
    one("h1", place).focus();
  },
};
place.addEventListener("click", ({ target }) => actions[target.dataset.do]?.(target));
place.addEventListener("change", () => go(ids, many(":checked", part("scope")).map((box) => box.value)));
addEventListener("popstate", show);
show();

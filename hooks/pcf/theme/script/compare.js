// Sets reports side by side, from their footprint.json: first whether they can be compared, then how far.
// Which conditions there are, and what makes two alike, comparability.py decides: here keys are only matched.

// Decimal texts as whole numbers of 10^-30, with the places they are printed with: sums are exact, never floats.
const decimal = (text) => {
  const [whole, part = ""] = text.split(".");
  return [BigInt(whole + part.padEnd(30, "0")), part.length];
};
const plus = ([n, p], [m, q]) => [n + m, Math.max(p, q)];
const minus = (a, [m, q]) => plus(a, [-m, q]);
const print = ([n, places], sign = "") => {
  const digits = String(n < 0 ? -n : n).padStart(31, "0");
  return (n < 0 ? "−" : sign) + digits.slice(0, -30) + (places ? "." + digits.slice(-30, places - 30 || undefined) : "");
};

function start(place) {
  const t = JSON.parse(place.dataset.compare), known = {}, order = Object.keys(t.stages);
  const part = (name) => place.querySelector(`[data-${name}]`);
  const say = (key, values) => t[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const list = (texts) => texts.join(t.comma);
  const names = (stages) => list(stages.map((stage) => t.stages[stage]));
  const words = (both) => both[t.language] ?? say("only_other", { text: both.zh ?? both.en });
  let asked = 0, ids, even, reports;

  const load = (id) => known[id] ??= fetch(`${place.dataset.root}products/${id}/footprint.json`)
    .then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status))
    .then((data) => read(id, data))
    .catch((why) => {
      delete known[id];
      return { fault: say(why === 404 ? "unknown" : "unreachable", { id }) };
    });

  function read(id, data) {
    const draft = !data.declared.total, stages = {}, conditions = {}, statuses = new Set(data.conditions);
    if (data.report.valid_until < new Date().toLocaleDateString("sv")) statuses.add("expired");  // the reader's day
    for (const stage of data.stages) stages[stage.id] = stage;
    for (const condition of data.comparability) conditions[condition.id] = condition;
    const value = (of) => decimal((draft ? of.recomputed : of.declared).value);
    return {
      id, data, draft, stages, conditions,
      model: data.product.model,
      maker: words(data.product.producer.name),
      statuses: [...statuses].map((status) => [status, t.statuses[status]]),
      address: new URL(`${place.dataset.pages}products/${id}/`, location).href,
      state: (stage) => stages[stage]?.state ?? "outside-boundary",
      value: (stage) => value(stages[stage]),
      total: () => value({ declared: data.declared.total, recomputed: data.recomputed.total }),
    };
  }

  function go(to, stages) {
    const query = to.length ? `?ids=${to}` + (stages ? `&stages=${stages}` : "") : location.pathname;
    history.pushState(null, "", query);
    show();
  }

  async function show() {
    const search = new URLSearchParams(location.search), mine = ++asked, notes = [], wanted = [];
    for (const link of document.querySelectorAll(".pcf-language")) link.search = location.search;
    for (const id of (search.get("ids") ?? "").split(",").filter(Boolean)) {
      const fault = !/^[a-z\d-]+\/[a-z\d-]+$/.test(id) ? "malformed" : wanted.includes(id) ? "duplicate"
        : wanted.length === t.largest ? "too_many" : "";
      if (fault) notes.push(say(fault, { id }));
      else wanted.push(id);
    }
    part("notes").textContent = wanted.length ? t.loading : "";
    const loaded = await Promise.all(wanted.map(load));
    if (mine !== asked) return;  // another address has been gone to meanwhile
    reports = loaded.filter((one) => !one.fault);
    ids = reports.map((one) => one.id);
    for (const { fault } of loaded) if (fault) notes.push(fault);
    part("notes").replaceChildren(...notes.map((note) => make("p", { class: "pcf-banner" }, note)));
    part("intro").hidden = ids.length;
    part("shown").hidden = !ids.length;
    if (ids.length) fill(search.get("stages")?.split(","));
    dispatchEvent(new Event("resize"));  // what scrolls sideways now is to be reached by keyboard
  }

  const put = (table, row, cells) => {
    const line = part(table).querySelector(`[data-row="${row}"]`);
    for (const old of line.querySelectorAll("[data-label]")) old.remove();
    line.append(...cells);
    return line;
  };
  const head = (label, look) => make("th", { scope: "col", "data-label": "", class: look }, label);
  const cell = (label, look, ...children) => make("td", { "data-label": label, class: look }, ...children);
  const span = (look, text) => make("span", { class: look }, text);

  function fill(stages) {
    const every = (test) => reports.every(test);
    const tag = (id) => {
      const keys = new Set(reports.map((one) => one.conditions[id].key)), unstated = keys.delete(null);
      return keys.size > 1 ? "different" : unstated ? "not_stated" : "same";
    };
    const alike = (stage) => tag(t.coverage + stage) === "same";
    const common = order.filter((stage) => every((one) => one.state(stage) === "quantified"));
    const chosen = common.filter((stage) => !stages || stages.includes(stage));
    const apart = chosen.filter((stage) => !alike(stage));
    even = common.filter(alike);
    for (const one of reports) {
      const twice = reports.some((other) => other !== one && other.model === one.model);
      one.name = one.model + (twice ? ` ${one.data.report.number ?? one.id}` : "");
      one.label = one.draft ? say("draft", one) : one.name;
    }
    const [first, ...others] = reports;
    const found = (kind) => Object.keys(t.conditions).filter((id) => tag(id) === kind && !id.startsWith(t.coverage));
    const labels = (some) => list(some.map((id) => t.conditions[id]));
    const stops = t.stops.filter((id) => tag(id) !== "same");
    const compared = others.length && !stops.length;
    const uncounted = common.filter((stage) => !alike(stage)), unstated = found("not_stated"), differing = found("different");
    const kind = !others.length ? "one" : stops.length ? "stop" : uncounted.length + unstated.length + differing.length ? "careful" : "alike";
    const caption = { which: every((one) => one.draft) ? t.recomputed : t.declared, unit: words(first.data.functional_unit.label) };

    // The verdict, and the reports it is on
    const [title, why, reasons] = part("verdict").children;
    part("verdict").className = `pcf-verdictbox pcf-verdictbox--${kind}`;
    title.textContent = t[kind];
    why.textContent = say(kind + "_why", { conditions: labels(stops) });
    reasons.replaceChildren(...(kind !== "careful" ? [] : [
      ...uncounted.map((stage) => [say("uncounted", { stage: t.stages[stage] }), reports.map((one) =>
        say("pair", { label: one.name, text: one.conditions[t.coverage + stage][t.language] })).join(t.semicolon)]),
      [t.differing, labels(differing)], [t.unstated, labels(unstated)],
    ]).filter(([, text]) => text).map(([label, text]) => make("li", {}, make("b", {}, label), " ", text)));
    part("cards").replaceChildren(...reports.map((one) => make("li", {},
      make("a", { href: one.address }, `${words(one.data.product.name)} ${one.model}`), span("", one.maker),
      span("", one.draft ? "" : `${one.data.report.number} · ${one.data.report.issued}`),
      make("span", {}, ...one.statuses.map(([status, text]) => span("pcf-status pcf-status--" + status, text))),
      make("small", { class: "pcf-onpaper" }, one.address),
      make("button", { class: "pcf-tool", "data-do": "remove", "data-id": one.id, "aria-label": say("remove_named", one) }, t.remove))));
    part("another").hidden = ids.length === t.largest;
    part("another").firstChild.href = `${place.dataset.pages}?compare=${ids}`;  // these stay chosen there
    part("here").textContent = location.href;

    // Condition by condition
    put("conditions", "head", reports.map((one) => head(one.label, "")));
    for (const id of Object.keys(t.conditions)) {
      const stage = id.startsWith(t.coverage) && id.slice(t.coverage.length), kind = tag(id);
      const row = put("conditions", id, reports.map((one) => cell(one.label, "", span("", one.conditions[id][t.language]),
        ...["included", "excluded"].filter((key) => one.stages[stage]?.[key])
          .map((key) => make("small", {}, say(key, { text: words(one.stages[stage][key]) }))))));
      row.hidden = stage && every((one) => one.state(stage) !== "quantified");
      row.className = others.length && kind !== "same" ? "pcf-differs" : "";
      row.cells[0].replaceChildren(...(others.length ? [span("pcf-tag pcf-tag--" + kind, t[kind])] : []));
    }

    // The common scope: what is chosen of it, and bars on one scale
    const sums = reports.map((one) => chosen.map(one.value).reduce(plus, [0n, 0]));
    part("scope").hidden = !compared;
    part("common").textContent = common.length ? t.scope_lead : t.scope_none;
    const left = order.filter((stage) => !common.includes(stage) && !every((one) => one.state(stage) === "outside-boundary"));
    part("left").textContent = left.length ? say("left_out", { stages: list(left.map((stage) => say("stage_states", {
      stage: t.stages[stage],
      states: every((one) => one.state(stage) === first.state(stage)) ? t.states[first.state(stage)] : list(reports.filter((one) =>
        one.state(stage) !== "quantified").map((one) => say("state_of", { name: one.name, state: t.states[one.state(stage)] }))) }))) }) : "";
    for (const box of part("scope").querySelectorAll("input")) {
      box.checked = chosen.includes(box.value);
      box.parentNode.hidden = !common.includes(box.value);
    }
    part("scope").querySelector("button").hidden = !apart.length || !even.length;
    part("sum").className = apart.length ? "pcf-banner" : "pcf-sumline";
    part("sum").textContent = !chosen.length ? t.nothing : apart.length ? say("no_difference", { stages: names(apart) })
      : say("difference", { names: names(chosen), values: list(reports.map((one, index) => say(index ? "difference_one" : "sum_one",
        { name: one.name, value: print(sums[index]), difference: print(minus(sums[index], sums[0]), "+") }))) });
    part("scope").querySelector("figcaption").textContent = say("bars", caption);
    const parts = (one, sign) => chosen.reduce((whole, stage) => whole + Math.max(0, sign * Number(one.value(stage)[0])), 0);
    const below = Math.max(...reports.map((one) => parts(one, -1))), above = Math.max(...reports.map((one) => parts(one, 1)));
    const bar = (one) => {
      let right = below, left = below;
      const drawn = svg("svg", { class: "pcf-comparebar", "aria-hidden": true });
      for (const stage of chosen) {
        const size = Number(one.value(stage)[0]), start = size < 0 ? left += size : (right += size) - size;
        const at = { x: `${100 * start / (below + above)}%`, width: `${100 * Math.abs(size) / (below + above)}%`, height: "100%" };
        drawn.append(svg("rect", { ...at, class: "pcf-fill-stage-" + stage }));
        if (!alike(stage)) drawn.append(svg("rect", { ...at, fill: "url(#pcf-hatching)", class: "pcf-hatched" }));
      }
      return drawn;
    };
    part("scope").querySelector("ol").replaceChildren(...reports.map((one, index) => make("li", {}, make("b", {}, one.label), " ", one.maker,
      make("span", { class: "pcf-comparebar__row" }, bar(one), make("b", { class: "pcf-num" }, print(sums[index]))))));

    // Stage by stage; differences only where a comparison may be made
    const against = compared ? others : [], versus = (one) => `${one.name} − ${first.name}`;
    const number = (label, text, ...more) => cell(label, "pcf-r pcf-num", span("", text), ...more);
    const unlike = (one) => cell(versus(one), "pcf-r", span("pcf-tag pcf-tag--different", t.covers_different));
    const line = (name, values, differences) => put("stages", name, [...reports.map(values), ...against.map(differences)]);
    part("stages").caption.textContent = say("stages_caption", caption);
    line("head", (one) => head(one.label, "pcf-r"), (one) => head(versus(one), "pcf-r"));
    for (const stage of order) {
      const row = line(stage, (one) => {
        const { verdict, recomputed } = one.stages[stage] ?? {};
        return recomputed ? number(one.label, print(one.value(stage)), ...(verdict === "does-not-reproduce"
          ? [span("pcf-verdict pcf-verdict--does-not-reproduce", say("not_reproduced", recomputed))] : []))
          : cell(one.label, "pcf-r pcf-none", make("span", {}, span("pcf-swatch", ""), t.states[one.state(stage)]));
      }, (one) => !common.includes(stage) ? number(versus(one), "–") : alike(stage)
        ? number(versus(one), print(minus(one.value(stage), first.value(stage)), "+")) : unlike(one));
      row.hidden = every((one) => one.state(stage) === "outside-boundary");
      row.querySelector("small").hidden = !compared || chosen.includes(stage);
    }
    line("sum", (one, index) => number(one.label, print(sums[index])), (one, index) => apart.length ? unlike(one)
      : number(versus(one), print(minus(sums[index + 1], sums[0]), "+"))).hidden = !compared || !chosen.length;
    line("total", (one) => number(one.label, print(one.total())), (one) => number(versus(one), "–"));
  }

  // What is shown, as a table for spreadsheets; a text that could be taken for a formula begins with an apostrophe.
  function csv() {
    const text = (node) => [...node.childNodes].filter((child) => !child.hidden).map((child) => child.textContent.trim()
      .replace(/^−(?=\d)/, "-")).filter(Boolean).join(" ");
    const rows = [[place.querySelector("h1").textContent, location.href], [...part("verdict").querySelectorAll("h2, p, li")].map(text),
      ...reports.map((one) => [one.label, one.maker, one.data.report.number ?? "", one.data.report.issued ?? "",
        list(one.statuses.map(([, words]) => words)), one.address])];
    for (const table of place.querySelectorAll("table")) {
      rows.push([], [table.caption.textContent], ...[...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(text)));
    }
    const quoted = (value) => `"${(/^[=+\-@\t\r＝＋－＠]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value) ? "'" : "") + value.replaceAll('"', '""')}"`;
    return "\ufeff" + rows.map((row) => row.map(quoted) + "\r\n").join("");
  }

  const actions = {
    csv: () => save("compare.csv", "text/csv", csv()),
    link: async (button) => {
      await navigator.clipboard.writeText(location.href);
      button.textContent = t.copied;
    },
    print: () => window.print(),
    alike: () => go(ids, even),
    remove: (button) => {
      go(ids.filter((id) => id !== button.dataset.id), new URLSearchParams(location.search).get("stages"));
      place.querySelector("h1").focus();
    },
  };
  place.addEventListener("click", ({ target }) => actions[target.dataset.do]?.(target));
  place.addEventListener("change", () => go(ids, [...part("scope").querySelectorAll(":checked")].map((box) => box.value)));
  addEventListener("popstate", show);
  show();
}

function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}

for (const place of document.querySelectorAll("[data-compare]")) start(place);

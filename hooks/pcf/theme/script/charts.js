// Interactive charts over the page's static ones: loaded when a chart is seen, recoloured with the palette.

let library = null;

function load(address) {
  library ??= new Promise((done, failed) => {
    // It would make two inline style sheets, which the site's policy forbids, were these not there: for its own rules,
    // for which it now takes our sheet, and for its maps.
    document.querySelector("link[href*='assets/pcf/pcf.']").id = "plotly.js-style-global";
    document.head.append(make("meta", { id: "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53" }));
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error("plotly.js could not be loaded"));
    document.head.append(script);
  });
  return library;
}

const figureOf = (chart) => chart.querySelector("figure");
const css = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

// The figure in the page's present colours. Its traces name the CSS variables; the numbers stay strings.
function coloured(figure) {
  const ink = css("--pcf-ink");
  const data = figure.data.map((trace) => {
    const colours = trace.meta.map(css);
    const marker = { ...trace.marker, color: colours.length === 1 ? colours[0] : colours };
    if (marker.pattern) marker.pattern = { ...marker.pattern, bgcolor: colours[0], fgcolor: css("--pcf-page") };
    return { ...trace, marker };
  });
  const layout = {
    ...figure.layout,
    font: { ...figure.layout.font, color: ink },
    annotations: figure.layout.annotations.map((a) => ({ ...a, font: { ...a.font, color: ink } })),
    shapes: (figure.layout.shapes || []).map((s) => ({ ...s, line: { ...s.line, color: css("--pcf-muted") } })),
    hoverlabel: { bgcolor: css("--pcf-soft"), bordercolor: css("--pcf-line"), font: { color: ink }, align: "left" },
  };
  return { data, layout };
}

// No share button, no logo, no address of another host: the figure stays on this page.
const config = {
  displayModeBar: false, responsive: true, scrollZoom: false, showSendToCloud: false, showEditInChartStudio: false,
  plotlyServerURL: "", displaylogo: false,
};

async function draw(chart, address) {
  const figure = (chart.pcfFigure ??= JSON.parse(figureOf(chart).dataset.figure));
  const plot = chart.querySelector(".pcf-plot");
  const Plotly = await load(address);
  plot.hidden = false;
  const { data, layout } = coloured(figure);
  await Plotly.react(plot, data, layout, config);
  chart.classList.add("pcf-chart--live");
}

function tabs(views, charts) {
  const list = document.createElement("div");
  list.className = "pcf-tabs";
  list.setAttribute("role", "tablist");
  const buttons = charts.map((chart) => {
    const view = figureOf(chart).dataset.pcfView;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "tab");
    button.textContent = view === "stage" ? views.dataset.labelStage : views.dataset.labelCarrier;
    chart.id = "view-" + view;
    chart.setAttribute("role", "tabpanel");
    button.setAttribute("aria-controls", chart.id);
    list.append(button);
    return button;
  });
  const show = (index) => {
    charts.forEach((chart, i) => (chart.hidden = i !== index));
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === index));
      button.tabIndex = i === index ? 0 : -1;
    });
  };
  buttons.forEach((button, i) => button.addEventListener("click", () => show(i)));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    show(next);
    buttons[next].focus();
  });
  views.prepend(list);
  show(0);
}

// Drawn when it comes into view, or is pointed at, focused or tapped; with the save-data hint only when asked for.
function watch(views) {
  const charts = [...views.querySelectorAll(".pcf-chart")];
  const address = views.dataset.plotly;
  const fall = (chart) => (error) => console.warn(figureOf(chart).dataset.pcfView, error.message);
  const start = (chart) => draw(chart, address).catch(fall(chart));
  if (charts.length > 1) tabs(views, charts);
  new MutationObserver(() => {
    for (const chart of charts) if (chart.classList.contains("pcf-chart--live")) start(chart);
  }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
  if (navigator.connection && navigator.connection.saveData) {
    for (const chart of charts) {
      const ask = document.createElement("button");
      ask.type = "button";
      ask.className = "pcf-ask";
      ask.textContent = views.dataset.labelAsk;
      ask.addEventListener("click", () => { ask.remove(); start(chart); });
      chart.append(ask);
    }
    return;
  }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      start(entry.target);
    }
  }, { threshold: 0.1 });
  for (const chart of charts) {
    seen.observe(chart);
    for (const kind of ["pointerenter", "focusin", "touchstart"]) {
      chart.addEventListener(kind, () => { seen.unobserve(chart); start(chart); }, { once: true, passive: true });
    }
  }
}

document.querySelectorAll("[data-pcf-views]").forEach(watch);

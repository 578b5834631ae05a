// Interactive charts over the page's static ones: loaded when a chart is seen, recoloured with the palette.

// The figure in the page's present colours, which it names as CSS variables; the numbers stay strings.
const coloured = (text) => JSON.parse(text, (_, value) => String(value).startsWith("--pcf-")
  ? getComputedStyle(document.body).getPropertyValue(value).trim() : value);

for (const views of many("[data-plotly]")) {
  const charts = many(".pcf-chart", views), tabs = many("[role=tab]", views);
  const show = (index) => charts.forEach((chart, i) => {
    chart.hidden = i !== index;
    set(tabs[i], { "aria-selected": i === index, tabindex: i === index ? 0 : -1 });
  });
  const drawing = async (chart) => {
    // Plotly would make an inline style sheet, which the site's policy forbids, were there not one of this name.
    one("link[href*='assets/pcf/pcf.']").id = "plotly.js-style-global";
    await import(new URL(views.dataset.plotly, location));
    const plot = one(".pcf-plot", chart);
    plot.hidden = false;
    await Plotly.react(plot, coloured(chart.firstElementChild.dataset.figure));
    chart.classList.add("pcf-chart--live");
  };
  const draw = (chart) => drawing(chart).catch(console.warn);  // then the static chart stays
  if (tabs[0]) {
    tabs[0].parentNode.hidden = false;
    tabs[0].parentNode.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
      show(next);
      tabs[next].focus();
    };
    tabs.forEach((tab, i) => (tab.onclick = () => show(i)));
    charts.forEach((chart) => set(chart, { role: "tabpanel" }));
    show(0);
  }
  new MutationObserver(() => many(".pcf-chart--live", views).forEach(draw))
    .observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  // Drawn when it comes into view; with the save-data hint only when asked for.
  const seen = new IntersectionObserver((entries) => entries.filter((it) => it.isIntersecting).forEach(({ target }) => {
    seen.unobserve(target);
    draw(target);
  }), { threshold: 0.1 });
  for (const chart of charts) {
    const ask = one(".pcf-ask", chart);
    ask.hidden = !navigator.connection?.saveData;
    ask.onclick = () => { ask.remove(); draw(chart); };
    if (ask.hidden) seen.observe(chart);
  }
}

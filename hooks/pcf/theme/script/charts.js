// Interactive charts over the page's static ones: loaded when a chart is seen, recoloured with the palette.

let library;

const load = (src) => library ??= new Promise((done, failed) => {
  // It would make an inline style sheet, which the site's policy forbids, were there not one of this name.
  document.querySelector("link[href*='assets/pcf/pcf.']").id = "plotly.js-style-global";
  const script = make("script", { src });
  script.onload = () => done(window.Plotly);
  script.onerror = failed;
  document.head.append(script);
});

// The figure in the page's present colours, which it names as CSS variables; the numbers stay strings.
const coloured = (text) => JSON.parse(text, (_, value) => /^--pcf-/.test(value)
  ? getComputedStyle(document.body).getPropertyValue(value).trim() : value);

for (const views of document.querySelectorAll("[data-plotly]")) {
  const charts = [...views.querySelectorAll(".pcf-chart")], tabs = [...views.querySelectorAll("[role=tab]")];
  const show = (index) => charts.forEach((chart, i) => {
    chart.hidden = i !== index;
    tabs[i].setAttribute("aria-selected", i === index);
    tabs[i].tabIndex = i === index ? 0 : -1;
  });
  const drawing = async (chart) => {
    const Plotly = await load(views.dataset.plotly), plot = chart.querySelector(".pcf-plot");
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
    charts.forEach((chart) => chart.setAttribute("role", "tabpanel"));
    show(0);
  }
  new MutationObserver(() => charts.filter((chart) => chart.matches(".pcf-chart--live")).forEach(draw))
    .observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  // Drawn when it comes into view; with the save-data hint only when asked for.
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      draw(target);
    }
  }, { threshold: 0.1 });
  for (const chart of charts) {
    const ask = chart.querySelector(".pcf-ask");
    ask.hidden = !navigator.connection?.saveData;
    ask.onclick = () => { ask.remove(); draw(chart); };
    if (ask.hidden) seen.observe(chart);
  }
}

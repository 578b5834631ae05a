// The button that checks a report's seal and signature here; what it needs is loaded when it is pressed.
for (const box of document.querySelectorAll("[data-verify]")) {
  const words = JSON.parse(box.dataset.words);
  const list = make("ul", { class: "pcf-checks" });
  const button = make("button", { type: "button", class: "pcf-ask" }, words.ask);
  const say = (code, good, detail) => {
    const state = good === null ? "none" : good ? "good" : "bad";
    const more = detail ? [" ", make("code", {}, detail)] : [];
    list.append(make("li", { class: `pcf-check pcf-check--${state}`, "data-code": code }, words[code], ...more));
  };
  button.addEventListener("click", async () => {
    list.replaceChildren();
    try {
      await (await import(new URL(box.dataset.script, location.href).href)).verify(JSON.parse(box.dataset.verify), say);
    } catch (error) {
      say("unreachable", null, error.message);
    }
    say("not_checked", null);
  });
  box.append(button, make("div", { role: "status" }, list));
}

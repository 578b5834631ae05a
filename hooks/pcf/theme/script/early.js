// In place of the theme's inline scripts, which the site's policy forbids: what the theme's own script looks for, and
// the reader's palette, set before anything is seen. Loaded by itself, before the page's content.
"use strict";

var __md_scope = new URL("../../", document.currentScript.src);

var __md_get = (key, storage = localStorage, scope = __md_scope) =>
  JSON.parse(storage.getItem(`${scope.pathname}.${key}`));

var __md_set = (key, value, storage = localStorage, scope = __md_scope) => {
  try {
    storage.setItem(`${scope.pathname}.${key}`, JSON.stringify(value));
  } catch {}  // no room, or not allowed: then nothing is remembered
};

{
  const chosen = (__md_get("__palette") || {}).color;
  if (chosen) {
    let from = chosen;
    if (chosen.media === "(prefers-color-scheme)") {
      const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      from = document.querySelector(`[data-md-color-media="(prefers-color-scheme: ${scheme})"]`).dataset;
      from = { scheme: from.mdColorScheme, primary: from.mdColorPrimary, accent: from.mdColorAccent };
    }
    for (const [name, value] of Object.entries(from)) document.body.setAttribute(`data-md-color-${name}`, value);
  }
}

// What the other parts share.

// Width and case do not count in a search: ＢＸＳ２ is bxs2.
const fold = (text) => text.normalize("NFKC").toLowerCase();

// A pattern with its {names} replaced.
const put = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The page's language, and the one that stands in where a text lacks it.
const language = document.documentElement.lang.slice(0, 2);
const other = language === "zh" ? "en" : "zh";

// Elements by selector: the first, or all.
const one = (selector, within = document) => within.querySelector(selector);
const many = (selector, within = document) => [...within.querySelectorAll(selector)];

function set(element, attributes) {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}

// An element with its attributes and children. Texts stay texts: nothing is ever read as HTML.
function make(tag, attributes, ...children) {
  const element = set(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

// What a file of the site says.
const json = (address, options) => fetch(address, options)
  .then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status));

// Offers a text made here as a file.
function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 6e4);
}

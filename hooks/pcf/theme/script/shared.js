// What the other parts share.

// Width and case do not count in a search: ＢＸＳ２ is bxs2.
const fold = (text) => text.normalize("NFKC").toLowerCase();

// An element with its attributes and children. Texts stay texts: nothing is ever read as HTML.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Offers a text made here as a file.
function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address));
}

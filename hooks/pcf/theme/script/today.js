// The reader's day, written as in the records, 2028-02-29: the site may have been built long before it.
// Not by toLocaleDateString: to read a locale's rules costs as much as all else that is done on a page.
const now = new Date();
const today = new Date(now - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);

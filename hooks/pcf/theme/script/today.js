// The reader's day, written as in the records, 2028-02-29: the site may have been built long before it.
const today = new Date().toLocaleDateString("sv");

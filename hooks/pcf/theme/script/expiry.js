// What a report says after the last day of its validity, by the reader's day.
for (const at of document.querySelectorAll("[data-until]")) at.hidden = at.dataset.until < today;
for (const at of document.querySelectorAll("[data-after]")) {
  at.hidden = at.dataset.after >= today;
  if (!at.hidden) at.closest(".pcf-card")?.classList.add("pcf-card--spent");
}
// Rows of a list, which are all alike: the days stand on the list, one for each row.
for (const list of document.querySelectorAll("[data-ends]")) {
  const marks = list.querySelectorAll(".pcf-list__row .pcf-status");
  // A list without rows has one empty day.
  list.dataset.ends.split(" ").forEach((day, row) => {
    if (!day || day === "-" || day >= today) return;
    marks[row].className = "pcf-status pcf-status--expired";
    marks[row].textContent = list.dataset.expired;
  });
}

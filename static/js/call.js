// <a data-call="tel:…" href="…">: one press dials, then opens the form where the outcome is noted. Only where a press can
// dial: with a mouse the link just opens the form, which shows the number.
const dials = matchMedia("(pointer: coarse)");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-call]");
  if (!link || !dials.matches || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const call = document.createElement("a");
  call.href = link.dataset.call;
  call.click();
  // The dialler opens over the page; leaving at once would take its request away.
  setTimeout(() => location.assign(link.href), 400);
});

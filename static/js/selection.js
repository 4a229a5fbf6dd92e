// Ticking rows. Inside [data-selection]: boxes [data-row], the head's box [data-all-rows], the bar [data-bulk] (hidden until
// something is ticked), its count [data-count] (data-words="coché,cochés" when feminine is not the word), and, to go beyond the page, [data-offer-everything] (a button, shown when the
// whole page is ticked) with the hidden input [data-everything] whose value becomes "1". Shift ticks a span of rows.
const parts = (box) => {
  const root = box.closest("[data-selection]");
  return root && {
    root,
    rows: [...root.querySelectorAll("[data-row]")],
    all: root.querySelector("[data-all-rows]"),
    bulk: root.querySelector("[data-bulk]"),
    count: root.querySelector("[data-count]"),
    offer: root.querySelector("[data-offer-everything]"),
    everything: root.querySelector("[data-everything]"),
  };
};
let last = null;

function refresh(selection) {
  const { rows, all, bulk, count, offer, everything } = selection;
  const ticked = rows.filter((row) => row.checked).length;
  const whole = everything?.value === "1";
  if (all) {
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
  }
  if (bulk) bulk.hidden = ticked === 0;
  if (count) count.textContent = whole ? offer?.dataset.said ?? "" : `${ticked} ${(count.dataset.words ?? "cochée,cochées").split(",")[ticked > 1 ? 1 : 0]}`;
  if (offer) offer.hidden = whole || ticked === 0 || ticked < rows.length;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-row]");
  const selection = box && parts(box);
  if (selection && event.shiftKey && last && selection.rows.includes(last)) {
    const [from, to] = [selection.rows.indexOf(last), selection.rows.indexOf(box)].sort((a, b) => a - b);
    selection.rows.slice(from, to + 1).forEach((row) => { row.checked = box.checked; });
  }
  if (box) last = box;

  const offer = event.target.closest("[data-offer-everything]");
  const offered = offer && parts(offer);
  if (offered?.everything) {
    offered.everything.value = "1";
    refresh(offered);
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-row], [data-all-rows]")) return;
  const selection = parts(event.target);
  if (!selection) return;
  if (event.target === selection.all) selection.rows.forEach((row) => { row.checked = selection.all.checked; });
  if (selection.everything) selection.everything.value = "";
  refresh(selection);
});

// The browser may bring ticks back with the page; HTMX may bring new rows.
const refreshAll = () => document.querySelectorAll("[data-selection]").forEach((root) => refresh(parts(root)));
addEventListener("pageshow", refreshAll);
document.addEventListener("htmx:afterSettle", refreshAll);

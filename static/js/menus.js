// <details data-menu>: only one open, closed by Escape (focus goes back to its button) or by a press outside.
const opened = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of opened()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of opened()) {
    const had_focus = menu.contains(document.activeElement);
    menu.open = false;
    if (had_focus) menu.querySelector("summary").focus();
  }
});

// Arrows walk through the entries, as in any menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = event.target.closest("details[data-menu]");
  if (!menu || event.target.matches("input, select, textarea")) return;
  const entries = [...menu.querySelectorAll(".menu-item")];
  if (!entries.length) return;
  event.preventDefault();
  menu.open = true;
  const step = event.key === "ArrowDown" ? 1 : -1;
  const from = entries.indexOf(document.activeElement);
  const next = from === -1 ? (step === 1 ? 0 : entries.length - 1) : (from + step + entries.length) % entries.length;
  entries[next].focus();
});

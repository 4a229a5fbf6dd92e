// The search box: HTMX brings the suggestions (elements with role="option" and an id); here are the keys of a combobox.
const form = document.querySelector("form[data-search]");
const input = form?.querySelector("input");
const list = form?.querySelector(".suggestions");

const options = () => [...list.querySelectorAll('[role="option"]')];
const chosen = () => list.querySelector('[aria-selected="true"]');

function show(open) {
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const from = all.indexOf(chosen());
  choose(all[from === -1 ? (step > 0 ? 0 : all.length - 1) : (from + step + all.length) % all.length]);
}

function onKey(event) {
  if (event.key === "Escape") {
    if (list.hidden) input.blur();
    else { event.preventDefault(); show(false); }
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options().length) {
    event.preventDefault();
    show(true);
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    chosen().click();
  }
}

if (input && list && input.hasAttribute("hx-get")) {
  // Said only here: without script the box is a plain search field.
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);
  input.addEventListener("keydown", onKey);
  list.addEventListener("htmx:afterSwap", () => {
    list.setAttribute("role", options().length ? "listbox" : "status");
    show(input.value.trim() !== "" && list.childElementCount > 0 && form.contains(document.activeElement));
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) show(false); });
  input.addEventListener("focus", () => { if (input.value.trim() && options().length) show(true); });
  input.addEventListener("input", () => { if (!input.value.trim()) show(false); });
}

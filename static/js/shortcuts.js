// Keys: / search, ? help, n note an exchange, g then a letter to go somewhere. Never while typing.
const typing = (target) => target.matches("input, select, textarea, [contenteditable]") || target.closest("dialog[open]");
let going = false;

function go(key) {
  const places = { j: 0, e: 1 };
  const links = document.querySelectorAll(".side .nav-list > li > a");
  if (key in places && links[places[key]]) links[places[key]].click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element) || typing(event.target)) return;
  if (going) {
    going = false;
    go(event.key);
    return;
  }
  if (event.key === "g") {
    going = true;
    setTimeout(() => { going = false; }, 1200);
  } else if (event.key === "/") {
    const search = document.getElementById("search");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "?") {
    document.getElementById("shortcuts")?.showModal();
  } else {
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});

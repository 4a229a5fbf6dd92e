// Row gestures: in [data-gestures="gestes/"], the head cell of each row gets a button; the one menu they share is
// fetched from the address of the row's link followed by that word. Without script, the row's link leads to the same.
const template = document.getElementById("row-gestures-button");
const panel = document.createElement("div");
panel.id = "row-gestures";
panel.className = "menu-panel row-panel";
panel.popover = "auto";
let from = null;

function equip() {
  if (!template) return;
  for (const cell of document.querySelectorAll("[data-gestures] tbody th[scope=row]:not(:has(.row-gestures))")) {
    const link = cell.querySelector("a.who");
    if (!link) continue;
    const button = template.content.firstElementChild.cloneNode(true);
    button.setAttribute("aria-label", `Gestes\u00a0: ${link.textContent}`);
    button.setAttribute("aria-controls", panel.id);
    cell.append(button);
  }
  if (!panel.isConnected) (document.querySelector("main") ?? document.body).append(panel);
}

function place(button) {
  const box = button.getBoundingClientRect();
  const below = box.bottom + 6 + panel.offsetHeight < innerHeight;
  panel.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - 6 - panel.offsetHeight)}px`;
  panel.style.left = `${Math.max(8, Math.min(box.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 8))}px`;
}

async function open(button) {
  const link = button.closest("th").querySelector("a.who");
  const word = button.closest("[data-gestures]").dataset.gestures;
  from = button;
  const answer = await fetch(new URL(word, link.href), { headers: { "HX-Request": "true" } });
  if (from !== button) return;
  if (!answer.ok || answer.redirected) {
    location.assign(link.href);
    return;
  }
  panel.innerHTML = await answer.text();
  panel.showPopover();
  place(button);
  button.setAttribute("aria-expanded", "true");
  panel.querySelector(".menu-item")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".row-gestures");
  if (!button) return;
  if (button.getAttribute("aria-expanded") === "true") panel.hidePopover();
  else open(button);
});

panel.addEventListener("toggle", (event) => {
  if (event.newState !== "closed") return;
  const held = panel.contains(document.activeElement) || document.activeElement === document.body;
  from?.setAttribute("aria-expanded", "false");
  if (held) from?.focus();
});

panel.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const entries = [...panel.querySelectorAll(".menu-item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
});

addEventListener("scroll", () => { if (panel.matches(":popover-open")) panel.hidePopover(); }, { passive: true });
document.addEventListener("htmx:afterSettle", equip);
equip();

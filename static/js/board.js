// The board: a card is dragged to another state of its phase, or M opens its menu. Both press the card's own buttons,
// which are there for everybody.
const board = document.querySelector("[data-board]");

function button_to(card, state) {
  return card.querySelector(`button[name="to"][value="${CSS.escape(state)}"]`);
}

function groups_for(card) {
  return [...card.closest(".lane").querySelectorAll("[data-state]")].filter((group) => button_to(card, group.dataset.state));
}

if (board) {
  const hint = document.querySelector("[data-board-hint]");
  if (hint && board.querySelector("[draggable]")) hint.hidden = false;
  let held = null;

  board.addEventListener("dragstart", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card) return;
    held = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector("h4").textContent);
    card.classList.add("held");
    for (const group of groups_for(card)) group.classList.add("may-drop");
    // After the browser drew the card it carries: empty places that open now would cut the drag short.
    setTimeout(() => { if (held) board.classList.add("holding"); });
  });

  board.addEventListener("dragover", (event) => {
    const group = event.target.closest(".may-drop");
    for (const other of board.querySelectorAll(".over")) if (other !== group) other.classList.remove("over");
    if (!held || !group) return;
    event.preventDefault();
    group.classList.add("over");
  });

  board.addEventListener("drop", (event) => {
    const group = event.target.closest(".may-drop");
    if (!held || !group) return;
    event.preventDefault();
    button_to(held, group.dataset.state).click();
  });

  board.addEventListener("dragend", () => {
    held?.classList.remove("held");
    held = null;
    board.classList.remove("holding");
    for (const group of board.querySelectorAll(".may-drop")) group.classList.remove("may-drop", "over");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
    const menu = (event.target.closest("[data-card]") ?? board.querySelector("[data-card]:hover"))?.querySelector("details");
    if (!menu) return;
    event.preventDefault();
    menu.open = true;
    menu.querySelector(".menu-item").focus();
  });
}

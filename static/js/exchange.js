// <form data-exchange>: the visit sheet opens with a visit or a meeting, and the action that was this very exchange is
// ticked « C’est fait »; what the person touched herself is left alone. Also shows « gardé » in the head of a phone.
const form = document.querySelector("form[data-exchange]");
const sheet = form?.querySelector("[data-visit-sheet]");
const touched = new WeakSet();

function follow(kind) {
  if (sheet && !touched.has(sheet)) sheet.open = kind === "visit" || kind === "meeting";
  form.querySelectorAll("[name=closes]").forEach((box) => {
    if (!touched.has(box)) box.checked = box.dataset.kind === kind;
  });
}

// A draft brought back may have changed the kind without a press.
const kept = form?.querySelector("[name=kind]:checked")?.value;
if (sheet && (kept === "visit" || kept === "meeting")) sheet.open = true;

form?.addEventListener("change", (event) => {
  if (event.target.name === "kind") follow(event.target.value);
  else if (event.target.name === "closes") touched.add(event.target);
});
sheet?.querySelector("summary").addEventListener("click", () => touched.add(sheet));
form?.addEventListener("input", () => {
  const said = document.querySelector("[data-kept-elsewhere]");
  if (said) said.hidden = false;
});

// Fields to put in a letter: one press writes it where the caret is, in the text last written in.
const form = document.getElementById("letter");
const buttons = form?.querySelectorAll("[data-merge]") ?? [];
const takes = (element) => element?.matches?.("textarea, input[type=text]") && element.name !== "name";
let last = form?.querySelector("textarea[name=body]");

form?.addEventListener("focusin", (event) => { if (takes(event.target)) last = event.target; });
form?.querySelector("[data-merge-hint]")?.removeAttribute("hidden");
for (const button of buttons) {
  button.disabled = false;
  button.addEventListener("click", () => {
    if (!last) return;
    last.setRangeText(button.dataset.merge, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });
}

// Inside [data-plans]: the button [data-plan-button] says how many actions the ticked rows [data-row] make.
// [data-print] prints the page.
function refresh(form) {
  const button = form.querySelector("[data-plan-button]");
  if (!button) return;
  const count = form.querySelectorAll("[data-row]:checked").length;
  button.disabled = count === 0;
  button.textContent = `Prévoir ${count}\u00a0${count > 1 ? "actions" : "action"}`;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-plans]");
  if (form) refresh(form);
});
const refreshAll = () => document.querySelectorAll("[data-plans]").forEach(refresh);
addEventListener("pageshow", refreshAll);
document.addEventListener("htmx:afterSettle", refreshAll);

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// The error summary takes the focus when the page comes back, and its links put the focus in the field.
document.querySelector('[data-error-summary="focus"]')?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a");
  if (!link) return;
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea") ?? target;
  field.focus();
  field.scrollIntoView({ block: "center" });
});

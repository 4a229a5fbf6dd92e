// <form data-warn-unsaved>: leaving with something typed and not sent asks first.
const changed = new WeakSet();

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-warn-unsaved")) changed.add(form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target instanceof HTMLFormElement && event.detail.successful) changed.delete(event.target);
});
addEventListener("beforeunload", (event) => {
  const waiting = [...document.querySelectorAll("form[data-warn-unsaved]")].some((form) => changed.has(form));
  if (waiting) event.preventDefault();
});

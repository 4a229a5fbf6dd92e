// <form data-autosubmit>: a change sends it at once; its button, needed without script, steps aside.
document.querySelectorAll("form[data-autosubmit] [data-without-script]").forEach((button) => { button.hidden = true; });
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-autosubmit")) form.requestSubmit();
});

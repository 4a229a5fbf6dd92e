// <form data-keep-draft="KEY">: what is typed is kept for this tab (sessionStorage), so that a lost network or a closed
// page loses nothing. The draft goes once the server has taken the form: the next page does not carry the form any more,
// or carries it without errors. Passwords and files are never kept.
const PREFIX = "draft:";
const kept = (field) => field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type);

function read(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    else if (field instanceof HTMLSelectElement && field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
    else values[field.name] = field.value;
  }
  return values;
}

function write(form, values) {
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in values)) continue;
    const value = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (field instanceof HTMLSelectElement && field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
}

function follow(form) {
  const key = PREFIX + form.dataset.keepDraft;
  const label = form.querySelector("[data-kept]");
  const draft = sessionStorage.getItem(key);
  // A page that came back with errors holds what was typed already.
  if (draft && !document.querySelector("[data-error-summary]")) {
    write(form, JSON.parse(draft));
    if (label) label.hidden = false;
  }
  form.addEventListener("input", () => {
    sessionStorage.setItem(key, JSON.stringify(read(form)));
    if (label) label.hidden = false;
  });
  form.addEventListener("submit", () => sessionStorage.setItem("draft-sent", key));
}

const forms = document.querySelectorAll("form[data-keep-draft]");
const sent = sessionStorage.getItem("draft-sent");
if (sent) {
  sessionStorage.removeItem("draft-sent");
  const back = [...forms].some((form) => PREFIX + form.dataset.keepDraft === sent) && document.querySelector("[data-error-summary]");
  if (!back) sessionStorage.removeItem(sent);
}
forms.forEach(follow);

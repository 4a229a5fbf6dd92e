// Keeps what is filled in while it is: a call that cuts the visit short loses nothing. Without it, « Continuer » keeps.
const form = document.querySelector("form[data-keeps]");
const mark = document.querySelector("[data-kept]");
let waiting = 0;
let leaving = false;

async function keep() {
  if (leaving) return;
  const body = new FormData(form);
  body.append("keep", "1");
  try {
    const answer = await fetch(window.location.pathname, { method: "POST", body });
    if (mark) mark.hidden = !answer.ok;
  } catch {
    if (mark) mark.hidden = true; // no network: nothing is promised
  }
}

form?.addEventListener("input", () => {
  if (mark) mark.hidden = true;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 800);
});
form?.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(waiting);
});

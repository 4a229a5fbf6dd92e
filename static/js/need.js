// The form of a need: changing the phase lets go of a solution that belongs to another one.
const form = document.querySelector("form.need-form");

form?.addEventListener("change", (event) => {
  if (event.target.name !== "phase") return;
  const chosen = form.querySelector("[name=kind]:checked");
  if (chosen?.dataset.ofPhase && chosen.dataset.ofPhase !== event.target.value) {
    form.querySelector("[name=kind][value='']").checked = true;
  }
});

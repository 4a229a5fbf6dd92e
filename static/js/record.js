// A line being corrected: Escape gives it up.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest?.("form[data-fact]")?.querySelector("[data-gives-up]")?.click();
});

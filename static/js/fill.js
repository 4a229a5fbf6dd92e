// The demonstration's accounts: one press fills the sign-in form, a person then presses the button.

for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = document.getElementById("sign-in");
    form.elements.login.value = button.dataset.fill;
    form.elements.password.value = button.dataset.fillPassword;
    form.querySelector("button").focus();
  });
}

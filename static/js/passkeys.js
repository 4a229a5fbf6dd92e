// What allauth's script leaves unsaid: passkeys are offered where the browser has them, and a refusal is told in words.

const supported = "credentials" in navigator && typeof window.PublicKeyCredential === "function";

for (const element of document.querySelectorAll("[data-needs-passkeys]")) element.hidden = !supported;
for (const element of document.querySelectorAll("[data-without-passkeys]")) element.hidden = supported;

document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-error]");
  if (!place) return;
  event.preventDefault();
  place.textContent = "La clé n’a pas répondu, ou vous avez renoncé. Vous pouvez recommencer.";
  place.hidden = false;
});

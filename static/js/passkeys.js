// What allauth's script leaves unsaid: passkeys are offered where the browser has them, and a refusal is told in words.

// A key belongs to a name: browsers refuse one for a bare address such as 127.0.0.1.
const hasName = !/^[\d.]+$|:/.test(location.hostname);
const supported = hasName && "credentials" in navigator && typeof window.PublicKeyCredential === "function";

for (const element of document.querySelectorAll("[data-needs-passkeys]")) element.hidden = !supported;
for (const element of document.querySelectorAll("[data-without-passkeys]")) element.hidden = supported;

document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-error]");
  if (!place) return;
  event.preventDefault();
  place.textContent = "La clé n’a pas répondu, ou vous avez renoncé. Vous pouvez recommencer.";
  place.hidden = false;
});

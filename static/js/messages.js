// Messages: a cross to dismiss, a plain success goes by itself after a while, unless looked at. Also says when HTMX fails.
const STAY = 8000;

function prepare(message) {
  const cross = message.querySelector("[data-dismiss-message]");
  if (cross) cross.hidden = false;
  if ("passing" in message.dataset) {
    const leave = () => (message.matches(":hover, :focus-within") ? setTimeout(leave, STAY) : message.remove());
    setTimeout(leave, STAY);
  }
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss-message]")?.closest(".message").remove();
});

const region = document.getElementById("messages");
if (region) {
  region.querySelectorAll(".message").forEach(prepare);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node instanceof Element && node.matches(".message")) prepare(node);
      }
    }
  }).observe(region, { childList: true });
}

function complain(text) {
  if (!region) return;
  const message = document.createElement("div");
  message.className = "message error";
  message.textContent = text;
  region.append(message);
}

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) complain("Vous n’avez pas ce droit, ou votre session est terminée. Rechargez la page.");
  else if (status === 404) complain("Cet élément n’existe plus. Rechargez la page.");
  else complain("Cela n’a pas marché. Rien n’a été enregistré ; réessayez dans un instant.");
});
document.addEventListener("htmx:sendError", () => complain("Pas de réponse du serveur. Vérifiez votre connexion, puis réessayez."));

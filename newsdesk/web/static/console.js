// Keyboard, dialogs, and polling that rests while nobody looks. Everything works without it, too.
(() => {
  "use strict";
  const typing = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opens = target?.closest("[data-opens]");
    if (opens) open(opens.dataset.opens);
    const closes = target?.closest("[data-closes]");
    if (closes) document.getElementById(closes.dataset.closes)?.close();
    if (target instanceof HTMLDialogElement) target.close(); // its backdrop
  });

  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const follows = Date.now() - afterG < 1200;
    afterG = 0;
    if (follows && /^[a-z]$/.test(event.key)) {
      document.querySelector(`nav a[data-key="${event.key}"]`)?.click();
    } else if (event.key === "g") {
      afterG = Date.now();
    } else if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "?") {
      open("keys");
    }
  });

  // What lives rests while its tab is hidden, and while a question is open in it.
  document.addEventListener("htmx:before:request", (event) => {
    const live = event.target instanceof Element ? event.target.closest("[data-live]") : null;
    if (live && (document.hidden || live.querySelector("dialog[open]"))) event.preventDefault();
  });
})();

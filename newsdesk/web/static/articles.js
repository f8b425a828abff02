// j and k, or the arrows, go through the lines of a result; Enter opens, as with any link.
(() => {
  "use strict";
  const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select, dialog[open], details")) return;
    const lines = [...document.querySelectorAll(".hit .title, .more a")];
    if (!lines.length) return;
    const here = lines.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : -1) : here + step;
    if (next < 0 || next >= lines.length) return;
    event.preventDefault();
    lines[next].focus();
    lines[next].scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.readOnly) event.target.select();
  });
})();

/* Pages of an operation: what is chosen fills the reason, what is typed ticks its field. */
(() => {
  "use strict";

  // What is wrong comes first for those who type: the first field that was refused.
  document.querySelector('main form [aria-invalid="true"]')?.focus();

  document.addEventListener("change", (event) => {
    const from = event.target.closest("[data-fills]");
    const into = from && document.getElementById(from.dataset.fills);
    if (!into || !from.value) return;
    into.value = from.value;
    into.focus();
  });

  document.addEventListener("input", (event) => {
    const row = event.target.closest("[data-tick]");
    const tick = row?.querySelector('input[type="checkbox"]');
    if (tick && event.target !== tick) tick.checked = true;
  });
})();

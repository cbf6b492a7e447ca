"use strict";
/* Lists: j k x e over the rows, ticking a range, ticking all, and the number that is ticked. */
(() => {
  const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];
  const rows = () => findAll("[data-rows] > tbody > tr, [data-rows] > [data-row]");
  const box = (row) => row?.querySelector("input[type=checkbox][name]");
  const link = (row) => row?.querySelector("[data-open]") ?? row?.querySelector("a[href]");
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const current = () => document.activeElement?.closest("[data-rows] .is-current") ?? document.querySelector(".is-current");
  const moveTo = (row) => {
    if (!row) return;
    findAll(".is-current").forEach((other) => other.classList.remove("is-current"));
    row.classList.add("is-current");
    (link(row) ?? box(row))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (distance) => {
    const all = rows();
    const place = all.indexOf(current());
    moveTo(all[place < 0 ? (distance > 0 ? 0 : all.length - 1) : place + distance]);
  };

  const boxes = (form) => findAll("[data-rows] input[type=checkbox][name]", form);
  const count = (form) => {
    const all = boxes(form);
    const ticked = all.filter((one) => one.checked).length;
    findAll("[data-selection-count]", form).forEach((place) => {
      place.textContent = ticked.toLocaleString(document.documentElement.lang);
    });
    findAll("[data-select-all]", form).forEach((one) => {
      one.checked = ticked > 0 && ticked === all.length;
      one.indeterminate = ticked > 0 && ticked < all.length;
    });
  };

  let last = null;
  document.addEventListener("click", (event) => {
    const one = event.target;
    if (!(one instanceof HTMLInputElement) || one.type !== "checkbox") return;
    const form = one.closest("[data-selection]");
    if (!form) return;
    if (one.matches("[data-select-all]")) boxes(form).forEach((each) => { each.checked = one.checked; });
    else if (event.shiftKey && last?.isConnected && last.closest("[data-selection]") === form) {
      const all = boxes(form);
      const [from, to] = [all.indexOf(last), all.indexOf(one)].sort((a, b) => a - b);
      all.slice(Math.max(from, 0), to + 1).forEach((each) => { each.checked = one.checked; });
    }
    if (one.name) last = one;
    count(form);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest(".tick")) event.preventDefault();
  });

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    x: () => box(current())?.click(),
    e: () => link(current())?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const plain = !event.metaKey && !event.ctrlKey && !event.altKey && !event.isComposing;
    const act = plain && !typing(event.target) && !document.querySelector("dialog[open]") && actions[event.key];
    if (!act || !rows().length) return;
    event.preventDefault();
    act();
  });

  const countAll = () => findAll("[data-selection]").forEach(count);
  countAll();
  window.addEventListener("pageshow", countAll);
  document.addEventListener("htmx:load", countAll);
})();

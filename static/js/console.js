"use strict";
/* Comfort on top of pages that work without it: keys, copying, menus, forms, times, messages. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const find = (selector, within = document) => within.querySelector(selector);
  const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];
  const typing = (target) =>
    target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const toast = (text, tone = "info") => {
    const line = document.createElement("p");
    line.className = `message message--${tone}`;
    line.textContent = text;
    find("#toasts")?.append(line);
    setTimeout(() => line.remove(), 6000);
  };

  /* Copy buttons: [data-copy] holds the text, [data-done] the word that confirms it. */
  const copyByHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const confirmCopy = (button) => {
    const use = find("use", button);
    const [before, label] = [use?.getAttribute("href"), button.getAttribute("aria-label")];
    if (button.classList.contains("is-copied")) return;
    button.classList.add("is-copied");
    use?.setAttribute("href", before.replace(/#.*/, "#check"));
    button.setAttribute("aria-label", button.dataset.done ?? label);
    setTimeout(() => {
      button.classList.remove("is-copied");
      use?.setAttribute("href", before);
      button.setAttribute("aria-label", label);
    }, 1500);
  };
  const copy = async (button) => {
    const from = find(button.dataset.copyFrom || "html");
    const text = button.dataset.copy ?? from?.value ?? from?.innerText ?? "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!copyByHand(text)) return;
    }
    confirmCopy(button);
  };

  const openSheet = () => {
    const sheet = find("#keyboard-sheet");
    if (sheet && !sheet.open) sheet.showModal();
    return Boolean(sheet);
  };
  const focusSearch = () => {
    const field = find("[data-search]");
    field?.focus();
    field?.select();
    return Boolean(field);
  };

  /* Menus are <details data-menu>: one open at a time, Escape and a click elsewhere close it. */
  const closeMenus = (except) =>
    findAll("details[data-menu][open]").forEach((menu) => {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    });
  const closeMenuAround = (target) => {
    const menu = target.closest?.("details[data-menu][open]") ?? find("details[data-menu][open]");
    if (!menu) return false;
    menu.open = false;
    find("summary", menu).focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
    if (event.target.closest("[data-keyboard-sheet]") && openSheet()) event.preventDefault();
    closeMenus(event.target);
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const command = event.metaKey || event.ctrlKey;
    if (command && event.key.toLowerCase() === "k" && focusSearch()) return event.preventDefault();
    if (command && event.key === "Enter") return sendFormAround(event);
    if (event.key === "Escape") {
      if (!closeMenuAround(event.target) && typing(event.target)) event.target.blur();
      return;
    }
    if (command || event.altKey || typing(event.target) || find("dialog[open]")) return;
    if (event.key === "/" && focusSearch()) event.preventDefault();
    if (event.key === "?" && openSheet()) event.preventDefault();
  });

  /* Forms with data-guard are sent once; ⌘⏎ sends the form that the cursor is in. */
  const sendFormAround = (event) => {
    const form = event.target.closest("form[data-guard]") ?? find("main form[data-guard]");
    const button = form && find(".button--primary:not([disabled]), .button--danger:not([disabled])", form);
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-guard]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    findAll("button:not([type=button])", form).forEach((button) => button.classList.add("is-busy"));
  });
  window.addEventListener("pageshow", () =>
    findAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      findAll(".is-busy", form).forEach((button) => button.classList.remove("is-busy"));
    }),
  );
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  /* Typed confirmation: the form's last step opens when the field holds what it asks for. */
  const checkConfirmation = (field) => {
    const matches = field.value.trim() === field.dataset.confirm;
    findAll(".button--danger, .button--primary", field.form).forEach((button) => {
      button.disabled = !matches;
    });
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-confirm]")) checkConfirmation(event.target);
  });

  /* Relative times stay true on a page that stays open. */
  const steps = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat(root.lang || "en", { numeric: "always" });
  const refreshTimes = () =>
    findAll("[data-relative]").forEach((part) => {
      const seconds = (new Date(part.closest("time").dateTime) - Date.now()) / 1000;
      const step = steps.find(([, length]) => Math.abs(seconds) >= length);
      if (step) part.textContent = words.format(Math.trunc(seconds / step[1]), step[0]);
    });
  setInterval(refreshTimes, 60000);

  const prepare = (within) => findAll("[data-confirm]", within).forEach(checkConfirmation);
  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.target));
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    toast(find("h1", page)?.textContent.trim() || `${event.detail.xhr.status}`, "error");
  });
  document.addEventListener("htmx:sendError", () => toast(find("#toasts")?.dataset.offline ?? "", "error"));
})();

// Keys of the admin: / search, n add, s and Ctrl+Enter save, ? what the keys are.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const help = document.getElementById("keys");
  if (!help) return;
  const single = help.querySelector("input");
  const OFF = "registry.single-keys-off";
  single.checked = localStorage.getItem(OFF) === null;
  single.addEventListener("change", () => {
    if (single.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
  });
  // The page to change one's password has no such button.
  const open = document.getElementById("keys-open");
  if (open) open.addEventListener("click", () => help.showModal());

  const find = (selector) => document.querySelector(selector);
  const press = (element) => element && element.click();
  const actions = {
    "/": () => {
      const search = find("#searchbar");
      if (search) search.select();
      if (search) search.focus();
    },
    n: () => press(find(".object-tools .addlink")),
    s: () => press(find("input[name=_save]")),
    "?": () => help.showModal(),
  };
  const typing = (element) =>
    element.isContentEditable ||
    element.closest("input:not([type=checkbox], [type=submit]), textarea, select, dialog, [role=combobox]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || event.altKey || help.open) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const save = find("input[name=_save]");
      if (!save) return;
      event.preventDefault();
      save.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || !single.checked || typing(event.target)) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
});

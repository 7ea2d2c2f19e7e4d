/* Names for what Django's own scripts make without one, for those who hear the page:
   the boxes of Select2, and the icons of the two-list chooser. */
"use strict";
{
  // In a table of rows the column's heading names the field.
  const headingOf = (field) => {
    const cell = field.closest(".tabular td");
    const head = cell && cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
    return head ? head.textContent.trim() : "";
  };

  // A date and its time share a legend; the word before each field tells them apart.
  const legendOf = (field) => {
    const legend = field.closest("fieldset").querySelector("legend");
    const word = field.previousSibling && field.previousSibling.textContent;
    return legend ? `${legend.textContent.trim()} ${(word || "").trim()}` : "";
  };

  const labelOf = (field) => {
    const label = field.labels && field.labels[0];
    const text = (label && label.textContent) || headingOf(field) || legendOf(field);
    return (text || field.name).trim().replace(/[::]$/, "");
  };

  const nameBox = (container) => {
    const select = container.previousElementSibling;
    if (!select || !select.matches("select.select2-hidden-accessible")) return;
    const name = labelOf(select);
    const box = container.querySelector(".select2-selection");
    const chosen = box.querySelector(".select2-selection__rendered");
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", name);
    if (box.matches(".select2-selection--single") && chosen.id) {
      box.setAttribute("aria-describedby", chosen.id);
      chosen.removeAttribute("role");
      chosen.removeAttribute("aria-readonly");
    }
    for (const field of container.querySelectorAll(".select2-search__field")) {
      field.setAttribute("aria-label", name);
    }
  };

  const nameDropdown = (dropdown) => {
    const field = dropdown.querySelector(".select2-search__field");
    const open = document.querySelector(".select2-container--open .select2-selection");
    if (field && open) field.setAttribute("aria-label", open.getAttribute("aria-label"));
  };

  const name = (root) => {
    const fields =
      ".datetime input, .tabular td :is(input:not([type=hidden]), select, textarea)";
    for (const field of root.querySelectorAll(fields)) {
      if (!field.labels || !field.labels.length) {
        field.setAttribute("aria-label", labelOf(field));
      }
    }
    for (const container of root.querySelectorAll(".select2-container")) {
      nameBox(container);
      nameDropdown(container);
    }
    for (const icon of root.querySelectorAll("span.help-tooltip[aria-label]")) {
      icon.setAttribute("role", "img");
    }
  };

  const watch = new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) {
        if (added.nodeType === Node.ELEMENT_NODE) name(added.parentNode || document);
      }
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    name(document);
    watch.observe(document.body, { childList: true, subtree: true });
  });
}

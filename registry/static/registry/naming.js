// Proposes a new record's code and points out records of the same name, while one types.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const code = document.querySelector("[data-proposed-from]");
  const names = [...document.querySelectorAll("[data-namesakes]")];
  if (!names.length) return;
  const field = (name) => document.getElementById("id_" + name);
  const sources = new Set(names);
  for (const name of code ? code.dataset.proposedFrom.split(" ") : []) {
    if (field(name)) sources.add(field(name));
  }
  const shown = document.createElement("div");
  shown.className = "namesakes";
  shown.setAttribute("role", "status");
  (names[0].closest(".flex-container") || names[0]).after(shown);
  let proposed = null;
  let waiting = 0;
  let asked = 0;

  function show(found) {
    shown.replaceChildren();
    if (!found.length) return;
    shown.append(names[0].dataset.namesakes + " ");
    for (const one of found) {
      const link = document.createElement("a");
      link.href = one.address;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = one.name;
      const place = document.createElement("span");
      place.textContent = ` ${one.place} ${one.code} `;
      shown.append(link, place);
    }
  }

  async function ask() {
    const typed = new URLSearchParams();
    for (const source of sources) typed.set(source.name, source.value);
    typed.set("but", names[0].dataset.ownCode);
    const number = ++asked;
    const answer = await fetch(`${names[0].dataset.address}?${typed}`);
    if (!answer.ok || number !== asked) return;
    const told = await answer.json();
    // What somebody typed stays; an emptied field takes proposals again.
    if (code && (code.value === "" || code.value === proposed)) {
      code.value = proposed = told.code;
    }
    show(told.namesakes);
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 250);
  }

  for (const source of sources) {
    source.addEventListener("input", soon);
    source.addEventListener("change", soon);
    // Autocompletes tell of a choice by jQuery alone.
    if (window.django && django.jQuery) django.jQuery(source).on("change", soon);
  }
});

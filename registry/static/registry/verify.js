// Verifying opens the record's page anew: not while something is typed in its form.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("form.verify button");
  const form = document.querySelector("#content-main > form");
  if (!button || !form) return;
  const block = () => {
    button.disabled = true;
  };
  form.addEventListener("input", block);
  form.addEventListener("change", block);
});

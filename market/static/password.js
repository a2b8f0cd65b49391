// Beside a password's field: to see what one types, and how far a new one is from what is asked. Nothing leaves
// the page; the market has the last word on what is too easy.
for (const box of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(box.dataset.shows);
  box.parentElement.hidden = false;
  field.spellcheck = false;
  field.autocapitalize = "none";
  const show = () => { field.type = box.checked ? "text" : "password"; };
  box.addEventListener("change", show);
  // It is sent as a password: what stands in a text field the browser offers again later.
  field.form.addEventListener("submit", () => { box.checked = false; show(); });
  show();  // a page that is shown again may have the box as it was left
}

// Signs that neither repeat the one before nor stand next to it: "aaaa" and "4567" are one sign each.
function different(signs) {
  return signs.filter((sign, at) => at === 0 || Math.abs(sign.codePointAt(0) - signs[at - 1].codePointAt(0)) > 1).length;
}

for (const meter of document.querySelectorAll("[data-weighs]")) {
  const field = document.getElementById(meter.dataset.weighs);
  const { short, plain, enough, long } = meter.dataset;
  field.addEventListener("input", () => {
    const signs = [...field.value.normalize("NFC")];
    const isPlain = different(signs) * 2 < signs.length;
    const words = signs.length < meter.low ? short : isPlain ? plain : signs.length < meter.high ? enough : long;
    meter.value = isPlain ? Math.min(signs.length, meter.low - 1) : signs.length;
    meter.parentElement.hidden = !signs.length;
    if (meter.nextElementSibling.textContent !== words) meter.nextElementSibling.textContent = words;
  });
}

// The change list's check boxes: select all, and count. Everything works without it.
(() => {
  const toggle = document.getElementById("action-toggle");
  const counter = document.getElementById("action-counter");
  const boxes = [...document.querySelectorAll("input[name=_selected_action]")];
  if (!toggle || boxes.length === 0) return;
  const update = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    toggle.checked = chosen === boxes.length;
    toggle.indeterminate = chosen > 0 && chosen < boxes.length;
    if (counter) counter.textContent = counter.dataset.text.replace("%(sel)s", chosen);
  };
  toggle.addEventListener("change", () => {
    for (const box of boxes) box.checked = toggle.checked;
    update();
  });
  for (const box of boxes) box.addEventListener("change", update);
  update();
})();

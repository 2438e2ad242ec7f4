// Ctrl and Enter run the query in a box for SQL.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && box.matches("form.sql textarea")) {
    event.preventDefault();
    box.form.requestSubmit();
  }
});

// Boxes left empty stay out of a question's address, so that it is short where it is shared.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.boxes")) return;
  for (const field of event.target.elements) {
    if (field.name && !field.value) field.disabled = true;
  }
});
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.boxes :disabled")) field.disabled = false;
});

// Buttons that copy a text: <button data-copy="#id-of-the-text" hidden>. Without scripts they stay hidden.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const text = document.querySelector(button.dataset.copy);
    if (!text) continue;
    const said = document.createElement("span");
    said.className = "copied";
    said.setAttribute("role", "status");
    button.after(said);
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = (await copied(text)) ? "Copied" : "Selected: copy it with your keyboard";
    });
  }
});

// The clipboard is open to pages over https and on the computer itself; elsewhere the text is selected instead.
async function copied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent.trim());
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}

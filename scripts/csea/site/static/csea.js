// Fold the long list of column meanings that Datasette prints above each table.
document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("dl.column-descriptions");
  if (!list) return;
  const details = document.createElement("details");
  details.className = "columns";
  const summary = document.createElement("summary");
  summary.textContent = `What the ${list.querySelectorAll("dt").length} columns mean`;
  list.replaceWith(details);
  details.append(summary, list);
});

// Facets of yes-or-no columns: the database holds 1 and 0.
document.addEventListener("DOMContentLoaded", () => {
  for (const facet of document.querySelectorAll(".facet-info")) {
    const links = [...facet.querySelectorAll("li a")];
    if (links.length && links.every((link) => ["0", "1"].includes(link.textContent))) {
      for (const link of links) link.textContent = link.textContent === "1" ? "yes" : "no";
    }
  }
});

// Search while typing. Without this file the form does the same with one more key.
const forms = document.querySelectorAll("form.search");
for (const form of forms) {
  const field = form.querySelector("input[type=search]");
  if (!field) continue;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.hidden = true;
  form.append(list);
  let turn = 0;
  const close = () => { list.hidden = true; list.replaceChildren(); };
  const show = async () => {
    const mine = ++turn;
    const text = field.value.trim();
    if (!text) return close();
    const address = new URL(form.action);
    address.searchParams.set("q", text);
    address.searchParams.set("format", "json");
    address.searchParams.set("lang", document.documentElement.dataset.lang);
    const answer = await fetch(address).catch(() => null);
    if (!answer || !answer.ok || mine !== turn) return;
    const { results } = await answer.json();
    if (mine !== turn) return;
    list.replaceChildren(...results.slice(0, 8).map((found) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = found.href || "#";
      link.textContent = found.name;
      const kind = document.createElement("span");
      kind.className = "note";
      kind.textContent = " " + found.kinds.join(" · ");
      item.append(link, kind);
      return item;
    }));
    list.hidden = results.length === 0;
  };
  field.addEventListener("input", () => setTimeout(show, 80));
  form.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const place = links.indexOf(document.activeElement);
    if (event.key === "Escape") { close(); field.focus(); }
    if (event.key === "ArrowDown" && links.length) { event.preventDefault(); links[(place + 1) % links.length].focus(); }
    if (event.key === "ArrowUp" && place >= 0) { event.preventDefault(); (place ? links[place - 1] : field).focus(); }
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
}

// Open a branch of a tree in its place. Without this file the page comes anew.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(".tree a.toggle, .tree .pager a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const text = answer?.ok ? await answer.text() : "";
  const found = new DOMParser().parseFromString(text, "text/html").querySelector(".tree");
  if (!found) return location.assign(link.href);
  const name = link.previousElementSibling?.getAttribute("href");
  link.closest(".tree").replaceWith(found);
  history.replaceState(null, "", link.href);
  const again = name && [...found.querySelectorAll("li > a:not(.toggle)")]
    .find((entry) => entry.getAttribute("href") === name)?.nextElementSibling;
  (again || found.querySelector("a"))?.focus();
});

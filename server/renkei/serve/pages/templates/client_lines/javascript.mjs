const response = await fetch("{{ answer('json') }}");
if (!response.ok) throw new Error(await response.text());
{% if form == "ask" %}
const { boolean } = await response.json();
console.log(boolean);
{% else %}
const { head, results } = await response.json();
// One object a row: the value of each column by its name.
const rows = results.bindings.map((row) =>
  Object.fromEntries(head.vars.map((name) => [name, row[name]?.value ?? null])));
console.log(JSON.stringify(rows, null, 2));
{% endif %}

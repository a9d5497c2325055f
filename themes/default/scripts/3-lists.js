// Filters and sorts the rows of a list page by what their data attributes say; what is chosen stands in the address.
// Without it every row is there, in the order of the page.
document.addEventListener("DOMContentLoaded", function () {
  var FEW = 6, tools = document.querySelector("[data-tools]");
  var rows = tools ? Array.from(document.querySelectorAll("main :is(.ledger, .needs, .changes) > li")) : [];
  if (rows.length < FEW) return;
  var lists = Array.from(new Set(rows.map(function (row) { return row.parentElement; })));
  var fields = Array.from(tools.querySelectorAll("select, input")), count = tools.querySelector("output");
  var folds = Array.from(new Set(rows.map(function (row) { return row.closest("details.fold"); }))).filter(Boolean);
  var sections = Array.from(new Set(lists.map(function (list) { return list.closest(".section") || list.closest("section") || list; })));
  var open = folds.map(function (fold) { return fold.open; }), reset = tools.querySelector("button");
  var words = new Intl.Collator(document.documentElement.lang, { numeric: true });
  rows.forEach(function (row, n) {
    var day = row.querySelector("time[datetime]");
    row.number = n;
    row.by = { on: day ? day.dateTime : "", title: (row.querySelector("a") || row).textContent, state: row.dataset.state };
  });

  function isIn(row, field) {
    if (field.type === "checkbox") return !field.checked || row.hasAttribute("data-late");
    return field.name === "sort" || !field.value || row.dataset[field.name] === field.value;
  }
  function order(name) {
    return function (a, b) {
      var first = a.by[name], second = b.by[name];
      if (!first || !second) return (first ? 0 : 1) - (second ? 0 : 1) || a.number - b.number;
      return words.compare(first, second) || a.number - b.number;
    };
  }
  function sort(value) {
    var name = value.replace("-", ""), by = name ? order(name) : function (a, b) { return a.number - b.number; };
    if (value[0] === "-") by = (function (up) {
      return function (a, b) { return a.by[name] && b.by[name] ? up(b, a) : up(a, b); };
    })(by);
    // Parts of one long list are filled one after the other; parts that stand for years keep what they have.
    sections.forEach(function (section) {
      var parts = lists.filter(function (list) { return section.contains(list); });
      var isOne = section.querySelector("details.fold > [data-numbered]");
      (isOne ? [parts] : parts.map(function (part) { return [part]; })).forEach(function (together) {
        var all = together.flatMap(function (list) { return Array.from(list.children); }), at = 0;
        var sizes = together.map(function (list) { return list.children.length; });
        all.sort(by);
        together.forEach(function (list, n) { list.append.apply(list, all.slice(at, at += sizes[n])); });
      });
    });
  }
  function show() {
    var shown = 0, asked = new URLSearchParams(), isSet = false;
    rows.forEach(function (row) {
      row.hidden = !fields.every(function (field) { return isIn(row, field); });
      if (!row.hidden) shown++;
    });
    fields.forEach(function (field) {
      var value = field.type === "checkbox" ? field.checked && field.value : field.value;
      field.classList.toggle("is-set", Boolean(value));
      if (!value) return;
      asked.set(field.name, value);
      isSet = isSet || field.name !== "sort";
    });
    function hasRows(part) { return rows.some(function (row) { return !row.hidden && part.contains(row); }); }
    sections.forEach(function (section) { section.hidden = isSet && !hasRows(section); });
    folds.forEach(function (fold, n) {
      fold.hidden = isSet && !hasRows(fold);
      fold.open = isSet ? Boolean(hasRows(fold)) : open[n];
    });
    reset.hidden = !isSet;
    count.textContent = isSet ? tools.dataset.tools.replace("##", rows.length).replace("#", shown) : "";
    return asked;
  }
  function choose() {
    var asked = show().toString();
    try { history.replaceState(null, "", (asked ? "?" + asked : location.pathname) + location.hash); } catch (error) { /* some browsers keep file: addresses */ }
  }

  fields.forEach(function (field) {
    var label = field.closest("label");
    if (field.type === "checkbox") { label.hidden = !rows.some(function (row) { return row.hasAttribute("data-late"); }); return; }
    if (field.name === "sort") return;
    var values = new Map();
    rows.forEach(function (row) {
      var value = row.dataset[field.name];
      if (value) values.set(value, (values.get(value) || 0) + 1);
    });
    Array.from(values.keys()).forEach(function (value) { field.add(new Option(value + " (" + values.get(value) + ")", value)); });
    label.hidden = values.size < 2;
  });
  var asked = new URLSearchParams(location.search);
  fields.forEach(function (field) {
    var value = asked.get(field.name);
    if (!value) return;
    if (field.type === "checkbox") field.checked = true;
    else if (Array.from(field.options).some(function (option) { return option.value === value; })) field.value = value;
  });
  tools.addEventListener("change", function (event) {
    if (event.target.name === "sort") sort(event.target.value);
    choose();
  });
  reset.addEventListener("click", function () {
    fields.forEach(function (field) { if (field.type === "checkbox") field.checked = false; else if (field.name !== "sort") field.value = ""; });
    choose();
    fields[0].focus();
  });
  var sorted = tools.querySelector("[name=sort]").value;
  if (sorted) sort(sorted);
  sections[0].before(tools);
  tools.hidden = false;
  // On a phone the rows come first, and what chooses among them is folded away until it is wanted.
  var wide = matchMedia("(min-width: 40rem)");
  function unfold() { if (wide.matches) tools.open = true; }
  wide.addEventListener("change", unfold);
  show();
  tools.open = wide.matches || !reset.hidden;
  // A link to a row that the filter hides shows it all the same.
  var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("[hidden]")) reset.click();
});

// The search itself: an index made in the browser from assets/search-data.js, shown in a dialog or on search.html.
// Whatever comes from the data is set as text, never as HTML.
(function () {
  var KIND = 0, ID = 1, TITLE = 2, URL_ = 3, WORDS = 4, AREA = 6, FIELDS = { id: ID, title: TITLE, words: WORDS, more: 5 };
  var PART = 30, OFF = "portal-slash-off", dialog = null, index = null, number = 0;
  var TOGETHER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆]+/gu;

  function even(text) {
    // Accents and vowel signs of Arabic are left out on both sides, so that "cafe" finds "café".
    return text.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f\u0670]/g, "").normalize("NFC").toLowerCase();
  }
  // Chinese and Japanese have no spaces between words: every two signs that touch are a term. The last sign stands
  // alone in the index too, so that a query of one sign finds it there.
  function terms(text, isQuery) {
    var found = [];
    even(text).split(/[^\p{L}\p{N}\p{M}]+/u).forEach(function (word) {
      var at = 0;
      function rest(until) { if (until > at) found.push(word.slice(at, until)); }
      for (var run of word.matchAll(TOGETHER)) {
        rest(run.index);
        var signs = Array.from(run[0]);
        for (var i = 0; i + 1 < signs.length; i++) found.push(signs[i] + signs[i + 1]);
        if (!isQuery || signs.length === 1) found.push(signs[signs.length - 1]);
        at = run.index + run[0].length;
      }
      rest(word.length);
    });
    return found;
  }
  function isTogether(term) { return term.search(TOGETHER) >= 0; }

  function indexed() {
    if (!index) {
      var mini = new MiniSearch({
        idField: "n", fields: Object.keys(FIELDS), processTerm: function (term) { return term; },
        tokenize: function (text) { return terms(text, false); },
        extractField: function (n, field) { return field === "n" ? n : portalSearch.entries[n][FIELDS[field]]; },
        searchOptions: {
          tokenize: function (text) { return terms(text, true); },
          boost: { title: 3, id: 2, more: 0.7 },
          prefix: function (term) { return !isTogether(term) || Array.from(term).length === 1; },
          fuzzy: function (term) { return term.length > 3 && !isTogether(term) && !/\d/.test(term) ? 0.2 : false; }
        }
      });
      index = mini.addAllAsync(portalSearch.entries.map(function (_, n) { return n; }), { chunkSize: 200 })
        .then(function () { return mini; });
    }
    return index;
  }
  function found(mini, query) {
    var all = mini.search(query, { combineWith: "AND" });
    if (!all.length) {
      all = mini.search(query, { combineWith: "OR" });
      all = all.filter(function (each) { return each.score > all[0].score / 3; });
    }
    var id = even(query.trim());
    function isIt(each) { return even(portalSearch.entries[each.id][ID]) === id; }
    return all.filter(isIt).concat(all.filter(function (each) { return !isIt(each); }));
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }
  function marked(parent, text, hit) {
    var at = 0;
    if (hit) for (var one of text.matchAll(hit)) {
      if (!one[0]) continue;
      parent.append(text.slice(at, one.index), element("mark", "", one[0]));
      at = one.index + one[0].length;
    }
    parent.append(text.slice(at));
  }
  function hitsOf(result, query) {
    var words = result.terms.concat(even(query).match(TOGETHER) || []);
    words.sort(function (a, b) { return b.length - a.length; });
    var each = words.map(function (word) { return word.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&"); });
    try { return each.length ? new RegExp(each.join("|"), "giu") : null; } catch (error) { return null; }
  }
  function row(result, query, root) {
    var entry = portalSearch.entries[result.id], hit = hitsOf(result, query);
    var item = element("li"), link = element("a", "find__link"), title = element("span", "find__title");
    link.href = root + encodeURI(entry[URL_]);
    title.dir = "auto";
    marked(title, entry[TITLE], hit);
    link.append(title);
    var where = [portalSearch.kinds[entry[KIND]][0]];
    if (entry[ID] && entry[ID] !== entry[TITLE]) where.push(entry[ID]);
    if (portalSearch.areas[entry[AREA]]) where.push(portalSearch.areas[entry[AREA]]);
    var facts = element("span", "find__where");
    where.forEach(function (text) { facts.append(element("bdi", "", text)); });
    link.append(facts);
    if (entry[WORDS]) {
      var words = element("span", "find__words");
      words.dir = "auto";
      marked(words, entry[WORDS], hit);
      link.append(words);
    }
    item.append(link);
    return item;
  }

  function build(place, root, remember) {
    var said = portalSearch.words, kind = -1, shown = PART, results = [], turn = 0, name = "find-" + (++number);
    var label = element("label", "find__label", said.label), input = element("input", "find__input");
    var hint = element("p", "find__hint", said.hint), kinds = element("div", "find__kinds");
    var count = element("p", "find__count"), list = element("ol", "find__results");
    var more = element("button", "find__more", said.more), keys = element("div", "find__keys");
    var slash = element("label"), box = element("input");
    place.setAttribute("role", "search");
    place.setAttribute("aria-label", said.label);
    input.type = "search"; input.id = name; input.autocomplete = "off"; input.spellcheck = false;
    input.setAttribute("autocapitalize", "off");
    input.setAttribute("enterkeyhint", "search");
    input.setAttribute("aria-describedby", name + "-hint");
    label.htmlFor = name;
    hint.id = name + "-hint";
    kinds.setAttribute("role", "group");
    kinds.setAttribute("aria-label", said.filter);
    kinds.hidden = true;
    count.setAttribute("role", "status");
    more.type = "button"; more.hidden = true;
    box.type = "checkbox";
    try { box.checked = localStorage.getItem(OFF) !== "yes"; } catch (error) { box.checked = true; }
    slash.append(box, " " + said.slash);
    keys.append(element("p", "", said.keys), slash);
    place.append(label, input, hint, kinds, count, list, more, keys);

    function links() { return Array.from(list.querySelectorAll("a")); }
    function show() {
      var query = input.value, of = new Map(), chosen;
      results.forEach(function (each) {
        var one = portalSearch.entries[each.id][KIND];
        of.set(one, (of.get(one) || 0) + 1);
      });
      if (!of.has(kind)) kind = -1;
      chosen = results.filter(function (each) { return kind < 0 || portalSearch.entries[each.id][KIND] === kind; });
      var names = [[-1, said.all, results.length]];
      portalSearch.kinds.forEach(function (one, n) { if (of.has(n)) names.push([n, one[1], of.get(n)]); });
      kinds.hidden = names.length < 3;
      kinds.replaceChildren.apply(kinds, names.map(function (each) {
        var button = element("button", "", each[1] + " ");
        button.type = "button";
        button.dataset.kind = each[0];
        button.setAttribute("aria-pressed", String(each[0] === kind));
        button.append(element("span", "num", String(each[2])));
        return button;
      }));
      list.replaceChildren.apply(list, chosen.slice(0, shown).map(function (each) { return row(each, query, root); }));
      list.hidden = !chosen.length;
      more.hidden = chosen.length <= shown;
      count.textContent = !query.trim() ? "" : results.length ? said.found.replace("%(num)s", chosen.length) : said.none;
      if (remember) remember(query, kind < 0 ? "" : portalSearch.kinds[kind][1]);
    }
    function search() {
      var query = input.value, mine = ++turn;
      shown = PART;
      if (!query.trim()) { results = []; show(); return; }
      count.textContent = count.textContent || said.reading;
      indexed().then(function (mini) {
        if (mine !== turn) return;
        results = found(mini, query);
        show();
      });
    }
    input.addEventListener("input", function (event) { if (!event.isComposing) search(); });
    input.addEventListener("compositionend", search);
    kinds.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      kind = Number(button.dataset.kind);
      shown = PART;
      show();
      kinds.querySelector("[aria-pressed=true]").focus();
    });
    more.addEventListener("click", function () {
      var first = shown;
      shown += PART;
      show();
      links()[first].focus();
    });
    box.addEventListener("change", function () {
      try { localStorage.setItem(OFF, box.checked ? "no" : "yes"); } catch (error) { /* kept for nobody */ }
    });
    place.addEventListener("keydown", function (event) {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      var all = links(), at = all.indexOf(document.activeElement), isInput = document.activeElement === input;
      if (!isInput && at < 0) return;
      if (event.key === "ArrowDown" && at + 1 < all.length) { event.preventDefault(); all[at + 1].focus(); }
      else if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (all[at - 1] || input).focus(); }
      else if (event.key === "Enter" && isInput && all.length) { event.preventDefault(); all[0].click(); }
    });
    return {
      input: input,
      set: function (query, name) {
        input.value = query;
        kind = portalSearch.kinds.findIndex(function (each) { return name && each[1] === name; });
        search();
      }
    };
  }

  window.portalFind = {
    open: function (root, typed) {
      if (!dialog) {
        var place = element("div", "find__place"), close = element("button", "find__close", portalSearch.words.close);
        dialog = element("dialog", "find");
        dialog.setAttribute("aria-label", portalSearch.words.search);
        close.type = "button";
        close.addEventListener("click", function () { dialog.close(); });
        dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
        dialog.append(place, close);
        document.body.append(dialog);
        dialog.built = build(place, root);
        // On the page that is open already a link leads to a place on it: the dialog would hide it.
        place.addEventListener("click", function (event) { if (event.target.closest("a")) dialog.close(); });
      }
      if (!dialog.open) dialog.showModal();
      dialog.built.input.focus();
      dialog.built.input.select();
      if (typed) dialog.built.set(typed, "");
      indexed();
    },
    stay: function (place, root) {
      var asked = new URLSearchParams(location.search);
      var built = build(place, root, function (query, kind) {
        var wanted = new URLSearchParams();
        if (query.trim()) wanted.set("q", query);
        if (kind) wanted.set("kind", kind);
        try { history.replaceState(null, "", "?" + wanted); } catch (error) { /* some browsers keep file: addresses */ }
      });
      place.hidden = false;
      document.querySelectorAll("[data-find-off]").forEach(function (each) { each.hidden = true; });
      if (asked.get("q")) built.set(asked.get("q"), asked.get("kind"));
    }
  };
})();

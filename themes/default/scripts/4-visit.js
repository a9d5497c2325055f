// What is new since this browser last looked at whats-new.html; kept in this browser only, and nowhere if it keeps nothing.
document.addEventListener("DOMContentLoaded", function () {
  var HOUR = 3600000, MOST = 3000, section = document.querySelector("[data-visit]");
  if (!section) return;
  var key = "portal-visit:" + location.pathname.replace(/[^/]*$/, ""), now = Date.now(), kept = null;
  var rows = Array.from(document.querySelectorAll("main .ledger > li")).filter(function (row) { return row.querySelector("a"); });
  function sign(row) {
    // A short number for a row, whose words cannot be read out of it.
    var text = row.querySelector("a").getAttribute("href") + " " + row.querySelector(".ledger__state").textContent.trim();
    // A date may move again: of what history tells, the day counts too.
    if (row.querySelector(".told")) text += " " + row.querySelector("time").getAttribute("datetime");
    var hash = 5381;
    for (var i = 0; i < text.length; i++) hash = (hash * 33 ^ text.charCodeAt(i)) >>> 0;
    return hash.toString(36);
  }
  var signs = rows.map(sign);
  try { kept = JSON.parse(localStorage.getItem(key)); } catch (error) { /* storage is off, or is not ours */ }
  if (!kept || !Array.isArray(kept.seen) || !Array.isArray(kept.before)) kept = null;
  // Whoever comes back within the hour is still on the same visit, and sees the same as new.
  var isSame = kept && now - kept.last < HOUR;
  var before = kept ? (isSame ? kept.before : kept.seen) : null, visit = kept ? (isSame ? kept.visit : kept.last) : 0;
  try {
    localStorage.setItem(key, JSON.stringify({
      last: now, visit: visit, before: before || signs.slice(0, MOST), seen: signs.slice(0, MOST)
    }));
  } catch (error) { return; }
  if (!kept || !visit) return;
  var known = new Set(before), fresh = [];
  rows.forEach(function (row, n) { if (n < MOST && !known.has(signs[n])) fresh.push(row); });
  var list = section.querySelector("ul"), day = document.createElement("time"), line = document.createElement("p");
  list.append.apply(list, fresh.map(function (row) { return row.cloneNode(true); }));
  list.hidden = !fresh.length;
  section.querySelector("[data-none]").hidden = fresh.length > 0;
  day.dateTime = new Date(visit).toISOString().slice(0, 10);
  day.textContent = new Intl.DateTimeFormat(section.dataset.visit, { dateStyle: "long" }).format(visit);
  line.append(day);
  section.querySelector(".section__head").append(line);
  section.querySelector("button").addEventListener("click", function () {
    try { localStorage.removeItem(key); } catch (error) { /* there is nothing to forget */ }
    section.hidden = true;
  });
  section.hidden = false;
});

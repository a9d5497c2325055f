// Opens the search from any page: by its link, by / or by Ctrl+K. What it needs is read when it is first opened.
(function () {
  var script = document.currentScript, off = "portal-slash-off", reading = null, opening = false, typed = "";
  var root = script.getAttribute("src").replace(/assets\/[^/]*$/, "");
  function read(name) {
    return new Promise(function (done, failed) {
      var element = document.createElement("script");
      element.src = new URL(name, script.src).href;
      element.onload = done;
      element.onerror = failed;
      document.head.append(element);
    });
  }
  function ready() {
    reading = reading || Promise.all([read("search.js"), read("search-data.js")]);
    return reading.then(function () { return window.portalFind; });
  }
  function open(link) {
    var place = document.querySelector("[data-find] input");
    if (place) { place.focus(); place.select(); return; }
    if (opening) return;
    // Whoever types on while it is being read loses no letter.
    opening = true;
    typed = "";
    ready().then(function (find) { opening = false; find.open(root, typed); }, function () { location.href = link.href; });
  }
  function isTyping(element) {
    return element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  }
  function slashIsOff() {
    try { return localStorage.getItem(off) === "yes"; } catch (error) { return false; }
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-find-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", function (event) {
    if (opening && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      typed += event.key;
      event.preventDefault();
      return;
    }
    var link = document.querySelector("[data-find-open]");
    if (!link || !window.HTMLDialogElement || event.isComposing || event.altKey || event.defaultPrevented) return;
    var isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(event.target) && !slashIsOff();
    var isK = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isSlash && !isK) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("DOMContentLoaded", function () {
    var place = document.querySelector("[data-find]");
    if (!place) return;
    ready().then(function (find) { find.stay(place, root); }, function () { /* the lists below are there */ });
  });
})();

(function () {
  "use strict";
  var place = document.querySelector(".kam-accounts");
  if (!place) return;
  var cards = Array.from(place.querySelectorAll("details details"));
  var groups = Array.from(place.children);
  var texts = null; // of the cards, read at the first letter
  var box = document.createElement("input"), found = document.createElement("p");
  box.type = "search";
  box.className = "kam-filter";
  box.placeholder = place.dataset.find;
  box.setAttribute("aria-label", place.dataset.find);
  found.className = "kam-note";
  found.setAttribute("role", "status");
  function search() {
    var wanted = box.value.trim().toLowerCase().split(/\s+/), hits = 0;
    texts = texts || cards.map(function (card) { return card.textContent.toLowerCase(); });
    cards.forEach(function (card, at) {
      card.hidden = !wanted.every(function (word) { return texts[at].indexOf(word) >= 0; });
      hits += !card.hidden;
    });
    var asked = box.value.trim() !== "";
    groups.forEach(function (group) {
      var some = group.querySelector("details:not([hidden])") !== null;
      group.open = asked && some;
      group.hidden = asked && !some;
    });
    found.textContent = asked ? place.dataset.found.replace("{n}", hits) : "";
  }
  box.addEventListener("input", search);
  place.parentNode.insertBefore(box, place);
  place.parentNode.insertBefore(found, place);
  window.addEventListener("hashchange", function () {
    if (box.value) { box.value = ""; search(); } // what a link leads to is never hidden
  });
})();

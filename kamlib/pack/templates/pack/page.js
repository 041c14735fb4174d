(function () {
  "use strict";
  var CARDS = 8; // so many stand on a telephone before a button shows the rest: see page.css
  function key(cell) {
    var raw = cell.getAttribute("data-sort");
    if (raw === null) return cell.textContent.trim().toLowerCase();
    return raw === "" ? null : Number(raw);
  }
  function compare(a, b, sign) {
    if (a === null || a === "") return b === null || b === "" ? 0 : 1;
    if (b === null || b === "") return -1;
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
  }
  function sort(table, position, heading) {
    var falling = heading.getAttribute("aria-sort") !== "descending";
    table.querySelectorAll("thead th").forEach(function (th) { th.removeAttribute("aria-sort"); });
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    var body = table.tBodies[0];
    Array.from(body.rows)
      .map(function (row) { return { row: row, key: key(row.cells[position]) }; })
      .sort(function (a, b) { return compare(a.key, b.key, falling ? -1 : 1); })
      .forEach(function (item) { body.appendChild(item.row); });
  }
  function filterBox(table) {
    var box = document.createElement("input");
    box.type = "search";
    box.className = "kam-filter";
    box.placeholder = document.body.dataset.filter || "Filter the rows shown …";
    box.setAttribute("aria-label", box.placeholder);
    box.addEventListener("input", function () {
      var wanted = box.value.toLowerCase();
      table.classList.remove("kam-few");
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
    table.parentNode.insertBefore(box, table);
  }
  function button(look, text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = look;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }
  function fewCards(table) {
    var words = document.body.dataset.rest || "All {n} rows";
    table.classList.add("kam-few");
    table.insertAdjacentElement("afterend", button("kam-rest", words.replace("{n}", table.tBodies[0].rows.length),
      function () { table.classList.remove("kam-few"); }));
  }
  document.querySelectorAll("table.kam-table").forEach(function (table) {
    if (!table.tHead || table.tBodies[0].rows.length < 3) return;
    table.classList.add("kam-sortable");
    table.querySelectorAll("thead th").forEach(function (heading, position) {
      var sorts = button("kam-sort", "", function () { sort(table, position, heading); });
      sorts.append.apply(sorts, Array.from(heading.childNodes));
      heading.appendChild(sorts);
    });
    if (table.tBodies[0].rows.length > 15) filterBox(table);
    if (table.classList.contains("kam-wide") && table.tBodies[0].rows.length > CARDS) fewCards(table);
  });
  // On a telephone a picture is as wide as the screen; a button shows it at its own size.
  document.querySelectorAll(".output img").forEach(function (picture) {
    var around = picture.closest(".output"), words = document.body.dataset.larger || "Picture at full size";
    var larger = button("kam-larger", words, function () {
      larger.setAttribute("aria-pressed", String(around.classList.toggle("kam-large")));
    });
    larger.setAttribute("aria-pressed", "false");
    picture.insertAdjacentElement("afterend", larger);
  });
  // A slider shows what was computed ahead for where it stands; paper shows what is in force.
  function slide(box) {
    var known = JSON.parse(box.querySelector("script").textContent), steps = known.steps;
    var head = box.querySelector(".kam-slider-at"), said = head.querySelector("b");
    var figures = box.querySelectorAll(".kam-figures b"), words = box.querySelector(".kam-slider-words");
    var range = document.createElement("input");
    function show(at) {
      var step = steps[at];
      range.value = at;
      range.setAttribute("aria-valuetext", step.at);
      said.textContent = step.at;
      figures.forEach(function (figure, n) { figure.textContent = step.figures[n]; });
      words.textContent = step.words;
      back.disabled = at === known.start;
    }
    function restore() { show(known.start); }
    var back = button("kam-back", known.back, function () { restore(); range.focus(); });
    range.type = "range";
    range.min = 0;
    range.max = steps.length - 1;
    range.step = 1;
    range.setAttribute("aria-label", known.label);
    range.addEventListener("input", function () { show(Number(range.value)); });
    words.setAttribute("aria-live", "polite");
    box.classList.add("kam-moves");
    head.insertBefore(range, said);
    head.appendChild(back);
    restore();
    window.addEventListener("beforeprint", restore);
  }
  document.querySelectorAll(".kam-slider").forEach(function (box) {
    if (JSON.parse(box.querySelector("script").textContent).steps.length > 1) slide(box);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not(.kam-more)").forEach(function (d) { d.open = true; });
  });
  function unfold() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var folded = target && target.closest("details");
    for (var part = folded; part; part = part.parentElement.closest("details")) part.open = true;
    if (folded) target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();
})();

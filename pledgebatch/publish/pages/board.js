(function () {
  var MOST = Number(document.querySelector(".filters").dataset.most), most = MOST, sorted = "", remembered;
  function counts(column) { return column >= 0 && heads[column].parentNode.className === "number"; }
  function one(id) { return document.getElementById(id); }
  var board = one("board"), body = board.tBodies[0], find = one("find"), shown = one("shown"), all = one("all"), clear = one("clear");
  var selects = [].slice.call(document.querySelectorAll("select[data-column]"));
  var heads = [].slice.call(board.tHead.querySelectorAll("button"));
  var choices = selects.map(function (select) { return [].map.call(select.options, function (option) { return option.value; }); });
  var rows = [].map.call(body.rows, function (row, number) {
    var texts = [].map.call(row.cells, function (cell) { return cell.textContent; });
    return { row: row, number: number, texts: texts, said: (texts[0] + " " + texts[1]).toLowerCase(), chosen: selects.map(function (select) { return texts[select.dataset.column]; }) };
  });
  function filter() {
    var words = find.value.toLowerCase().split(/\s+/).filter(Boolean), wanted = selects.map(function (select) { return select.value; }), count = 0;
    rows.forEach(function (each) {
      var fits = words.every(function (word) { return each.said.indexOf(word) >= 0; }) && wanted.every(function (value, n) { return !value || each.chosen[n] === value; });
      var hide = !fits || ++count > most;
      if (each.row.hidden !== hide) each.row.hidden = hide;
    });
    var chosen = words.concat(wanted.filter(Boolean));
    shown.dataset.chosen = chosen.length ? chosen.join("、") + "：" : "";
    shown.textContent = "共 " + rows.length + " 个，符合条件 " + count + " 个" + (count > most ? "，显示前 " + most + " 个" : "");
    all.hidden = count <= most;
    clear.hidden = !chosen.length;
  }
  function sort(wanted) {
    var column = Math.abs(wanted) - 1, way = wanted < 0 ? -1 : 1, order = selects.map(function (select) { return Number(select.dataset.column); }).indexOf(column);
    var words = new Intl.Collator("zh-CN", { numeric: true });
    heads.forEach(function (head, n) {
      if (n === column) head.parentNode.setAttribute("aria-sort", way > 0 ? "ascending" : "descending"); else head.parentNode.removeAttribute("aria-sort");
    });
    rows.forEach(function (each) { each.key = column < 0 ? each.number : counts(column) ? Number(each.texts[column]) : order >= 0 ? choices[order].indexOf(each.texts[column]) : each.texts[column]; });
    rows.sort(function (a, b) { return way * (typeof a.key === "number" ? a.key - b.key : words.compare(a.key, b.key)) || a.number - b.number; });
    var piece = document.createDocumentFragment();
    rows.forEach(function (each) { piece.appendChild(each.row); });
    body.appendChild(piece);
    sorted = String(wanted || "");
  }
  function remember() {
    var told = [find.value.trim()].concat(selects.map(function (select) { return select.value; }), sorted);
    location.replace("#" + (told.some(Boolean) ? "=" + told.map(encodeURIComponent).join("&") : ""));
    remembered = location.hash;
  }
  function recall() {
    if (location.hash === remembered) return;
    var told = [], order;
    try { if (location.hash.charAt(1) === "=") told = location.hash.slice(2).split("&").map(decodeURIComponent); } catch (malformed) { told = []; }
    find.value = told[0] || "";
    selects.forEach(function (select, n) { select.value = choices[n].indexOf(told[n + 1]) < 0 ? "" : told[n + 1]; });
    order = told[selects.length + 1] || "";
    if (order !== sorted) sort(Math.abs(Number(order)) <= heads.length ? Number(order) : 0);
    remembered = location.hash;
    most = MOST;
    filter();
  }
  find.addEventListener("input", function () { most = MOST; filter(); });
  find.addEventListener("change", remember);
  selects.forEach(function (select) { select.addEventListener("change", function () { most = MOST; filter(); remember(); }); });
  all.addEventListener("click", function () { most = Infinity; filter(); });
  clear.addEventListener("click", function () { find.value = ""; selects.forEach(function (select) { select.value = ""; }); filter(); remember(); find.focus(); });
  heads.forEach(function (head, column) {
    head.addEventListener("click", function () {
      var up = column + 1, first = counts(column) ? -up : up;
      sort(sorted === String(first) ? -first : first);
      filter();
      remember();
    });
  });
  addEventListener("hashchange", recall);
  document.querySelector(".filters").hidden = false;
  recall();
  body.className = "";
})();

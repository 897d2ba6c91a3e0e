"use strict";
(function () {
  var body = document.body, month = body.dataset.month, waiting = [], active = 0, sent = 0, all = 0, refused = [], watching = false, left = 0;
  var AT_ONCE = 3, SECOND = 1000, PATIENCE = 30 * SECOND;
  function one(selector) { return document.querySelector(selector); }
  function every(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
  function cell(row, tag, text) { var made = document.createElement(tag); made.textContent = text; row.appendChild(made); return made; }

  // What is dropped, and chosen.
  function send() {
    while (active < AT_ONCE && waiting.length) { active++; post(waiting.shift()); }
    if (!active && !waiting.length && all) { tell(); watch(); }
  }
  function post(each) {
    var address = each.target + (each.target.indexOf("/incoming/") === 0 ? "?name=" + encodeURIComponent(each.name) : "");
    fetch(address, { method: "POST", body: each.file, headers: { accept: "application/json", "content-type": "application/octet-stream" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status === 429) { waiting.push(each); return new Promise(function (go) { setTimeout(go, SECOND); }); }
        sent++;
        return answer.json().catch(function () { return { mistake: "没有收下" }; }).then(function (result) {
          if (result.mistake) refused.push(each.name + "：" + result.mistake);
          else if (each.target === "/registry") location.reload();
        });
      })
      .catch(function () { sent++; refused.push(each.name + "：没有传上来，工作台可能已经关闭"); })
      .then(function () { active--; tell(); watch(); send(); });
  }
  function tell() {
    one("#drops").hidden = false;
    one("#drops-state").textContent = "共 " + all + " 个，已传 " + sent + " 个。" + (refused.length ? "没有收下：" + refused.slice(-5).join("；") : "");
  }
  function take(files, target) {
    files.forEach(function (each) { waiting.push({ file: each.file, name: each.name, target: target }); });
    all += files.length;
    if (files.length) { tell(); send(); }
  }
  function walk(entry, path, found) {
    return new Promise(function (done) {
      if (entry.isFile) { entry.file(function (file) { found.push({ file: file, name: path + file.name }); done(); }, done); return; }
      var reader = entry.createReader(), inside = [];
      (function more() {
        reader.readEntries(function (some) {
          if (!some.length) { Promise.all(inside.map(function (each) { return walk(each, path + entry.name + "/", found); })).then(done); return; }
          inside = inside.concat(Array.prototype.slice.call(some));
          more();
        }, done);
      })();
    });
  }
  document.addEventListener("dragover", function (event) { if (body.dataset.drop) { event.preventDefault(); document.documentElement.classList.add("dragging"); } });
  document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) document.documentElement.classList.remove("dragging"); });
  document.addEventListener("drop", function (event) {
    document.documentElement.classList.remove("dragging");
    if (!body.dataset.drop) return;
    event.preventDefault();
    var items = Array.prototype.slice.call(event.dataTransfer.items || []), found = [];
    var entries = items.map(function (item) { return item.webkitGetAsEntry && item.webkitGetAsEntry(); }).filter(Boolean);
    if (!entries.length) { take(Array.prototype.map.call(event.dataTransfer.files, function (file) { return { file: file, name: file.name }; }), body.dataset.drop); return; }
    Promise.all(entries.map(function (entry) { return walk(entry, "", found); })).then(function () { take(found, body.dataset.drop); });
  });
  every("input[type=file]", function (input) {
    input.addEventListener("change", function () {
      take(Array.prototype.map.call(input.files, function (file) { return { file: file, name: file.webkitRelativePath || file.name }; }), input.dataset.target);
      input.value = "";
    });
  });

  // What became of it.
  function watch() { if (!watching && month && body.dataset.drop !== "/registry") { watching = true; look(); } }
  function look() {
    fetch("/incoming/" + month + ".json", { credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (known) {
      var table = one("#drops tbody"), rows = document.createDocumentFragment();
      (known.uploads || []).forEach(function (upload) {
        (upload.files.length ? upload.files : [{ file: upload.name, whose: "", state: "", label: upload.note || (upload.waiting ? "正在核验" : ""), counts: [], reason: "", causes: [] }]).forEach(function (file) { rows.appendChild(line(file, upload.note)); });
      });
      table.textContent = "";
      table.appendChild(rows);
      if (known.waiting || active || waiting.length) setTimeout(look, SECOND); else watching = false;
    }).catch(function () { watching = false; });
  }
  function line(file, note) {
    var row = document.createElement("tr"), tag = document.createElement("span");
    cell(row, "th", file.file).scope = "row";
    cell(row, "td", file.whose);
    tag.className = "tag " + file.state;
    tag.textContent = file.label;
    cell(row, "td", "").appendChild(tag);
    cell(row, "td", file.counts.join("／"));
    var last = cell(row, "td", [note, file.reason].filter(Boolean).join("；"));
    if (file.causes.length) {
      var details = document.createElement("details"), list = document.createElement("ul");
      cell(details, "summary", "看问题");
      file.causes.forEach(function (cause) { cell(list, "li", "[" + cause[0] + "] " + cause[1] + "　" + cause[2]); });
      details.appendChild(list);
      last.appendChild(details);
    }
    return row;
  }

  // The job, whoever began it, in this tab or another.
  var job = one("#job");
  function pulse() {
    fetch("/pulse.json", { credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (now) {
      if (now.job) {
        var changed = now.job.began !== job.dataset.began || (job.dataset.running === "yes") !== now.job.running;
        if (changed && !active && !waiting.length && !one("form[data-touched]")) {
          if (Date.now() - left < PATIENCE) { setTimeout(pulse, SECOND); return; }
          location.reload();
          return;
        }
        var state = one("#job-state");
        if (changed) {
          job.hidden = false;
          job.textContent = now.job.label + "：" + (now.job.running ? "正在做" : now.job.ending) + "。您正在填写，页面没有刷新，填的都还在";
        } else if (state && now.job.running && now.job.steps.length) state.textContent = now.job.steps[now.job.steps.length - 1];
      }
      setTimeout(pulse, (now.job && now.job.running ? 1 : 5) * SECOND);
    }).catch(function () { setTimeout(pulse, 15 * SECOND); });
  }
  if (job) setTimeout(pulse, SECOND);
  window.addEventListener("beforeunload", function () { left = Date.now(); }); // to look anew now would call back what was clicked
  document.addEventListener("input", function (event) { if (event.target.form) event.target.form.dataset.touched = "yes"; });
  every("input, textarea", function (field) { if (field.form && field.value !== field.defaultValue) field.form.dataset.touched = "yes"; }); // typed before this ran

  // Small helps.
  every("[data-filter]", function (input) {
    input.addEventListener("input", function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      every(input.dataset.filter + " tbody tr", function (row) {
        var text = row.textContent.toLowerCase();
        row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
      });
    });
  });
  every("[data-all]", function (button) {
    button.addEventListener("click", function () {
      var boxes = Array.prototype.slice.call(button.form.querySelectorAll("input[type=checkbox]")), on = boxes.some(function (box) { return !box.checked; });
      boxes.forEach(function (box) { box.checked = on; });
    });
  });
  every("[data-copy]", function (button) {
    button.addEventListener("click", function () {
      var source = one(button.dataset.copy), text = "value" in source ? source.value : source.textContent, before = button.textContent;
      navigator.clipboard.writeText(text).then(function () { button.textContent = "已复制"; }, function () { button.textContent = "请选中文字自己复制"; });
      setTimeout(function () { button.textContent = before; }, 2 * SECOND);
    });
  });
  if (body.dataset.drop.indexOf("/incoming/") === 0 && one("#files")) watch();
})();

"use strict";
(function () {
  var place = document.querySelector("[data-target]"), said = document.querySelector("#said"), SECOND = 1000;
  if (!place) return;
  function send(file) {
    said.textContent = "正在传“" + file.name + "”……";
    fetch(place.dataset.target + "?name=" + encodeURIComponent(file.name), { method: "POST", body: file, headers: { accept: "application/json", "content-type": "application/octet-stream" }, credentials: "same-origin" })
      .then(function (answer) { return answer.json().catch(function () { return { mistake: answer.status === 403 ? "登录已过期，请重新登录" : "没有收下，请再试一次" }; }); })
      .then(function (told) {
        if (told.mistake) { said.textContent = told.mistake + "。"; return; }
        said.textContent = "正在核验“" + file.name + "”，几秒钟就好……";
        wait();
      })
      .catch(function () { said.textContent = "没有传上来，请检查网络再试。"; });
  }
  function wait() {
    fetch("/try/" + place.dataset.month + ".json", { headers: { accept: "application/json" }, credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (told) {
      if (told.waiting) setTimeout(wait, SECOND); else location.assign("/?month=" + place.dataset.month);
    }).catch(function () { setTimeout(wait, 5 * SECOND); });
  }
  document.querySelector("#file").addEventListener("change", function (event) { if (event.target.files.length) send(event.target.files[0]); event.target.value = ""; });
  document.addEventListener("dragover", function (event) { event.preventDefault(); });
  document.addEventListener("drop", function (event) {
    event.preventDefault();
    if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
  if (said.dataset.waiting) wait();
})();

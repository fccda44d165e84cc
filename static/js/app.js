// What pages do beyond plain HTML. Every part hangs on a data attribute and is an addition: without
// this file forms still submit and links still lead. docs/pages.md lists the attributes.
"use strict";

(() => {
  const LOGIN = "/accounts/login/";

  // ---- toasts: what happened, what was kept, what to do ----

  function toast(text, tone = "brand", link = null) {
    const rack = document.getElementById("toasts");
    // What asks again and again need not complain again and again.
    if ([...rack.children].some((box) => box.dataset.text === text)) return;
    const box = document.createElement("div");
    box.className = `alert tone-${tone}`;
    box.dataset.text = text;
    if (tone === "late") box.setAttribute("role", "alert");
    const words = document.createElement("span");
    words.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.textContent = link.label;
      words.append(" ", anchor);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-text";
    close.textContent = "关闭";
    close.addEventListener("click", () => box.remove());
    box.append(words, close);
    rack.append(box);
    // A fault stays until it is closed; good news goes by itself.
    if (tone !== "late") setTimeout(() => box.remove(), 6000);
  }

  const FAULTS = {
    400: "提交的内容有误，没有保存。已填的内容还在，请检查后再试。",
    403: "没有权限做这项操作，记录没有改动。刚刚重新登录过的，请刷新页面再试。",
    404: "这条记录找不到了，可能已经作废或移交。请刷新列表。",
    409: "记录刚被别人改动，这次没有保存。请刷新页面后再办。",
    413: "文件太大，没有上传。请压缩或拆分后再试。",
    429: "操作太频繁，这次没有执行。请过几分钟再试。",
  };
  const BROKEN = "系统出了问题，这次没有完成，已填的内容还在。请稍后再试。";
  const NO_NETWORK = "网络不通，这次没有提交，已填的内容还在。请检查网络后再试。";
  const TOO_SLOW = "服务器一直没有答复，这次操作可能没有完成。请刷新页面核对后再试。";

  document.addEventListener("htmx:responseError", (event) => {
    toast(FAULTS[event.detail.xhr.status] || BROKEN, "late");
  });
  document.addEventListener("htmx:sendError", () => toast(NO_NETWORK, "late"));
  document.addEventListener("htmx:timeout", () => toast(TOO_SLOW, "late"));
  // The server may send its own: HX-Trigger: {"toast": {"text": "…", "tone": "good"}}
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));

  // An expired session answers with the sign-in page: never put that into a part of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answered = event.detail.xhr.responseURL;
    if (!answered || new URL(answered).pathname !== LOGIN) return;
    event.detail.shouldSwap = false;
    const here = encodeURIComponent(location.pathname + location.search);
    toast("登录已失效，这次没有提交，已填的内容保留在这台电脑上。", "late", {
      url: `${LOGIN}?next=${here}`,
      label: "重新登录",
    });
  });

  // ---- dialogs ----

  function confirmed(text) {
    const dialog = document.getElementById("confirm");
    document.getElementById("confirm-text").textContent = text;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  // <button data-confirm="…"> asks before it submits; hx-confirm asks in the same dialog.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button || !button.form || button.form.dataset.busy) return;
    event.preventDefault();
    if (!button.formNoValidate && !button.form.reportValidity()) return;
    if (await confirmed(button.dataset.confirm)) button.form.requestSubmit(button);
  });
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await confirmed(event.detail.question)) event.detail.issueRequest(true);
  });

  // <button data-dialog="id"> opens <dialog id="id">; a form method="dialog" in it closes it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
  });

  // An open reveal panel closes on a click elsewhere, and on Escape.
  function closeReveals(except) {
    for (const open of document.querySelectorAll(".masked details[open]")) {
      if (open !== except) open.open = false;
    }
  }
  document.addEventListener("click", (event) => closeReveals(event.target.closest(".masked details")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeReveals(null);
  });

  // ---- one click, one submission ----

  function submitButtons(form) {
    return [...form.elements].filter((element) => element.type === "submit");
  }
  function busy(form) {
    form.dataset.busy = "1";
    for (const button of submitButtons(form)) button.disabled = true;
  }
  function idle(form) {
    delete form.dataset.busy;
    for (const button of submitButtons(form)) button.disabled = false;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "get").toLowerCase() !== "post") return;
    if (form.dataset.busy) {
      event.preventDefault();
      return;
    }
    form.dataset.busy = "1";
    // Afterwards: a disabled button would not send its own name and value.
    setTimeout(() => busy(form));
    // A download leaves the page standing.
    setTimeout(() => idle(form), 15000);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("form")) busy(event.target);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches("form")) idle(event.target);
  });
  // Back from the browser's own cache: the page stands as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-busy]").forEach(idle);
  });

  // ---- a filing that is kept while it is typed: the page's faults follow what its panel says ----

  document.addEventListener("htmx:afterSwap", (event) => {
    const panel = event.target.closest("[data-autosave]");
    const form = panel && document.querySelector(panel.getAttribute("hx-include"));
    if (!form) return;
    form.querySelector(".alert[role=alert]")?.remove();
    const open = new Set([...panel.querySelectorAll(".checklist a")].map((link) => link.hash.slice(1)));
    for (const fault of form.querySelectorAll(".faults[id$='_error']")) {
      const field = fault.id.slice(0, -"_error".length);
      if (open.has(field)) continue;
      fault.remove();
      document.getElementById(field)?.removeAttribute("aria-invalid");
    }
  });

  // A filter leaves what is empty out of the address.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form.filters, form[role='search']")) return;
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });

  // ---- uploads ----

  document.addEventListener("htmx:xhr:loadstart", (event) => showUpload(event, 0, 0));
  document.addEventListener("htmx:xhr:progress", (event) => {
    if (event.detail.lengthComputable) showUpload(event, event.detail.loaded, event.detail.total);
  });
  function showUpload(event, loaded, total) {
    const part = event.target.closest("form[data-upload]")?.querySelector(".upload");
    if (!part) return;
    const share = total ? Math.floor((loaded / total) * 100) : 0;
    part.hidden = false;
    part.querySelector("progress").value = share;
    part.querySelector("p").textContent =
      share < 100 ? `正在上传 ${share}%` : "已上传，正在检查文件…";
  }

  // ---- choosing rows ----

  function countChosen() {
    const form = document.querySelector("form[data-batch]");
    if (!form) return;
    const boxes = [...document.querySelectorAll("input[name='ids'][form='batch']")];
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").classList.toggle("chosen", box.checked);
    for (const button of form.querySelectorAll("[data-batch-action]")) button.disabled = !chosen.length;
    form.querySelector("[data-batch-count]").textContent = chosen.length
      ? `已选 ${chosen.length} 项`
      : "勾选后可批量办理";
    const all = document.querySelector("[data-check-all]");
    all.checked = chosen.length === boxes.length && boxes.length > 0;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-check-all]")) {
      for (const box of document.querySelectorAll("input[name='ids'][form='batch']")) {
        box.checked = event.target.checked;
      }
    }
    if (event.target.matches("[data-check-all], input[name='ids']")) countChosen();
  });

  // ---- small things ----

  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (back) history.length > 1 ? history.back() : location.assign("/");
    if (event.target.closest("[data-print]")) window.print();

    // data-fill="field-id": a frequent reason goes into the field.
    const filler = event.target.closest("[data-fill]");
    if (filler) {
      const field = document.getElementById(filler.dataset.fill);
      field.value = field.value.trim() ? `${field.value.trimEnd()}；${filler.textContent.trim()}` : filler.textContent.trim();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    }
  });

  // Tabs within a page: <div data-tabs> with panels <section data-tab="名称">. Unscripted, all show.
  function tabs(box) {
    const panels = [...box.querySelectorAll(":scope > [data-tab]")];
    const strip = document.createElement("div");
    strip.className = "tabs";
    strip.setAttribute("role", "tablist");
    const buttons = panels.map((panel, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = panel.dataset.tab;
      button.setAttribute("role", "tab");
      panel.setAttribute("role", "tabpanel");
      panel.id ||= `${box.id || "tab"}-${index}`;
      button.setAttribute("aria-controls", panel.id);
      button.addEventListener("click", () => choose(index));
      strip.append(button);
      return button;
    });
    function choose(chosen) {
      buttons.forEach((button, index) => {
        button.setAttribute("aria-selected", String(index === chosen));
        button.tabIndex = index === chosen ? 0 : -1;
        panels[index].hidden = index !== chosen;
      });
    }
    strip.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
      choose(next);
      buttons[next].focus();
    });
    box.removeAttribute("data-tabs");
    box.prepend(strip);
    choose(0);
  }

  // The hint over a wide table shows only while there is something to the side.
  const widths = new ResizeObserver((entries) => entries.forEach((entry) => hint(entry.target)));
  function hint(scroller) {
    const line = scroller.parentElement.querySelector(".scroll-hint");
    line.hidden = scroller.scrollWidth <= scroller.clientWidth;
  }

  // What is wrong is brought into view, once.
  function attend(fault) {
    if (!fault) return;
    fault.removeAttribute("data-focus");
    fault.dataset.seen = "";
    fault.closest("details")?.setAttribute("open", "");
    fault.focus();
  }

  function prepare(root) {
    root.querySelectorAll("[data-tabs]").forEach(tabs);
    root.querySelectorAll("[data-scroll-hint] > .table-scroll").forEach((scroller) => widths.observe(scroller));
    attend(root.querySelector("[data-focus]") ?? root.querySelector("[aria-invalid='true']:not([data-seen])"));
    countChosen();
  }
  prepare(document);
  document.querySelector("form[data-send]")?.requestSubmit();
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) prepare(event.target.parentElement || document);
  });
})();

// Nothing typed is lost: not by an expired session, a failed check, a broken network or a step back.
// What stands in a form that posts is kept in this tab's sessionStorage, per user and form, until a
// page reports success (parts/messages.html: data-saved) or it is half a day old. Passwords, files and
// hidden fields are never kept; data-keep="off" leaves a form out, and so does data-batch (ticks are
// chosen from rows as they stand); signing out (data-forget) clears all.
"use strict";

(() => {
  const PREFIX = "keep:";
  const HALF_A_DAY = 12 * 60 * 60 * 1000;
  const user = document.body.dataset.user;
  const LEFT_OUT = new Set(["hidden", "file", "password", "submit", "button", "reset", "fieldset", "image"]);

  function drafts() {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  }
  function read(key) {
    return JSON.parse(sessionStorage.getItem(key));
  }
  function write(key, draft) {
    sessionStorage.setItem(key, JSON.stringify(draft));
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget]")) drafts().forEach((key) => sessionStorage.removeItem(key));
  });

  // Signed out (the sign-in page in between): what is kept waits for its owner.
  if (!user) return;
  const mine = `${PREFIX}${user}:`;
  for (const key of drafts()) {
    if (!key.startsWith(mine) || Date.now() - read(key).at > HALF_A_DAY) sessionStorage.removeItem(key);
  }

  function fields(form) {
    return [...form.elements].filter((field) => field.name && !field.disabled && !LEFT_OUT.has(field.type));
  }
  function kept(form) {
    return (
      (form.getAttribute("method") || "").toLowerCase() === "post" &&
      form.dataset.keep !== "off" &&
      !("batch" in form.dataset) &&
      !form.querySelector("input[type='password']") &&
      fields(form).length > 0
    );
  }
  // Where a form goes names it, not where it stands: a failed check may show it at another address.
  // (Not form.action: a button may be called that.)
  function addressOf(form) {
    return new URL(form.getAttribute("action") || location.href, location.href).pathname;
  }
  function keyOf(form) {
    return `${mine}${addressOf(form)}#${form.id}`;
  }
  function values(form) {
    return fields(form).map((field) =>
      field.type === "checkbox" || field.type === "radio"
        ? [field.name, field.value, field.checked]
        : field.multiple
          ? [field.name, [...field.selectedOptions].map((option) => option.value)]
          : [field.name, field.value],
    );
  }

  function save(form) {
    write(keyOf(form), { at: Date.now(), values: values(form) });
  }
  function drop(form) {
    sessionStorage.removeItem(keyOf(form));
  }

  function fill(form, wanted) {
    const left = [...wanted];
    for (const field of fields(form)) {
      const tick = field.type === "checkbox" || field.type === "radio";
      const index = left.findIndex(([name, value]) => name === field.name && (!tick || value === field.value));
      if (index < 0) continue;
      const [, value, checked] = left.splice(index, 1)[0];
      if (tick) {
        field.checked = checked;
      } else if (Array.isArray(value)) {
        for (const option of field.options) option.selected = value.includes(option.value);
      } else if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value)) {
        field.value = value;
      }
    }
  }

  function notice(form, at) {
    const line = document.createElement("div");
    line.className = "alert tone-brand kept";
    line.setAttribute("role", "status");
    const time = new Date(at).toTimeString().slice(0, 5);
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-text";
    discard.textContent = "放弃这些内容";
    discard.addEventListener("click", () => {
      form.reset();
      drop(form);
      line.remove();
    });
    line.append(`已恢复 ${time} 填写、还没有保存的内容，请核对后提交。`, discard);
    form.prepend(line);
  }

  function restore(form) {
    const draft = sessionStorage.getItem(keyOf(form)) && read(keyOf(form));
    // A form that comes back with faults already shows what was sent.
    if (!draft || form.querySelector("[aria-invalid='true']")) return;
    const before = JSON.stringify(values(form));
    fill(form, draft.values);
    if (JSON.stringify(values(form)) === before) return;
    form.dispatchEvent(new Event("change", { bubbles: true }));
    notice(form, draft.at);
  }

  // A page that says something was saved ends the drafts that were sent.
  if (document.querySelector("[data-saved]")) {
    for (const key of drafts()) {
      if (read(key).sent) sessionStorage.removeItem(key);
    }
  }
  for (const form of document.forms) {
    if (kept(form)) restore(form);
  }
  // The answer to a form that failed its check cannot be gone back to: browsers would have to send
  // it again. So it becomes a page like any other, asked for anew and filled in with what is kept.
  if ([...document.forms].some((form) => kept(form) && addressOf(form) === location.pathname)) {
    history.replaceState(history.state, "", location.href);
  }

  let timer;
  let unsaved = null;
  function flush() {
    clearTimeout(timer);
    if (unsaved) save(unsaved);
    unsaved = null;
  }
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !kept(form)) return;
    if (unsaved !== form) flush();
    unsaved = form;
    clearTimeout(timer);
    timer = setTimeout(flush, 300);
  });
  window.addEventListener("pagehide", flush);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!kept(form)) return;
    flush();
    write(keyOf(form), { at: Date.now(), values: values(form), sent: true });
  });
  // htmx: any good answer ends the draft (a failed check answers 422); so does the server's keeping
  // all of it ([data-autosave] within the form, or beside the one it includes; 202: not all could
  // be kept).
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.target.matches("form, [data-autosave]")) return;
    const form = event.target.closest("form") ?? document.querySelector(event.target.getAttribute("hx-include"));
    const signedOut = event.detail.xhr.responseURL.includes("/accounts/login/");
    if (kept(form) && event.detail.successful && event.detail.xhr.status !== 202 && !signedOut) drop(form);
  });
})();

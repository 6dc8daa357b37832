/// What the pages need besides themselves. All of it is ours.
enum Assets {
    static let style = #"""
        :root { color-scheme: light dark; --ink: #1b1b1f; --soft: #55555f; --paper: #ffffff; --card: #f4f4f7; --line: #767680;
          --accent: #0b57a4; --on-accent: #ffffff; --good: #1d6b2f; --bad: #a4161a; --quiet: #4a4a8a; --busy: #a35200; --other: #6b6b75; --free: #dfe6dc; }
        @media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --soft: #b5b5c0; --paper: #17171b; --card: #222229;
          --line: #8d8d99; --accent: #8ec5ff; --on-accent: #0b1a2a; --good: #86d99a; --bad: #ff9a9a; --quiet: #9d9dee; --busy: #f0a860; --other: #a5a5b0; --free: #33403a; } }
        * { box-sizing: border-box; }
        html { font: 100%/1.55 system-ui, sans-serif; }
        body { margin: 0 auto; padding: 1rem; max-width: 46rem; color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 1rem 0; } h2 { font-size: 1.25rem; margin: 1.75rem 0 .5rem; }
        a { color: var(--accent); } main a, footer button { display: inline-block; min-height: 1.6rem; }
        .brand { font-weight: 600; margin: 0 0 .5rem; }
        .skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; background: var(--paper); padding: .5rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0; }
        nav a { display: inline-block; padding: .4rem 0; min-height: 1.75rem; } nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration-thickness: 3px; }
        :focus-visible, input:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; } main:focus { outline: none; }
        input, select, button { font: inherit; color: inherit; max-width: 100%; min-height: 2.5rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--paper); padding: .3rem .6rem; }
        input[type=checkbox], input[type=radio] { width: 1.5rem; height: 1.5rem; min-height: 0; margin: 0; flex: none; accent-color: var(--accent); }
        input[type=number] { width: 6rem; } input[type=file] { width: 100%; }
        button { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; padding: .4rem 1rem; cursor: pointer; }
        button.second, button.plain { background: transparent; color: var(--accent); } button.plain { border: 0; padding: 0; text-decoration: underline; font-weight: 400; }
        button.danger { background: transparent; border-color: var(--bad); color: var(--bad); }
        label { display: inline-block; } .switch, .choice { display: flex; gap: .6rem; align-items: center; min-height: 1.75rem; }
        .days { display: flex; flex-wrap: wrap; gap: .25rem 1rem; } .buttons { display: flex; flex-wrap: wrap; gap: .6rem; }
        fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 1rem; padding: .25rem 1rem .75rem; min-width: 0; background: var(--card); }
        fieldset fieldset { background: transparent; } legend { font-weight: 600; padding: 0 .3rem; }
        summary { cursor: pointer; min-height: 1.75rem; padding: .25rem 0; }
        .kind, .source, footer { color: var(--soft); } .topic p { margin: .4rem 0; }
        .items { padding: 0; list-style: none; } .items > li { background: var(--card); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 .75rem; }
        .items form { margin-top: .4rem; } .spans { list-style: none; padding: 0; margin: .25rem 0; } .topic-name { font-size: 1.25rem; font-weight: 600; }
        .said, .wrong { border-inline-start: .35rem solid var(--good); background: var(--card); padding: .6rem 1rem; border-radius: .25rem; } .wrong { border-color: var(--bad); } .wrong p { margin: .2rem 0; }
        [aria-invalid=true] { border: 2px solid var(--bad); }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        [hidden] { display: none; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } caption { text-align: start; color: var(--soft); padding-bottom: .4rem; }
        th, td { text-align: start; vertical-align: top; padding: .45rem .6rem .45rem 0; border-top: 1px solid var(--line); font-weight: 400; }
        svg { max-width: 100%; height: 12px; width: 100%; } .free { fill: var(--free); } .quiet { fill: var(--quiet); } .busy { fill: var(--busy); } .paused, .window { fill: var(--other); }
        .key { display: inline-block; width: .8rem; height: .8rem; margin-inline-end: .4rem; border-radius: .15rem; }
        .key.quiet { background: var(--quiet); } .key.busy { background: var(--busy); } .key.paused, .key.window { background: var(--other); }
        footer { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: .75rem; font-size: .95rem; }
        @media (forced-colors: active) { .key, svg rect { forced-color-adjust: none; } }
        @media (prefers-reduced-motion: no-preference) { button, a { transition: color .15s, background-color .15s; } }
        """#

    /// Nicer, never needed: switches save themselves, the week shows quiet hours before they are saved, and an error gets
    /// the focus.
    static let script = #"""
        "use strict";
        (() => {
          const live = document.getElementById("live");
          const say = (text) => { if (live) { live.hidden = false; live.textContent = ""; live.textContent = text; } };
          for (const form of document.querySelectorAll("form[data-live]")) {
            let last = Promise.resolve();
            form.addEventListener("change", (event) => {
              const box = event.target;
              if (box.type !== "checkbox") return;
              last = last.then(async () => {
                try {
                  // Only what was switched, on what the page showed: what is half typed beside it waits for its button.
                  const { form: token, was } = form.elements;
                  const sent = new URLSearchParams(was.value);
                  if (box.checked) sent.set(box.name, box.value); else sent.delete(box.name);
                  const shown = sent.toString();
                  sent.set("form", token.value);
                  sent.set("was", was.value);
                  const answer = await fetch(form.action, { method: "POST", redirect: "error", credentials: "same-origin",
                    headers: { "X-Tact-Live": "1" }, body: sent });
                  if (answer.status === 204) was.value = shown;
                  say(answer.status === 204 ? live.dataset.saved : live.dataset.failed);
                } catch { say(live.dataset.failed); }
              });
            });
          }
          const quiet = document.querySelector("form[data-preview]");
          if (quiet) {
            let last = 0;
            quiet.addEventListener("change", async () => {
              const own = ++last;
              try {
                const answer = await fetch(quiet.dataset.preview, { method: "POST", redirect: "error", credentials: "same-origin",
                  headers: { "X-Tact-Live": "1" }, body: new URLSearchParams(new FormData(quiet)) });
                const week = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("table.week");
                if (own !== last || answer.status !== 200 || !week) return;
                document.getElementById("week").replaceChildren(week);
                const tried = document.getElementById("tried");
                tried.hidden = false;
                tried.textContent = tried.dataset.text;
              } catch { /* The button shows it as well. */ }
            });
          }
          const modes = document.querySelectorAll("input[name=mode]");
          const windows = document.querySelectorAll("fieldset.window");
          const fit = () => { const own = document.getElementById("mode.own"); if (own) for (const w of windows) w.hidden = !own.checked; };
          for (const mode of modes) mode.addEventListener("change", fit);
          fit();
          const wrong = document.getElementById("wrong");
          if (wrong) wrong.focus();
        })();
        """#
}

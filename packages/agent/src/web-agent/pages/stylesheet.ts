/** The one stylesheet of the web agent: light and dark by the reader's preference, no font fetched. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --raised: #ffffff; --ink: #1d2126; --faint: #5c646e; --line: #dcd9d0; --edge: #8b9098;
  --good: #1b6b3a; --good-paper: #e6f2ea; --bad: #9b1c1c; --bad-paper: #f9e7e5;
  --warn: #7a4d00; --warn-paper: #fbf0d9;
  --mono: ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --raised: #1b1f23; --ink: #e4e6e8; --faint: #9aa3ad; --line: #30363c; --edge: #6b747d;
    --good: #7fd39c; --good-paper: #173022; --bad: #f2a29b; --bad-paper: #3a1d1b;
    --warn: #ecc271; --warn-paper: #352a12;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 64rem; padding: 2.5rem 1.5rem 4rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
  overflow-wrap: anywhere;
}
body > header { border-bottom: 2px solid var(--ink); padding-bottom: 0.75rem; }
h1 { margin: 0; font: 600 1.5rem/1.3 var(--mono); letter-spacing: -0.01em; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.125rem; }
h3 { margin: 1.5rem 0 0.25rem; font-size: 1rem; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.875rem; }
h4 .faint { font-weight: 400; }
p { margin: 0.25rem 0 0; max-width: 46rem; }
ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
code, pre { font-family: var(--mono); font-size: 0.875em; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.75rem 1rem; white-space: pre-wrap; }
a { color: inherit; }
.faint { color: var(--faint); }
body > header .faint { font-size: 0.875rem; }
.fingerprint span { white-space: nowrap; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }

.session {
  display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; justify-content: space-between;
  padding: 0.75rem 0; border-bottom: 1px solid var(--line); font-size: 0.875rem;
}
.session p { margin: 0; }
.cards { display: grid; gap: 1rem; margin-top: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
article { background: var(--raised); border: 1px solid var(--line); border-radius: 0.375rem; padding: 1rem 1.125rem; }
article > h3, article > h4 { margin-top: 0; }
article + article { margin-top: 1rem; }
.cards article + article { margin-top: 0; }
dl { margin: 0.5rem 0 0; font-size: 0.875rem; }
article > dl:first-child { margin-top: 0; }
dl > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0 0.75rem; padding: 0.125rem 0; }
dt { font-weight: 600; }
dd { margin: 0; }
dt.good { color: var(--good); }
dt.warn { color: var(--warn); }
dt.bad { color: var(--bad); }

.mark { display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 0.25rem; font-size: 0.8125rem; font-weight: 600; }
.mark.good { color: var(--good); background: var(--good-paper); }
.mark.bad { color: var(--bad); background: var(--bad-paper); }
.mark.warn { color: var(--warn); background: var(--warn-paper); }
.notice { margin-top: 1rem; padding: 0.625rem 0.875rem; border-left: 0.25rem solid; border-radius: 0.25rem; max-width: 46rem; }
.notice.good { color: var(--good); background: var(--good-paper); }
.notice.bad { color: var(--bad); background: var(--bad-paper); }
.notice.warn { color: var(--warn); background: var(--warn-paper); }

form { margin: 0; }
fieldset { margin: 0.75rem 0 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; font-size: 0.875rem; }
label { display: block; font-weight: 600; font-size: 0.875rem; margin-top: 0.75rem; }
label .faint, .choice .faint { font-weight: 400; }
.choice { display: grid; grid-template-columns: 1.25rem 1fr; align-items: start; gap: 0 0.5rem; margin-top: 0.5rem; font-weight: 400; }
.choice input { margin: 0.25rem 0 0; }
.choice strong { display: block; }
input[type='text'], textarea, select {
  display: block; width: 100%; max-width: 34rem; margin-top: 0.25rem; padding: 0.375rem 0.5rem;
  font: 0.875rem/1.5 var(--mono); color: inherit; background: var(--raised);
  border: 1px solid var(--edge); border-radius: 0.25rem;
}
input[type='file'] { display: block; max-width: 100%; margin-top: 0.25rem; font: inherit; font-size: 0.875rem; }
textarea { min-height: 6rem; resize: vertical; }
button {
  font: inherit; font-size: 0.875rem; font-weight: 600; padding: 0.375rem 0.875rem; cursor: pointer;
  color: var(--paper); background: var(--ink); border: 1px solid var(--ink); border-radius: 0.25rem;
}
button.quiet { color: var(--ink); background: transparent; border-color: var(--edge); }
button.grave { color: var(--paper); background: var(--bad); border-color: var(--bad); }
button:hover { filter: brightness(1.15); }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; margin-top: 1rem; }

table { width: 100%; border-collapse: collapse; font-size: 0.875rem; margin-top: 0.5rem; }
th { text-align: left; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--faint); border-bottom: 1px solid var(--ink); }
th, td { padding: 0.5rem 1rem 0.5rem 0; vertical-align: top; }
td { border-bottom: 1px solid var(--line); }
td:last-child, th:last-child { padding-right: 0; text-align: right; }
@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem 3rem; }
  dl > div { grid-template-columns: 1fr; padding: 0.25rem 0; }
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  td, td:last-child { padding: 0.125rem 0; border: 0; text-align: left; }
}
`

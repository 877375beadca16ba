/** The one stylesheet of the console's page: light and dark by the reader's preference, no font fetched. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --raised: #ffffff; --ink: #1d2126; --faint: #5c646e; --line: #dcd9d0;
  --good: #1b6b3a; --good-paper: #e6f2ea; --bad: #9b1c1c; --bad-paper: #f9e7e5;
  --warn: #7a4d00; --warn-paper: #fbf0d9;
  --mono: ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --raised: #1b1f23; --ink: #e4e6e8; --faint: #9aa3ad; --line: #30363c;
    --good: #7fd39c; --good-paper: #173022; --bad: #f2a29b; --bad-paper: #3a1d1b;
    --warn: #ecc271; --warn-paper: #352a12;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 2.5rem 1.5rem 4rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
  overflow-wrap: anywhere;
}
header { border-bottom: 2px solid var(--ink); padding-bottom: 0.75rem; }
h1 { margin: 0; font-size: 1.5rem; letter-spacing: -0.01em; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.125rem; }
h3 { margin: 0; font: 600 1.0625rem/1.4 var(--mono); }
#traps { margin-top: 2rem; }
p { margin: 0.25rem 0 0; }
code, .place { font-family: var(--mono); font-size: 0.875em; }
.faint, footer { color: var(--faint); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 0.75rem; font-size: 0.875rem; }

.systems { display: grid; gap: 1rem; margin-top: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); }
article { background: var(--raised); border: 1px solid var(--line); border-radius: 0.375rem; padding: 1rem 1.125rem; }
article > header { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; justify-content: space-between; border: 0; padding: 0; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.875rem; }
h4 .faint { font-weight: 400; }
dl { margin: 0; font-size: 0.875rem; }
dl > div { display: grid; grid-template-columns: 5.25rem 1fr; padding: 0.0625rem 0; }
dt { font-weight: 600; }
dd { margin: 0; }
dt.good { color: var(--good); }
dt.warn { color: var(--warn); }
dt.bad { color: var(--bad); }

.mark { display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 0.25rem; font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
.mark.good { color: var(--good); background: var(--good-paper); }
.mark.bad { color: var(--bad); background: var(--bad-paper); }
.mark.warn { color: var(--warn); background: var(--warn-paper); }

form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: baseline; margin-top: 0.75rem; font-size: 0.875rem; }
button { font: inherit; padding: 0.125rem 0.625rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 0.25rem; cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--ink); }

table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
caption { text-align: left; color: var(--faint); padding-bottom: 0.5rem; }
th { text-align: left; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--faint); border-bottom: 1px solid var(--ink); }
th, td { padding: 0.5rem 1rem 0.5rem 0; vertical-align: top; }
td { border-bottom: 1px solid var(--line); }
td:last-child, th:last-child { padding-right: 0; }
td code { margin-right: 0.375rem; font-weight: 600; }
time, .nowrap { white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 48rem) {
  body { padding: 1.5rem 1rem 3rem; }
  table, caption, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  td { padding: 0.125rem 0; border: 0; }
}
`

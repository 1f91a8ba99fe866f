/** The page's style: system fonts, light and dark. */
export const style = `
:root {
  color-scheme: light dark;
  --line: #8886; --soft: #5a5f66; --good: #1a7f37; --bad: #b3151f; --warn: #7d5200; --back: #fff; --focus: #0969da;
}
@media (prefers-color-scheme: dark) {
  :root { --soft: #a0a6ad; --good: #3fb950; --bad: #ff7b72; --warn: #d29922; --back: #121212; --focus: #58a6ff; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; background: var(--back); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
header { display: flex; align-items: baseline; gap: 1rem; padding: .7rem 1.2rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.15rem; margin: 0; }
h2 { font-size: 1rem; margin: 0; }
h3 { font-size: .95rem; margin: .9rem 0 .35rem; }
small, #status, .hint, .empty { color: var(--soft); font-weight: normal; font-size: .85rem; }
#status { margin: 0 0 0 auto; }
#status.live::before { content: "\\25cf\\a0"; color: var(--good); }
#status.lost { color: var(--bad); }
main { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 10fr); gap: 1.2rem; padding: .8rem 1.2rem 1.2rem; }
@media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
.side { display: flex; flex-direction: column; gap: 1rem; min-width: 0; }
@media (min-width: 60.01rem) {
  .side { position: sticky; top: .8rem; height: calc(100vh - 1.6rem); }
  .requests { flex: 1; display: flex; flex-direction: column; min-height: 14rem; }
  .requests .scroll { flex: 1; max-height: none; }
}
.bar, .line { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .9rem; margin-bottom: .5rem; }
.bar h2 { margin-right: auto; }
.trouble { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; }
.trouble .line { margin: .5rem 0 .2rem; }
label { font-size: .85rem; color: var(--soft); }
.wide { flex: 1 1 14rem; display: flex; align-items: center; gap: .3rem; }
.wide input { flex: 1; min-width: 8rem; }
input, select, button { font: inherit; }
input[type=number] { width: 6.5rem; }
.hint { margin: .1rem 0 .3rem; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
.problem { color: var(--bad); margin: .3rem 0 0; white-space: pre-line; }
.problem:empty { display: none; }
.danger { color: var(--bad); background: var(--back); border: 1px solid; margin-left: auto; }
.scroll { overflow: auto; overflow-anchor: none; max-height: 22rem; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: .8rem; }
thead th { position: sticky; top: 0; background: var(--back); }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
td { font-variant-numeric: tabular-nums; max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
.code { font-family: ui-monospace, monospace; font-size: .85em; }
td.act { position: sticky; right: 0; background: var(--back); }
td.path { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
.query { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.empty { padding: .6rem .8rem; margin: 0; }
.empty:empty { display: none; }
dialog { border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.2rem; width: min(34rem, 92vw); }
dialog::backdrop { background: #0006; }
#change-fields { display: grid; grid-template-columns: max-content 1fr; gap: .5rem .8rem; margin: .8rem 0; align-items: center; }
@keyframes arrive { from { background: #d2992266; } }
tr.new td { animation: arrive 1.6s; }
@media (prefers-reduced-motion: reduce) { tr.new td { animation: none; } }
`;

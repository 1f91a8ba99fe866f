/** The page's style: system fonts, light and dark. */
export const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #666; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --soft: #999; --good: #3fb950; --bad: #f85149; --warn: #d29922; } }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; align-items: baseline; gap: 1rem; padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.15rem; margin: 0; }
h2 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
small, #status { color: var(--soft); font-weight: normal; font-size: .85rem; }
#status { margin: 0 0 0 auto; }
#status.live::before { content: "\\25cf\\a0"; color: var(--good); }
#status.lost { color: var(--bad); }
main { padding: 0 1.5rem 3rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: .8rem; }
th, td { padding: .35rem .8rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
td { font-variant-numeric: tabular-nums; max-width: 26rem; overflow: hidden; text-overflow: ellipsis; }
td.code { font-family: ui-monospace, monospace; font-size: .85em; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.empty { color: var(--soft); padding: .6rem .8rem; margin: 0; }
@keyframes arrive { from { background: #d2992266; } }
tr.new { animation: arrive 1.6s; }
@media (prefers-reduced-motion: reduce) { tr.new { animation: none; } }
`;

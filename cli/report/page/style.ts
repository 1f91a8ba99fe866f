import type { Column } from "./rows";

/** The page's style: system fonts, light and dark, a phone, paper. */
export function styleOf(columns: readonly Column[]): string {
  const widths = columns.map(({ width }) => width).join(" ");
  const numbers = columns.flatMap(({ isNumber }, index) => (isNumber ? [`td:nth-child(${index + 1})`] : []));
  const shares = Array.from({ length: 101 }, (_, share) => `.p${share}{--p:${share}%}`);
  const labels = columns.map(
    ({ title }, index) =>
      `td:nth-child(${index + 1})::before{content:${JSON.stringify(title).replaceAll("<", "\\3c ")}}`,
  );
  return `${base}
.accounts{--columns:${widths}}
${numbers.join()}{text-align:right}
${shares.join("")}
@media screen and (max-width:60rem){${narrow}${labels.join("")}}
@media print{${print}}
`;
}

const base = `
:root{color-scheme:light;--ink:#1c2127;--soft:#59626d;--back:#fff;--raised:#f6f7f9;--line:#dfe3e8;--used:#2563c9;--limit:#d6e2f5;--warn:#8a5300;--bad:#b3151f}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--ink:#e4e8ec;--soft:#9aa4af;--back:#14171b;--raised:#1c2025;--line:#31373e;--used:#6ea3f5;--limit:#2b3a52;--warn:#e0a84a;--bad:#ff8279}}
*{box-sizing:border-box}
html{scroll-padding-top:3rem}
body{margin:0 auto;max-width:110rem;padding:1.2rem 1.6rem 3rem;font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--back)}
:focus-visible{outline:2px solid var(--used);outline-offset:1px}
a{color:var(--used)}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 1rem}
h1{font-size:1.5rem;margin:0}
header p{margin:0 0 0 auto;color:var(--soft)}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
h2 small{font-weight:normal;color:var(--soft)}
h3{font-size:.95rem;margin:0}
.lead{margin:.3rem 0 1rem;color:var(--soft)}
.lead b{color:var(--ink)}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin:0;padding:0;list-style:none}
.tiles a{display:block;min-width:7rem;padding:.5rem .8rem .55rem;border:1px solid var(--line);border-radius:8px;background:var(--raised);color:var(--soft);text-decoration:none;font-size:.85rem}
.tiles a:hover{border-color:var(--used)}
.tiles b{display:block;font-size:1.5rem;line-height:1.2;color:var(--ink);font-variant-numeric:tabular-nums}
.tiles .bad b{color:var(--bad)}
.tiles .warn b{color:var(--warn)}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,23rem),1fr));gap:1rem}
.panel{border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;break-inside:avoid}
.panel p{margin:0;color:var(--soft);font-size:.85rem}
.panel .big{font-size:1.6rem;color:var(--ink);font-variant-numeric:tabular-nums;margin:.3rem 0}
.big small{font-size:.85rem;color:var(--soft)}
figure{margin:.6rem 0 0}
figcaption{color:var(--soft);font-size:.8rem}
svg{display:block;width:100%;height:auto;font-family:inherit}
form{display:grid;gap:.5rem;padding:.8rem 1rem;border:1px solid var(--line);border-radius:8px;background:var(--raised)}
form[hidden]{display:none}
fieldset{display:flex;flex-wrap:wrap;gap:.35rem;align-items:center;margin:0;padding:0;border:0;max-height:9rem;overflow:auto}
legend{float:left;min-width:6.5rem;padding:0;color:var(--soft)}
fieldset label{display:flex;gap:.35rem;align-items:center;padding:.1rem .6rem;border:1px solid var(--line);border-radius:1rem;background:var(--back);cursor:pointer}
fieldset label:has(:checked){border-color:var(--used);box-shadow:inset 0 0 0 1px var(--used)}
fieldset label.none{color:var(--soft)}
fieldset input{margin:0;accent-color:var(--used)}
fieldset span{color:var(--soft);font-size:.85em;font-variant-numeric:tabular-nums}
.search{display:flex;gap:.6rem;align-items:center;color:var(--soft)}
.search input{flex:1;max-width:26rem;padding:.35rem .6rem;border:1px solid var(--line);border-radius:6px;font:inherit;background:var(--back);color:var(--ink)}
output{display:block;margin:.8rem 0 .4rem;color:var(--soft)}
.accounts,.accounts thead{display:block}
.accounts{font-size:13px;font-variant-numeric:tabular-nums}
.accounts thead{position:sticky;top:0;z-index:1;background:var(--back);border-bottom:2px solid var(--line)}
.accounts tbody{display:block;content-visibility:auto;contain-intrinsic-size:auto 5600px}
.accounts tbody[hidden]{display:none}
.accounts tr{display:grid;grid-template-columns:var(--columns);border-bottom:1px solid var(--line)}
.accounts thead tr{border:0}
th,td{padding:.4rem .45rem;text-align:left;overflow:hidden}
th{color:var(--soft);font-weight:600;font-size:12px;align-self:end}
th.number{text-align:right}
th button{all:unset;cursor:pointer}
th button:focus-visible{outline:2px solid var(--used)}
th button::after{content:" \\2195";opacity:.4}
[aria-sort=ascending] button::after{content:" \\2191";opacity:1}
[aria-sort=descending] button::after{content:" \\2193";opacity:1}
td{white-space:pre-line;unicode-bidi:plaintext;overflow-wrap:anywhere}
td p{margin:0;color:var(--soft);font-size:12px;unicode-bidi:plaintext}
td b{color:var(--warn)}
td [class]{color:inherit;font-size:inherit;padding-left:52%;background:linear-gradient(var(--used) 0 0) 0 50%/calc(var(--p)/2) 8px no-repeat,linear-gradient(var(--limit) 0 0) 0 50%/50% 8px no-repeat}
td .near{--used:var(--warn);color:var(--warn);font-weight:600}
td .over{--used:var(--bad);color:var(--bad);font-weight:600}
`;

const narrow = `
body{padding:1rem .8rem 2rem}
.accounts thead tr{display:flex;flex-wrap:wrap}
.accounts tbody{contain-intrinsic-size:auto 20000px}
.accounts tr{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));padding:.4rem 0}
td,td:nth-child(n){text-align:left}
td::before{display:block;color:var(--soft);font-size:11px}
td:first-child{grid-column:1/-1;font-weight:600}
td:first-child p{font-weight:normal}
`;

const print = `
@page{size:A4 landscape;margin:12mm}
body{max-width:none;padding:0;font-size:11px}
form,.accounts button::after{display:none!important}
.accounts{display:table;width:100%;border-collapse:collapse;font-size:9px}
.accounts thead{display:table-header-group;position:static}
.accounts tbody{display:table-row-group;content-visibility:visible}
.accounts tr{display:table-row;break-inside:avoid}
td p{font-size:8px}
*{print-color-adjust:exact}
h2{break-after:avoid}
`;

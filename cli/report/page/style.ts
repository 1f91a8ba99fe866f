import type { Column } from "./rows";

/** The page's style: system fonts, light and dark, a phone, paper. */
export function styleOf(columns: readonly Column[]): string {
  const widths = columns.map(({ width, grow }) => `minmax(${width}em,${grow ?? width / 30}fr)`).join(" ");
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  const numbers = columns.flatMap(({ isNumber }, index) => (isNumber ? [`td:nth-child(${index + 1})`] : []));
  const shares = Array.from({ length: 101 }, (_, share) => `.p${share}{--p:${share}%}`);
  const labels = columns
    .slice(1)
    .map(
      ({ title }, index) =>
        `td:nth-child(${index + 2})::before{content:${JSON.stringify(title).replaceAll("<", "\\3c ")}}`,
    );
  const parts = columns.map(
    ({ width }, index) => `th:nth-child(${index + 1}){width:${((100 * width) / total).toFixed(1)}%}`,
  );
  return `${base}
.accounts{--columns:${widths};font-size:clamp(11px,calc((100vw - 4.5rem)/${total.toFixed(1)}),14px)}
${numbers.join()}{text-align:right;white-space:pre-wrap;overflow-wrap:anywhere}
${shares.join("")}
@media screen and (max-width:${Math.ceil(total * 11) + 72}px){${narrow}${labels.join("")}}
@media print{${print}${parts.join("")}}
`;
}

const base = `
:root{color-scheme:light;--ink:#1c2127;--soft:#59626d;--back:#fff;--raised:#f6f7f9;--line:#dfe3e8;--used:#2563c9;--limit:#d6e2f5;--warn:#8a5300;--bad:#b3151f}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--ink:#e4e8ec;--soft:#9aa4af;--back:#14171b;--raised:#1c2025;--line:#31373e;--used:#6ea3f5;--limit:#2b3a52;--warn:#e0a84a;--bad:#ff8279}}
*{box-sizing:border-box}
html{scroll-padding-top:3rem}
body{margin:0 auto;max-width:110rem;padding:1.2rem 1.6rem 3rem;font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--back);overflow-wrap:anywhere}
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
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1rem}
.panel{display:flex;flex-direction:column;border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;break-inside:avoid}
.panel p{margin:0;color:var(--soft);font-size:.85rem}
.panel .big{font-size:1.6rem;color:var(--ink);font-variant-numeric:tabular-nums;margin:.3rem 0}
.big small{display:block;font-size:.85rem;color:var(--soft)}
figure{margin:.6rem 0 0}
p+figure,.big+figure{margin-top:auto;padding-top:.6rem}
.others{color:var(--soft)}
figcaption{color:var(--soft);font-size:.8rem}
svg{font-size:12px;display:block;width:100%;height:auto;font-family:inherit}
form{display:grid;gap:.5rem;padding:.8rem 1rem;border:1px solid var(--line);border-radius:8px;background:var(--raised)}
form[hidden]{display:none}
form p{margin:0;color:var(--soft);font-size:.85em}
fieldset{display:flex;flex-wrap:wrap;gap:.35rem;align-items:center;margin:0;padding:0;border:0;max-height:9rem;overflow:auto}
legend{float:left;min-width:6.5rem;padding:0;color:var(--soft)}
fieldset label{max-width:100%;display:flex;gap:.35rem;align-items:center;padding:.1rem .6rem;border:1px solid var(--line);border-radius:1rem;background:var(--back);cursor:pointer}
fieldset label:has(:checked){border-color:var(--used);box-shadow:inset 0 0 0 1px var(--used)}
fieldset label.none{color:var(--soft)}
fieldset input{margin:0;accent-color:var(--used)}
fieldset span{color:var(--soft);font-size:.85em;font-variant-numeric:tabular-nums}
.search{display:flex;gap:.6rem;align-items:center;color:var(--soft)}
.search input{flex:1;max-width:26rem;padding:.35rem .6rem;border:1px solid var(--line);border-radius:6px;font:inherit;background:var(--back);color:var(--ink)}
output{display:block;margin:.8rem 0 .4rem;color:var(--soft)}
.accounts,.accounts thead{display:block}
.accounts{font-variant-numeric:tabular-nums}
.accounts thead{position:sticky;top:0;z-index:1;background:var(--back);border-bottom:2px solid var(--line)}
.accounts tbody{display:block}
.accounts .group{content-visibility:auto;contain-intrinsic-size:auto 6000px}
.accounts tr{display:grid;grid-template-columns:var(--columns);border-bottom:1px solid var(--line)}
.accounts thead tr{border:0}
th,td{padding:.45em .5em;text-align:left}
th{color:var(--soft);font-weight:600;font-size:inherit;align-self:end}
th.number{text-align:right}
th button{all:unset;position:relative;cursor:pointer;white-space:nowrap}
th button:focus-visible{outline:2px solid var(--used)}
th button::after{content:"\\2195" / "";position:absolute;left:100%;padding:0 .2em;opacity:0}
th.number button::after{left:auto;right:100%}
th button:hover::after{opacity:.6}
th[aria-sort=ascending] button::after{content:"\\2191" / "";opacity:1}
th[aria-sort=descending] button::after{content:"\\2193" / "";opacity:1}
td{overflow:hidden;white-space:pre;text-overflow:ellipsis;unicode-bidi:plaintext}
td:nth-child(-n+4){white-space:normal;overflow-wrap:anywhere}
td:nth-child(3) p{word-break:break-all;font-size:.82em}
td p{margin:0;color:var(--soft);font-size:.9em;unicode-bidi:plaintext}
td b{color:var(--warn)}
td [class]{color:inherit;font-size:inherit;padding-left:52%;background:linear-gradient(var(--used) 0 0) 0 50%/calc(var(--p)/2) 8px no-repeat,linear-gradient(var(--limit) 0 0) 0 50%/50% 8px no-repeat}
td .na{background:none}
td .near{--used:var(--warn);color:var(--warn);font-weight:600}
td .over{--used:var(--bad);color:var(--bad);font-weight:600}
`;

const narrow = `
body{padding:1rem .8rem 2rem}
.accounts thead tr{display:flex;flex-wrap:wrap}
.accounts .group{contain-intrinsic-size:auto 24000px}
.accounts tr{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));padding:.4rem 0}
td,td:nth-child(n){text-align:left}
td::before{display:block;color:var(--soft);font-size:11px}
td:nth-child(1){grid-column:1/-1;font-weight:600}
td:nth-child(5){grid-column:1/-1}
.accounts thead{position:static}
td:first-child p{font-weight:normal}
`;

const print = `
@page{size:A4 landscape;margin:12mm}
html{font-size:10px}
body{max-width:none;padding:0;font-size:1rem}
.panels{grid-template-columns:repeat(4,1fr);gap:.8rem}
form,th:not([aria-sort]) button::after{display:none!important}
th button{display:contents}
th,td{vertical-align:top}
.accounts{display:table;table-layout:fixed;width:100%;border-collapse:collapse;font-size:8.5px}
.accounts thead{display:table-header-group;position:static}
.accounts tbody{display:table-row-group;content-visibility:visible!important}
.accounts tr{display:table-row;break-inside:avoid}
*{print-color-adjust:exact}
h2,h2+p{break-after:avoid}
`;

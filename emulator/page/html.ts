import { script } from "./script";
import { style } from "./style";

/** Nothing from elsewhere, and no other origin may frame or read this. */
export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** The emulator's page: accounts and requests as they come. Static; the script fills it in as text, never as HTML. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sub-account emulator</title>
<style>${style}</style>
</head>
<body>
<header><h1>Sub-account emulator</h1><p id="status" role="status">connecting…</p></header>
<main>
<div id="vendors"></div>
<section><h2>Requests <small id="count"></small></h2><div class="scroll"><table id="requests"></table></div></section>
</main>
<noscript><p>This page needs JavaScript to follow the emulator.</p></noscript>
<script>${script}</script>
</body>
</html>
`;

/** The emulator's page. Static: its script fills it in, as text and never as HTML. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sub-account emulator</title>
<link rel="stylesheet" href="/_/style.css">
<script type="module" src="/_/main.mjs"></script>
</head>
<body>
<header><h1>Sub-account emulator</h1><p id="status" role="status">connecting…</p></header>
<noscript><p>This page needs JavaScript to follow the emulator.</p></noscript>
<main>
<section aria-labelledby="accounts-title" class="accounts">
<div class="bar">
<h2 id="accounts-title">Accounts</h2>
<label>Filter accounts <input id="account-filter" type="search" placeholder="name, id, status"></label>
</div>
<div id="vendors"></div>
</section>
<div class="side">
<section aria-labelledby="trouble-title" class="trouble">
<h2 id="trouble-title">Faults, rate and latency</h2>
<form id="fault-form" class="line">
<label>Vendor <select name="vendor"></select></label>
<label>Fault <select name="fault"></select></label>
<label>Times <input name="count" value="1" size="4" list="counts"></label>
<label class="wide">Route <input name="route" list="routes" placeholder="any" autocomplete="off"></label>
<button type="submit">Add the fault</button>
</form>
<datalist id="routes"></datalist>
<datalist id="counts"><option value="1"></option><option value="always"></option></datalist>
<p id="fault-what" class="hint"></p>
<ul id="faults" aria-label="Faults that wait for requests"></ul>
<button type="button" id="clear-faults" hidden>Remove all faults</button>
<div id="settings"></div>
<p id="trouble-problem" class="problem" role="alert"></p>
</section>
<section aria-labelledby="requests-title" class="requests">
<div class="bar">
<h2 id="requests-title">Requests <small id="count"></small></h2>
<label>Vendor <select id="request-vendor"><option value="">all</option></select></label>
<label>Filter requests <input id="request-filter" type="search" placeholder="path, query, status"></label>
<label class="check"><input id="request-failed" type="checkbox"> only failed</label>
</div>
<div class="scroll" id="requests" tabindex="0" role="region" aria-label="The latest requests, newest first"></div>
</section>
</div>
</main>
<dialog id="change" aria-labelledby="change-title">
<form method="dialog">
<h2 id="change-title"></h2>
<p class="hint">As a person does at the vendor's dashboard: no program is told, and the next refresh finds it.</p>
<div id="change-fields"></div>
<p id="change-problem" class="problem" role="alert"></p>
<div class="line">
<button type="submit">Save</button>
<button type="button" id="change-cancel">Cancel</button>
<button type="button" id="change-remove" class="danger">Remove the account for good</button>
</div>
</form>
</dialog>
</body>
</html>
`;

/** Nothing from elsewhere, no code in the page itself, and no other origin may frame or read it. */
export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Why a request that changes something is not carried out. Browsers send a page's `Origin` with it, and only with the
 * emulator's permission, which it never gives, JSON to another one; so another site's page can change nothing.
 */
export function crossSite(header: (name: string) => string | undefined): string | undefined {
  const origin = header("origin");
  if (origin !== undefined && origin !== `http://${header("host")}`) return "comes from another site";
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return "comes from another site";
  if (header("content-type") !== "application/json") return "must be application/json";
  return undefined;
}

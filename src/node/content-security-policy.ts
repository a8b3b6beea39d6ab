/**
 * What the page may load and whom it may reach. In the built page as a meta element, so that any static host serves it,
 * and as headers from our own server, which can say a little more. docs/threats.md tells what each line is for.
 */

const directives: readonly string[] = [
  "default-src 'none'",
  // WebAssembly (Automerge, Argon2id) and nothing evaluated from text.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // Relays are each practice's own setting: a page that any host serves cannot list them, so the scheme is the bound.
  "connect-src 'self' ws: wss:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For the meta element, in which frame-ancestors has no effect. */
export const pagePolicy = directives.join('; ');

/** Sent with every answer of our own server. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [...directives, "frame-ancestors 'none'"].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

import { defineConfig, type Plugin } from 'vite';
import { serviceWorker } from './scripts/vite-service-worker.ts';
import { pagePolicy } from './src/node/content-security-policy.ts';

/** Static hosts send no headers of ours, so the page carries its policy itself. Not in development: reloading needs inline styles. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  // Relative, so that the build can lie in any folder of any host.
  base: './',
  plugins: [contentSecurityPolicy(), serviceWorker()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // Everything as a file of its own: the policy allows no inline script, and a file is cached by its hash.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Automerge's WebAssembly is one file above any sensible limit; test/node holds the limits that count.
    chunkSizeWarningLimit: 2_000,
  },
});

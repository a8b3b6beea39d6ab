/** Serves the demo page and the reference data it shows; never part of the product's build. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { referenceData } from '../reference-data.ts';

const demoPath = '/demo-data/';

function demoData(): Plugin {
  return {
    name: 'demo-data',
    configureServer: (server) => {
      server.middlewares.use((request, response, next) => {
        const folder = referenceData('synthea');
        if (request.url?.startsWith(demoPath) !== true || folder === undefined) {
          next();
          return;
        }
        // The largest files fill the pages best.
        const files = readdirSync(folder).sort(
          (a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size,
        );
        const name = decodeURIComponent(request.url.slice(demoPath.length).split('?')[0] ?? '');
        response.setHeader('content-type', 'application/json');
        response.end(
          name === 'index.json' ? JSON.stringify(files) : files.includes(name) ? readFileSync(join(folder, name)) : '',
        );
      });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [demoData()],
  // Found one by one while pages load, dependencies would be bundled anew and the page reloaded under the test.
  optimizeDeps: { noDiscovery: true },
  // The page is looked at, not worked on: a file saved elsewhere must not reload it.
  server: { hmr: false, watch: null, fs: { allow: [fileURLToPath(new URL('../../../', import.meta.url))] } },
});

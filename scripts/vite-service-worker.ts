/**
 * Builds the service worker once the app lies in its folder, with the list of the app's files and their hashes in it: a
 * worker that installs holds exactly one version of the app, whole.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { PrecachedFile } from '../src/ui/service-worker/precached-file.ts';

const entry = fileURLToPath(new URL('../src/ui/service-worker/service-worker.ts', import.meta.url));
const serviceWorkerFile = 'sw.js';
/** Made up by each host as it likes (`npm start` does): asked for on the network each time. */
const hostOffer = 'peerchart.json';

export function serviceWorker(): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      sequential: true,
      order: 'post',
      handler: () => buildServiceWorker(folder),
    },
  };
}

/** Writes `sw.js` into the folder of a built app. */
async function buildServiceWorker(folder: string): Promise<void> {
  const files = await precachedFiles(folder);
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { PRECACHED_FILES: JSON.stringify(files) },
    build: {
      target: 'es2023',
      outDir: folder,
      emptyOutDir: false,
      lib: { entry, formats: ['iife'], name: 'serviceWorker', fileName: () => serviceWorkerFile },
    },
  });
}

async function precachedFiles(folder: string): Promise<readonly PrecachedFile[]> {
  const files: PrecachedFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    if (name === serviceWorkerFile || name === hostOffer) continue;
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('base64');
    // Some hosts redirect index.html to its folder, and a redirected answer cannot be shown as a page.
    files.push({ url: name === 'index.html' ? './' : name, integrity: `sha256-${digest}` });
  }
  return files.sort((a, b) => (a.url < b.url ? -1 : 1));
}

/** The demo page, built and served under the product's own page policy, with the reference charts it shows. */
import { createServer } from 'node:http';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { securityHeaders } from '../../src/node/content-security-policy.ts';
import { readStaticFiles, serveFiles, staticFile } from '../../src/node/static-files.ts';

export interface DemoSite {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The `howMany` largest charts of the folder. */
export async function startDemoSite(chartFolder: string, howMany: number): Promise<DemoSite> {
  const built = await mkdtemp(join(tmpdir(), 'peerchart-screens-'));
  await build({
    root: fileURLToPath(new URL('demo/', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      outDir: built,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  const files = await readStaticFiles(built);
  const names = await largestFirst(chartFolder, howMany);
  for (const name of names) {
    const path = `/demo-data/${encodeURIComponent(name)}`;
    files.set(path, await staticFile(name, await readFile(join(chartFolder, name))));
  }
  files.set('/demo-data/index.json', await staticFile('index.json', Buffer.from(JSON.stringify(names))));
  const server = createServer(serveFiles(files, securityHeaders));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `http://localhost:${String(address.port)}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await rm(built, { recursive: true, force: true });
    },
  };
}

async function largestFirst(folder: string, howMany: number): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const sized = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })));
  return sized
    .sort((a, b) => b.size - a.size)
    .slice(0, howMany)
    .map(({ name }) => name);
}

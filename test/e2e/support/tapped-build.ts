/**
 * The app built for a search: the product's own modules but for a few, each replaced by one of tapped/ that writes down
 * what passes or, for the counter-test, seals nothing.
 */
import { resolve } from 'node:path';
import { build, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, '../../..');
const product = (path: string): string => resolve(root, 'src', path);
const tapped = (name: string): string => resolve(import.meta.dirname, 'tapped', name);

const taps = new Map([
  [product('net/libp2p-transport.ts'), tapped('libp2p-transport.ts')],
  [product('crypto/hash.ts'), tapped('hash.ts')],
]);
const withoutSealing = new Map([...taps, [product('crypto/seal.ts'), tapped('identity-seal.ts')]]);

export async function buildTapped(folder: string, sealing: 'real' | 'identity'): Promise<void> {
  await build({
    root,
    configFile: resolve(root, 'vite.config.ts'),
    logLevel: 'error',
    plugins: [replaceModules(sealing === 'real' ? taps : withoutSealing)],
    build: { outDir: folder, emptyOutDir: true },
  });
}

/** A replacement itself gets the module it stands for. */
export function replaceModules(replacements: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'replace-modules',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (importer === undefined) return undefined;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const replacement = found === null ? undefined : replacements.get(found.id);
      return replacement === importer ? undefined : replacement;
    },
  };
}

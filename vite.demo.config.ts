/** The demonstration's page: the product's own pages with another way in, never part of its build; served with headers alone. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import product from './vite.config.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  ...product,
  plugins: [],
  root: here('src/demo/page/'),
  publicDir: here('public/'),
  build: { ...product.build, outDir: here('dist-demo/'), emptyOutDir: true },
});

/** A small made-up build and a certificate, for tests of the servers. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const pageText = '<!doctype html><title>made up</title>';
export const scriptText = `export const answer = ${'4'.repeat(4_000)};\n`;

/** A folder as the build leaves it, with a secret beside it that must never be served. */
export async function makeBuiltApp(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'peerchart-built-'));
  const folder = join(parent, 'dist');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(parent, 'secret.txt'), 'not yours');
  await writeFile(join(folder, 'index.html'), pageText);
  await writeFile(join(folder, 'sw.js'), '// worker');
  await writeFile(join(folder, 'peerchart.json'), '{"relays":[],"iceServers":[]}');
  await writeFile(join(folder, 'assets/app-abc123.js'), scriptText);
  await writeFile(join(folder, 'assets/core-abc123.wasm'), Buffer.alloc(2_000));
  return folder;
}

/** A self-signed certificate for localhost, else undefined where openssl is missing. */
export async function makeCertificate(folder: string): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  try {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, '-days', '1', ...subject], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  return { cert: await readFile(cert), key: await readFile(key) };
}

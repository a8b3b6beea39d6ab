/** The relay's key: 32 random bytes in a file that only its owner may read, so that its address outlives a restart. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const seedBytes = 32;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The seed in the file, which is made on first use. Throws when the file holds something else. */
export async function readOrMakeSeed(path: string): Promise<Uint8Array> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    const seed = randomBytes(seedBytes);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, `${seed.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return seed;
  }
  const seed = Buffer.from(text.trim(), 'hex');
  if (seed.length !== seedBytes) {
    throw new Error(`${path} should hold ${seedBytes} bytes as hex. Move it away to let the relay make a new address.`);
  }
  return seed;
}

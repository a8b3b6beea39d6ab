/** Ed25519 in real Chromium: the same questions as in Node, and the same answers, by WebCrypto and by the fallback (OP-6). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import { readVector } from '../crypto/fixtures.ts';
import { signatureCases } from '../crypto/signature-cases.ts';
import { openProfile, removeProfile, type Profile } from '../support/profiles.ts';
import { startServers, type Servers } from '../support/servers.ts';

let site: string;
let servers: Servers;
let profile: Profile;

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'peerchart-signatures-'));
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'signatures'),
    logLevel: 'error',
    build: { outDir: site, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  });
  servers = await startServers(site);
  profile = await openProfile('signatures');
  await profile.page.goto(servers.url);
  await profile.page.waitForFunction(() => 'signing' in globalThis);
});

afterAll(async () => {
  await profile.close();
  await removeProfile(profile.folder);
  await servers.close();
  await rm(site, { recursive: true, force: true });
});

test('[OP-6] [ATTACK-1] [ATTACK-2] Chromium gives the verdicts that Node gives, by WebCrypto and by the fallback', async () => {
  const cases = await signatureCases();
  const verdicts = await profile.page.evaluate((questions) => signing.verdicts(questions), cases);
  const wrong = cases.filter(({ accepted }, i) => {
    const { webcrypto, tweetnacl } = verdicts[i] ?? {};
    return webcrypto !== accepted || tweetnacl !== accepted;
  });
  expect(wrong.map(({ what }) => what)).toEqual([]);
  expect(verdicts.length).toBe(cases.length);
  expect(cases.filter(({ accepted }) => accepted).length).toBeGreaterThan(90);
});

test('Chromium signs as RFC 8032 says, by both', async () => {
  const { rfc8032 } = readVector<{
    readonly rfc8032: readonly Readonly<Record<'seed' | 'message' | 'signature', string>>[];
  }>('ed25519');
  for (const { seed, message, signature } of rfc8032)
    expect(await profile.page.evaluate(([s, m]) => signing.signatures(s, m), [seed, message] as const)).toEqual([
      signature,
      signature,
    ]);
});

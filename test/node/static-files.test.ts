import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { securityHeaders } from '../../src/node/content-security-policy.ts';
import { readStaticFiles, serveFiles } from '../../src/node/static-files.ts';
import { makeBuiltApp, pageText, scriptText } from './built-app.ts';

let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer(serveFiles(await readStaticFiles(await makeBuiltApp()), securityHeaders));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  port = address.port;
});

afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Not fetch, which tidies paths and headers before they are sent. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the static server', () => {
  it('answers / and /index.html with the page, which is asked for anew at each visit', async () => {
    for (const path of ['/', '/index.html', '/?from=link']) {
      const { status, headers, body } = await ask(path);
      expect([status, body.toString()]).toEqual([200, pageText]);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-cache');
    }
    expect((await ask('/sw.js')).headers['cache-control']).toBe('no-cache');
  });

  it('lets files with a hash in their name be kept for good, with their own types', async () => {
    const script = await ask('/assets/app-abc123.js');
    expect(script.headers['cache-control']).toContain('immutable');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask('/assets/core-abc123.wasm')).headers['content-type']).toBe('application/wasm');
  });

  it('sends the policy and the other security headers with every answer, refusals too', async () => {
    for (const path of ['/', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/%',
    '//',
    '/\\..\\secret.txt',
    '/index.html%00',
  ])('finds nothing outside its folder: %s', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('not yours');
  });

  it('compresses for who accepts it, and only then', async () => {
    const packed = await ask('/assets/app-abc123.js', { 'accept-encoding': 'gzip, br' });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(packed.body).toString()).toBe(scriptText);
    for (const accepted of ['gzip', 'br;q=0', 'br;q=0.0', '']) {
      const plain = await ask('/assets/app-abc123.js', { 'accept-encoding': accepted });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body.toString()).toBe(scriptText);
    }
  });

  it('says not modified to who holds the same bytes', async () => {
    const { headers } = await ask('/');
    const again = await ask('/', { 'if-none-match': headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('answers HEAD like GET without a body, and refuses to be written to', async () => {
    const head = await ask('/', {}, 'HEAD');
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(pageText.length)]);
    const post = await ask('/', {}, 'POST');
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

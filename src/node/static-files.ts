/**
 * Serves the built app: files of one folder and nothing else. Everything is read once at the start, so that a request
 * is a look-up in a map and no path from outside ever reaches the disk.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);

export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly body: Buffer;
  readonly brotli: Buffer | undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
};

/** Already compressed, or too small to gain. */
const keptAsIs: ReadonlySet<string> = new Set(['.png']);
const minCompressedBytes = 1_024;
/** Brotli's middle: the whole build is compressed at the start in about a second. */
const brotliQuality = 5;

const oneYear = 'public, max-age=31536000, immutable';
/** Asked for anew at each visit, so that a new version is found; the service worker answers when there is no network. */
const alwaysAsk = 'no-cache';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Every file of a built app, by the path it is asked for with. */
export async function readStaticFiles(folder: string): Promise<Map<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    files.set(`/${name}`, await staticFile(name, await readFile(path)));
  }
  const index = files.get('/index.html');
  if (index === undefined) throw new Error(`${folder} holds no built app. Run: npm run build`);
  files.set('/', index);
  return files;
}

/** Answers from `files`; `headers` go with every answer. */
export function serveFiles(files: ReadonlyMap<string, StaticFile>, headers: Readonly<Record<string, string>>): Handler {
  return (request, response) => answer(files, headers, request, response);
}

export async function staticFile(name: string, body: Buffer): Promise<StaticFile> {
  const extension = extname(name);
  const worthwhile = !keptAsIs.has(extension) && body.length >= minCompressedBytes;
  return {
    type: types[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cacheControl: name.startsWith('assets/') ? oneYear : alwaysAsk,
    body,
    brotli: worthwhile
      ? await compress(body, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } })
      : undefined,
  };
}

function answer(
  files: ReadonlyMap<string, StaticFile>,
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendText(request, response, 405, 'Only GET and HEAD are answered here.\n');
    return;
  }
  const path = pathOf(request.url ?? '/');
  const file = path === undefined ? undefined : files.get(path);
  if (file === undefined) {
    sendText(request, response, 404, 'There is no such file here. The app is at /\n');
    return;
  }
  response.setHeader('ETag', file.etag);
  response.setHeader('Cache-Control', file.cacheControl);
  response.setHeader('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  const brotli = acceptsBrotli(request) ? file.brotli : undefined;
  if (brotli !== undefined) response.setHeader('Content-Encoding', 'br');
  send(request, response, 200, file.type, brotli ?? file.body);
}

/** The decoded path without query, else undefined. A look-up key only: `..` in it finds nothing. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '/');
  } catch {
    return undefined;
  }
}

function acceptsBrotli(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding']?.toString() ?? '';
  return accepted.split(',').some((coding) => /^\s*br\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(coding));
}

function sendText(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  response.setHeader('Cache-Control', 'no-store');
  send(request, response, status, 'text/plain; charset=utf-8', Buffer.from(text));
}

function send(request: IncomingMessage, response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

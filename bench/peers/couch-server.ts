/**
 * As much of CouchDB's protocol as PouchDB asks when it replicates from it, answered from memory: a source that costs its
 * peer nothing but the wire. It serves the bench's page too, which may ask its own origin alone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { securityHeaders } from '../../src/node/content-security-policy.ts';
import { readStaticFiles, serveFiles } from '../../src/node/static-files.ts';

export interface CouchServer {
  readonly pageUrl: string;
  /** Of the database. */
  readonly url: string;
  close(): Promise<void>;
}

interface CouchDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

const revision = '0123456789abcdef0123456789abcdef';

export async function startCouchServer(
  folder: string,
  documents: ReadonlyMap<string, CouchDocument>,
): Promise<CouchServer> {
  const servePage = serveFiles(await readStaticFiles(folder), securityHeaders);
  const ids = [...documents.keys()];
  const server = createServer((request, response) => {
    if (!(request.url ?? '').startsWith('/couch')) servePage(request, response);
    else void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const [, , what = ''] = url.pathname.split('/');
    const body = await bodyOf(request);
    if (what === '') json(response, 200, { db_name: 'couch', update_seq: ids.length, doc_count: ids.length });
    else if (what === '_local' && request.method === 'PUT') json(response, 201, { ok: true, rev: '0-1' });
    else if (what === '_local') json(response, 404, { error: 'not_found', reason: 'missing' });
    else if (what === '_changes') json(response, 200, changes(ids, url.searchParams));
    else if (what === '_bulk_get') json(response, 200, bulk(documents, body));
    else json(response, 404, { error: 'not_found', reason: what });
  };
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const pageUrl = `http://localhost:${address.port}/`;
  return {
    pageUrl,
    url: `${pageUrl}couch`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function changes(ids: readonly string[], asked: URLSearchParams): unknown {
  const since = Number(asked.get('since') ?? 0);
  const until = Math.min(ids.length, since + Number(asked.get('limit') ?? ids.length));
  const results = ids
    .slice(since, until)
    .map((id, i) => ({ seq: since + i + 1, id, changes: [{ rev: `1-${revision}` }] }));
  return { results, last_seq: until, pending: ids.length - until };
}

function bulk(documents: ReadonlyMap<string, CouchDocument>, body: string): unknown {
  const { docs } = JSON.parse(body) as { readonly docs: readonly { readonly id: string }[] };
  const results = docs.map(({ id }) => {
    const found = documents.get(id);
    const ok = { ...found, _rev: `1-${revision}`, _revisions: { start: 1, ids: [revision] } };
    return { id, docs: [{ ok }] };
  });
  return { results };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...securityHeaders, 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

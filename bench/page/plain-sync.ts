/**
 * The floor of a first sync: the saved bytes of plain documents over the product's own transport, on a connection of their
 * own, one record a document in the browser's database, each transaction durable. Nothing is sealed, signed or asked.
 */
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { PlainChannel } from './plain-channel.ts';
import { mustHave } from './practice.ts';

const databaseName = 'bench-plain';
/** As much as the product puts into a frame. */
const frameBytes = 512 * 1024;

let channel: PlainChannel | undefined;

export async function listen(relays: readonly string[]): Promise<{ device: string; addresses: readonly string[] }> {
  channel = await PlainChannel.start(relays);
  return { device: channel.device, addresses: await channel.addresses() };
}

export async function dial(device: string, addresses: readonly string[]): Promise<void> {
  await mustHave(channel).dial(device, addresses);
}

/** For `send`, in this profile. */
export async function keepPlain(documents: readonly Bytes[]): Promise<void> {
  const database = await openDatabase();
  await written(
    database,
    documents.map((bytes, i) => [i, bytes] as const),
  );
  database.close();
}

/** Reads what is to be sent, then sends it when the other side says so. */
export async function prepareSending(): Promise<number> {
  const database = await openDatabase();
  const documents = await new Promise<Bytes[]>((resolve, reject) => {
    const request = database.transaction('documents').objectStore('documents').getAll() as IDBRequest<Bytes[]>;
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not read'));
  });
  database.close();
  const line = mustHave(channel);
  line.on('ping', () => void sendAll(line, documents));
  return documents.reduce((sum, { length }) => sum + length, 0);
}

async function sendAll(line: PlainChannel, documents: readonly Bytes[]): Promise<void> {
  let batch: Bytes[] = [];
  let bytes = 0;
  for (const document of documents) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, document.length);
    batch.push(length, document);
    bytes += document.length;
    if (bytes < frameBytes) continue;
    await line.send('change', concatBytes(...batch));
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) await line.send('change', concatBytes(...batch));
}

/** Milliseconds from asking until `documents` are durable. */
export async function receive(documents: number): Promise<number> {
  const database = await openDatabase();
  const line = mustHave(channel);
  const waiting: Bytes[] = [];
  let kept = 0;
  let keeping: Promise<void> | undefined;
  const begin = performance.now();
  await new Promise<void>((done, fail) => {
    const keep = async (): Promise<void> => {
      while (waiting.length > 0) {
        const batch = waiting.splice(0).map((bytes, i) => [kept + i, bytes] as const);
        await written(database, batch);
        kept += batch.length;
      }
      keeping = undefined;
      if (kept === documents) done();
    };
    line.on('change', (frame) => {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
      for (let at = 0; at < frame.length;) {
        const length = view.getUint32(at);
        waiting.push(frame.slice(at + 4, at + 4 + length));
        at += 4 + length;
      }
      keeping ??= keep().catch(fail);
    });
    void line.send('ping');
  });
  const ms = performance.now() - begin;
  database.close();
  indexedDB.deleteDatabase(databaseName);
  return ms;
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore('documents');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });
}

function written(database: IDBDatabase, records: readonly (readonly [number, Bytes])[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('documents', 'readwrite', { durability: 'strict' });
    for (const [key, bytes] of records) transaction.objectStore('documents').put(bytes, key);
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error('not written'));
  });
}

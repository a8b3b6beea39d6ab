/**
 * The change every section document starts from (EN-5): the same bytes on every device, so that two devices which open a
 * section before they meet have one document. It writes nothing. Stored format: never changed; another version of the
 * layout would be another genesis.
 *
 * ```
 * 856f4a83 473b2c86   Automerge's magic and checksum (= start of the hash)
 * 01 09               a change of 9 bytes
 * 00                  no dependencies
 * 01 00               actor 00, which no device has: theirs are 16 bytes (EN-4)
 * 01 01               seq 1, first operation 1
 * 00 00 00 00         time 0, no message, no other actors, no columns
 * ```
 */
import type { Bytes } from '../base/bytes.ts';
import { changeHash, type ChangeHash } from '../base/ids.ts';
import { fromHex } from '../base/bytes.ts';

export const genesisVersion = 1;

const genesisHex = '856f4a83473b2c860109000100010100000000';
const genesisHashHex = '473b2c86b9c0cb8699179ecfec5655c1d7543daf1ac948ab234b0af328298ef7';

export const genesisChange: Bytes = mustFromHex(genesisHex);
export const genesisHash: ChangeHash = changeHash(mustFromHex(genesisHashHex));

function mustFromHex(text: string): Bytes {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error('a constant is lowercase hex');
  return bytes;
}

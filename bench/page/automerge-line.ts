/** automerge-repo between two pages over the channel that the plain changes of edit-latency.ts take, kept in IndexedDB. */
import { cbor, NetworkAdapter, Repo, type Message, type PeerId } from '@automerge/automerge-repo/slim';
import { IndexedDBStorageAdapter } from '@automerge/automerge-repo-storage-indexeddb';
import type * as A from '@automerge/automerge/slim';
import type { PlainChannel } from './plain-channel.ts';

export type RepoDocument = Record<string, A.ImmutableString>;

class ChannelAdapter extends NetworkAdapter {
  readonly #channel: PlainChannel;
  readonly #other: PeerId;

  constructor(channel: PlainChannel, other: PeerId) {
    super();
    this.#channel = channel;
    this.#other = other;
  }

  isReady(): boolean {
    return true;
  }

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  connect(peerId: PeerId): void {
    this.peerId = peerId;
    this.#channel.on('automerge', (bytes) => this.emit('message', cbor.decode(bytes)));
    this.emit('peer-candidate', { peerId: this.#other, peerMetadata: {} });
  }

  send(message: Message): void {
    void this.#channel.send('automerge', cbor.encode(message));
  }

  disconnect(): void {
    this.emit('peer-disconnected', { peerId: this.#other });
  }
}

export function startRepo(channel: PlainChannel, side: 'editing' | 'watching'): Repo {
  const other = side === 'editing' ? 'watching' : 'editing';
  return new Repo({
    peerId: side as PeerId,
    network: [new ChannelAdapter(channel, other as PeerId)],
    storage: new IndexedDBStorageAdapter('bench-automerge'),
  });
}

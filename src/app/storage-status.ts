/** How much room the browser gives this profile, and whether it keeps it: read when something large was written, never guessed. */
import type { StorageManagerPort } from './ports.ts';
import type { SessionStatus } from './session.ts';

/** Share of the quota beyond which storage counts as low. */
const lowStorageShare = 0.9;

export class StorageStatus {
  readonly #storage: StorageManagerPort;
  readonly #changed: () => void;
  #now: SessionStatus['storage'] = { persistent: 'unknown', low: false };

  constructor(storage: StorageManagerPort, changed: () => void) {
    this.#storage = storage;
    this.#changed = changed;
  }

  get now(): SessionStatus['storage'] {
    return this.#now;
  }

  async read(): Promise<void> {
    const [persistent, room] = await Promise.all([this.#storage.isPersistent(), this.#storage.estimate()]);
    const { usedBytes, quotaBytes } = room;
    const low = usedBytes !== undefined && quotaBytes !== undefined && usedBytes > lowStorageShare * quotaBytes;
    this.#now = { ...room, persistent, low };
    this.#changed();
  }

  async requestPersistent(): Promise<boolean> {
    const granted = await this.#storage.requestPersistent();
    await this.read();
    return granted;
  }
}

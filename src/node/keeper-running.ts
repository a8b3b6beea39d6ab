/** The running keeper of one data folder: its files, its transport, and what it says. `keeper.ts` gives it a command line. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { renderUnicodeCompact } from 'uqr';
import type { Bytes } from '../base/bytes.ts';
import { Keeper } from '../keeper/keeper.ts';
import { relayPart } from '../net/libp2p-relay.ts';
import { createLibp2pTransport } from '../net/libp2p-transport.ts';
import { openFileStore, type FileStore } from '../store/file-store.ts';
import type { DamagedRecord } from '../store/store.ts';
import { readOrMakeSeed } from './key-file.ts';
import { listenAddress, type KeeperOptions } from './keeper-options.ts';
import { codeInWords, damageInWords, statusLine, storeFailureInWords } from './keeper-words.ts';

/** Lines of how it stands: soon after something changed, and not for each of a thousand charts. */
const statusEveryMs = 5_000;
/** A full disk is said once in a while, not for every entry that finds no room. */
const failureEveryMs = 60_000;

export interface RunningKeeper {
  readonly keeper: Keeper;
  stop(): Promise<void>;
}

/** `say` gets whole lines; `fail` is for what ends the process. */
export async function runKeeper(
  options: Omit<KeeperOptions, 'task'>,
  say: (text: string) => void,
  fail: (text: string) => void,
): Promise<RunningKeeper> {
  const { dataFolder, host, port, announce, relays, name } = options;
  const seed = new Uint8Array(await readOrMakeSeed(join(dataFolder, 'keeper-key')));
  const failures = new Failures(dataFolder, say, fail);
  const files = await openFileStore(join(dataFolder, 'store'), {
    failed: (reason, message) => {
      failures.note(reason, message);
    },
  });
  for (const damage of files.damage) say(damageInWords(damage));
  if (files.damage.length > 0) say('The rest is kept and served; what is damaged is asked of others.');
  const voice = new Voice(files, say);
  const keeper = await Keeper.start({
    store: files.store,
    seed,
    name,
    clock: { nowMs: () => Date.now() },
    random: { bytes: (length): Bytes => new Uint8Array(randomBytes(length)) },
    timers: {
      after: (delayMs, run) => {
        const id = setTimeout(run, delayMs);
        return () => {
          clearTimeout(id);
        };
      },
    },
    damaged: damagedRecords(files),
    createTransport: ({ allow, allowMeeting }) =>
      createLibp2pTransport({
        ...{ seed, relays, allow, allowMeeting },
        listening: { addresses: [listenAddress({ host, port })], announce, relay: relayPart },
      }),
    told: {
      code: (digits) => {
        say(digits === undefined ? 'The six digits are answered, or nobody answers any more.' : codeInWords(digits));
      },
      changed: () => {
        voice.changed();
      },
      failed: (error) => {
        say(
          `Something failed and was left out: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      },
    },
  });
  say(`Listening at\n${keeper.addresses.map((address) => `  ${address}`).join('\n')}`);
  voice.begin(keeper);
  return {
    keeper,
    stop: async () => {
      voice.end();
      await keeper.stop();
      await files.end();
    },
  };
}

function damagedRecords({ damage }: FileStore): readonly DamagedRecord[] {
  return damage.flatMap(({ why, what = '' }) => {
    const slash = what.indexOf('/');
    return why === 'unreadable-record'
      ? [{ store: what.slice(0, slash), id: what.slice(slash + 1), why: 'unreadable' as const }]
      : [];
  });
}

/** Says how the keeper stands, when that is another thing than before. */
class Voice {
  readonly #files: FileStore;
  readonly #say: (text: string) => void;
  #keeper: Keeper | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = '';

  constructor(files: FileStore, say: (text: string) => void) {
    this.#files = files;
    this.#say = say;
  }

  begin(keeper: Keeper): void {
    this.#keeper = keeper;
    this.#speak();
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#speak();
    }, statusEveryMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#keeper = undefined;
  }

  #speak(): void {
    const state = this.#keeper?.state;
    if (state === undefined) return;
    const text = state.kind === 'pairing' ? pairingWords(state.text) : statusLine(state, this.#files.bytes());
    if (text !== this.#last) this.#say(text);
    this.#last = text;
  }
}

function pairingWords(text: string): string {
  return [
    'This keeper belongs to no practice yet. In Peerchart, under People and devices, choose Add a keeper and paste this text:',
    '',
    renderUnicodeCompact(text),
    '',
    text,
    '',
  ].join('\n');
}

class Failures {
  readonly #folder: string;
  readonly #say: (text: string) => void;
  readonly #fail: (text: string) => void;
  #saidAtMs = 0;

  constructor(folder: string, say: (text: string) => void, fail: (text: string) => void) {
    this.#folder = folder;
    this.#say = say;
    this.#fail = fail;
  }

  note(reason: 'quota' | 'disk', message: string): void {
    const words = storeFailureInWords(reason, message, this.#folder);
    if (reason === 'disk') this.#fail(words);
    else if (Date.now() - this.#saidAtMs > failureEveryMs) {
      this.#saidAtMs = Date.now();
      this.#say(words);
    }
  }
}

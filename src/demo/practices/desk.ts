/**
 * One desk of a demonstration practice: a real session with real keys in this process, its disk in memory, on the network by the
 * demonstration's relay. It stays at work while the demonstration runs, so that whoever opens one practice finds the others there.
 */
import { randomBytes } from 'node:crypto';
import type { Bytes } from '../../base/bytes.ts';
import { ok, type Result } from '../../base/result.ts';
import { openPracticeDoor } from '../../app/door/door.ts';
import type { Ports } from '../../app/ports.ts';
import type { Session } from '../../app/session.ts';
import { createLibp2pTransport } from '../../net/libp2p-transport.ts';
import { MemoryDisk, openMemoryStore } from '../../store/memory-store.ts';
import { inProcess } from '../../worker/in-process.ts';
import { nextTask } from '../../worker/next-task.ts';

export interface DeskWords {
  readonly practiceName: string;
  readonly personName: string;
  readonly deviceName: string;
}

export interface Desk {
  readonly session: Session;
  readonly recoveryPhrase: string;
}

/** Nobody types it: the desk is never locked and opened again. */
const passphraseOfNobody = (): string => randomBytes(24).toString('hex');

export async function openDesk(words: DeskWords, relays: readonly string[], pageAddress: string): Promise<Desk> {
  const door = await openPracticeDoor(deskPorts(relays, pageAddress));
  const recoveryPhrase = door.newRecoveryPhrase();
  const session = mustBe(
    await door.create({ ...words, role: 'clinician', passphrase: passphraseOfNobody(), recoveryPhrase, sharing: true }),
  );
  // A desk that stands by does not lock.
  mustBe(await session.updateSettings({ autoLockMinutes: 24 * 60 }));
  await until('a desk has its place at the relay', () =>
    session.status.network.relays.some(({ state }) => state === 'connected'),
  );
  return { session, recoveryPhrase };
}

function deskPorts(relays: readonly string[], pageAddress: string): Ports {
  const disk = new MemoryDisk();
  return {
    clock: { nowMs: () => Date.now() },
    random: { bytes: (length): Bytes => new Uint8Array(randomBytes(length)) },
    log: { note: () => undefined },
    timers: {
      after: (delayMs, run) => {
        const id = setTimeout(run, delayMs);
        return () => {
          clearTimeout(id);
        };
      },
    },
    openStore: () => Promise.resolve(ok(openMemoryStore(disk))),
    takeWriterLock: () => Promise.resolve(() => undefined),
    createTransport: (options) => createLibp2pTransport({ ...options, iceServers: [] }),
    storage: {
      isPersistent: () => Promise.resolve(true),
      requestPersistent: () => Promise.resolve(true),
      estimate: () => Promise.resolve({}),
    },
    defaults: { relays, iceServers: [] },
    pageAddress,
    isOnline: () => true,
    onOnlineChange: () => () => undefined,
    pause: nextTask,
    background: inProcess(nextTask),
  };
}

/** What the demonstration does is all allowed: a refusal is a fault of its own. */
export function mustBe<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`the demonstration was refused: ${result.reason}`);
  return result.value;
}

/** Waits for what another desk is to see. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`the demonstration waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

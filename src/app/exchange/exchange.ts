/**
 * Exchange without a network: one sealed file saved for a practice or for another device of this one, and one taken in (RE-5).
 * Puts together who a file is for, what they are known to hold, and the session's news; the file's bytes are in crypto/, what
 * goes into it in exchange-writing.ts, what becomes of it in exchange-reading.ts.
 */
import { bytesEqual, toBase64Url, type Bytes } from '../../base/bytes.ts';
import { idBytes, parseChartId, type ChartId, type DeviceId, type PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { BoxKeys } from '../../crypto/box.ts';
import { ExchangeFile, sealExchangeFile, type ByteSource, type ExchangeFileFault } from '../../crypto/exchange-file.ts';
import { phraseToRootKeys } from '../../crypto/recovery-phrase.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { ReplicationHost } from '../../net/replication-host.ts';
import type { AttachmentParts } from '../../replica/attachment-parts.ts';
import type { AuditAct } from '../audit/audit-acts.ts';
import type { Contacts } from '../peers/contacts.ts';
import type {
  Exchange,
  ExchangeProgress,
  ExchangeWith,
  SavedExchange,
  SaveExchangeFailure,
  TakeInFailure,
  TakenIn,
} from './exchange-acts.ts';
import {
  admitWriter,
  checkExchange,
  takeInExchange,
  type ReadExchange,
  type ReadingParts,
} from './exchange-reading.ts';
import { exchangeRecords, type Holdings, type Written } from './exchange-writing.ts';
import { heldTogether } from '../peers/holders.ts';
import { ownStanding } from '../people/people-roster.ts';
import { unlessLocked, type PracticeContext } from '../practice-context.ts';

export interface ExchangeParts {
  readonly context: PracticeContext;
  readonly contacts: Pick<Contacts, 'get' | 'nameOf'>;
  readonly host: ReplicationHost;
  readonly attachments: AttachmentParts;
  /** What each chart is to be told of is known: with sharing off it may not have been worked out yet. */
  readonly chartsSettled: () => Promise<void>;
  readonly chartChanged: (chart: ChartId) => void;
  readonly rosterChanged: (practice: PracticeId) => void;
  /** Writes down in the audit log what was done. */
  readonly note: (act: AuditAct) => void;
}

type Progress = (progress: ExchangeProgress) => void;

/** Pieces of a file gathered before they are handed to the browser, which may keep them outside memory. */
const blobStepBytes = 8 * 1024 * 1024;
/** Charts, or bytes of a file, between two chances for the page to paint and answer. */
const chartsPerPause = 20;
const bytesPerPause = 1024 * 1024;

const recordKeyOf = (device: DeviceId): string => `exchanged/${device}`;

export class PracticeExchange implements Exchange {
  readonly #parts: ExchangeParts;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  async save(
    to: ExchangeWith,
    what: 'lacking' | 'everything',
    progress: Progress,
    signal: AbortSignal,
    answering?: TakenIn,
  ): Promise<Result<SavedExchange, SaveExchangeFailure>> {
    const { context, host, attachments, contacts, chartsSettled } = this.#parts;
    const { self, rosters, names, ports } = context;
    if (ownStanding(context) === 'removed') return err('removed-here');
    const roster = rosters.get(to.practice);
    const others = rosters.activeDevices(to.practice).filter((device) => device !== self.device);
    const device = to.device ?? others[0];
    if (roster === undefined || device === undefined || !others.includes(device)) return err('nobody-there');
    const name = to.practice === self.practice ? (names.of(device)?.deviceName ?? '') : contacts.nameOf(to.practice);
    try {
      await chartsSettled();
      const written: Written = { charts: 0, ofCharts: 0, entries: 0 };
      const records = exchangeRecords(
        {
          host,
          attachments,
          device,
          what,
          about: { practice: self.practice, device: self.device, to: to.practice, at: context.timeMs() },
          holdings: await this.#holdingsOf(to.device === undefined ? others : [to.device]),
          answering: answering?.charts ?? new Set(),
          progress: async (done, total) => {
            signal.throwIfAborted();
            progress({ phase: 'saving', done, total });
            if (done % chartsPerPause === 0) await ports.pause();
          },
        },
        written,
      );
      const keys = others.flatMap((one) => roster.devices.get(one)?.boxKey ?? []);
      const signer = { keys: self.sign, log: idBytes(to.practice) };
      const file = await blobOf(sealExchangeFile(records, [...keys, roster.rootBoxKey], signer, ports.random));
      this.#parts.note({ kind: 'exchange-file-written', practice: to.practice, count: written.charts });
      return ok({ fileName: fileNameFor(name, context.timeMs()), file, ...written });
    } catch (error) {
      if (signal.aborted) return err('cancelled');
      context.diagnostics.count('exchange file', error instanceof Error ? error.name : 'failed');
      return err('storage');
    }
  }

  async takeIn(
    file: Blob,
    progress: Progress,
    signal: AbortSignal,
    recoveryPhrase?: string,
  ): Promise<Result<TakenIn, TakeInFailure>> {
    const { context } = this.#parts;
    if (ownStanding(context) === 'removed') return err('removed-here');
    const keys = recoveryPhrase === undefined ? ok(context.self.box) : this.#rootBox(recoveryPhrase);
    if (!keys.ok) return keys;
    try {
      const opened = await ExchangeFile.open(sourceOf(file), keys.value);
      if (!opened.ok) return err(fileFailure(opened.reason));
      const taken = await unlessLocked(this.#takeInOpened(opened.value, file.size, progress, signal));
      opened.value.wipe();
      if (taken.ok) {
        const { from, changedCharts } = taken.value;
        this.#parts.note({ kind: 'exchange-file-read', practice: from.practice, count: changedCharts });
      }
      return taken;
    } catch (error) {
      if (signal.aborted) return err('cancelled');
      // A stick pulled out in the middle: what was taken is whole, and the file brings the rest when it is there again.
      context.diagnostics.count('exchange file', error instanceof Error ? error.name : 'failed');
      return err('damaged');
    } finally {
      if (recoveryPhrase !== undefined) wipe(keys.value.secretKey);
    }
  }

  async #takeInOpened(
    file: ExchangeFile,
    bytes: number,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Result<TakenIn, TakeInFailure>> {
    const { context, contacts, host, attachments, chartChanged, rosterChanged, chartsSettled } = this.#parts;
    const { self, rosters, index, diagnostics, ports, store } = context;
    let pausedAt = 0;
    const parts: ReadingParts = {
      file,
      host,
      attachments,
      knows: (practice) => practice === self.practice || contacts.get(practice) !== undefined,
      isActive: (device) => rosters.isActive(device) && ownStanding(context) === 'active',
      isHere: (chart) => index.get(chart) !== undefined,
      heldBy: async (device, chart) =>
        heldTogether((await store.held(chart)).found.filter((held) => held.device === device)),
      chartChanged,
      rosterChanged,
      count: (reason, who) => {
        diagnostics.count('from a file', reason, who);
      },
      progress: async (phase, done) => {
        progress({ phase, done, total: bytes });
        if (Math.abs(done - pausedAt) < bytesPerPause) return;
        pausedAt = done;
        await ports.pause();
      },
      signal,
    };
    const about = await checkExchange(parts);
    if (!about.ok) return about;
    const admitted = await admitWriter(parts, about.value);
    if (!admitted.ok) return admitted;
    await chartsSettled();
    const read = await takeInExchange(parts, about.value);
    progress({ phase: 'taking-in', done: bytes, total: bytes });
    await this.#remember(read);
    return ok(this.#inWords(read));
  }

  #inWords({ about, leaves: _, ...rest }: ReadExchange): TakenIn {
    const { context, contacts } = this.#parts;
    const { practice, device } = about;
    const { names, self } = context;
    const own = practice === self.practice;
    return {
      ...rest,
      from: {
        practice,
        device,
        practiceName: own ? self.practiceName : contacts.nameOf(practice),
        personName: names.of(device)?.personName ?? contacts.get(practice)?.personName ?? '',
      },
    };
  }

  #rootBox(phrase: string): Result<BoxKeys, 'wrong-recovery-phrase'> {
    const root = phraseToRootKeys(phrase);
    const own = this.#parts.context.self.rootBoxKey;
    if (!root.ok || !bytesEqual(root.value.box.publicKey, own)) return err('wrong-recovery-phrase');
    wipe(root.value.sign.seed);
    return ok(root.value.box);
  }

  // ------------------------------------------------------------------------------------------- what others hold

  async #holdingsOf(devices: readonly DeviceId[]): Promise<Holdings> {
    const { records, store, holdersOfSame } = this.#parts.context;
    const said = await Promise.all(devices.map((device) => records.read(recordKeyOf(device), leavesFromJson)));
    return {
      saidSame: (chart, leaf) =>
        holdersOfSame(chart).some(({ device }) => devices.includes(device)) ||
        said.some((leaves) => leaves?.get(chart) === toBase64Url(leaf)),
      frontiers: async (chart) => {
        const { found } = await store.held(chart);
        return heldTogether(found.filter(({ device }) => devices.includes(device)));
      },
    };
  }

  /**
   * What the writer said it holds: its charts that are still like ours need not be looked at for the next file. What a device
   * once held it holds for good, so what an old file says is not wrong either.
   */
  async #remember({ about, leaves }: ReadExchange): Promise<void> {
    const { context, host } = this.#parts;
    const { content, records } = context;
    const shared = host.leavesFor(about.device);
    await context.exclusively(async () => {
      const known = (await records.read(recordKeyOf(about.device), leavesFromJson)) ?? new Map<ChartId, string>();
      const next = [...shared.keys()].flatMap((chart): (readonly [ChartId, string])[] => {
        const leaf = leaves.get(chart);
        const named = leaf === undefined ? known.get(chart) : toBase64Url(leaf);
        return named === undefined ? [] : [[chart, named]];
      });
      await content.commit({ sealed: [records.write(recordKeyOf(about.device), Object.fromEntries(next))] });
    });
  }
}

function fileFailure(reason: ExchangeFileFault): TakeInFailure {
  return reason === 'unknown-version' ? 'newer-data' : reason;
}

/** Names nobody but the practice or device it is for, and the day. */
function fileNameFor(name: string, atMs: number): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return `for-${plain === '' ? 'peer' : plain}-${new Date(atMs).toISOString().slice(0, 10)}.peerchart`;
}

function sourceOf(file: Blob): ByteSource {
  return {
    size: file.size,
    read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
  };
}

async function blobOf(pieces: AsyncIterable<Bytes>): Promise<Blob> {
  const whole: Blob[] = [];
  let gathered: Bytes[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    gathered.push(piece);
    bytes += piece.length;
    if (bytes < blobStepBytes) continue;
    whole.push(new Blob(gathered));
    gathered = [];
    bytes = 0;
  }
  return new Blob([...whole, ...gathered], { type: 'application/octet-stream' });
}

function leavesFromJson(value: unknown): Map<ChartId, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(
    Object.entries(value).flatMap(([chart, leaf]): (readonly [ChartId, string])[] => {
      const id = parseChartId(chart);
      return id === undefined || typeof leaf !== 'string' ? [] : [[id, leaf]];
    }),
  );
}

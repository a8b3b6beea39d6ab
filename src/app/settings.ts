/** Preferences of this device, one sealed record. What the practice shares among its devices is in the practice book. */
import { err, ok, type Result } from '../base/result.ts';
import type { Ports } from './ports.ts';
import { writeFailureOf, type PracticeContext } from './practice-context.ts';
import type { Settings, WriteFailure } from './session.ts';

export const settingsKey = 'settings';

/** Minutes without a touch after which the practice locks, unless a person sets another time. */
const defaultAutoLockMinutes = 10;

/** `told`: the relays of the practice, where it named any. */
export function newSettings(
  { defaults }: Pick<Ports, 'defaults'>,
  sharing: boolean,
  told: readonly string[] = [],
): Settings {
  const relays = told.length === 0 ? defaults.relays : told;
  return { sharing, relays, iceServers: defaults.iceServers, autoLockMinutes: defaultAutoLockMinutes, theme: 'system' };
}

/** As written by this device; the vault key vouches for it. */
export function settingsFromJson(value: unknown): Settings | undefined {
  const settings = value as Partial<Settings> | null;
  return typeof settings?.sharing === 'boolean' && Array.isArray(settings.relays) ? (settings as Settings) : undefined;
}

export class DeviceSettings {
  readonly #context: PracticeContext;
  #now: Settings;

  constructor(context: PracticeContext, now: Settings) {
    this.#context = context;
    this.#now = now;
  }

  get now(): Settings {
    return this.#now;
  }

  /** In turn: of two changes at once, the later one must not undo the earlier. */
  change(change: Partial<Settings>): Promise<Result<void, WriteFailure>> {
    const { content, records } = this.#context;
    return this.#context.exclusively(async () => {
      const next = { ...this.#now, ...change };
      const written = await content.commit({ sealed: [records.write(settingsKey, next)] });
      if (!written.ok) return err(writeFailureOf(written.reason));
      this.#now = next;
      return ok(undefined);
    });
  }
}

/** Preferences of this device, one sealed record. What the practice shares among its devices is in the practice book. */
import type { Ports } from './ports.ts';
import type { Settings } from './session.ts';

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

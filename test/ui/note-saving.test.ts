/** When a note being written is saved by itself, and who is said to be writing it too. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Authorship } from '../../src/app/charts/chart-on-screen.ts';
import { alsoWriting } from '../../src/ui/chart/also-writing.ts';
import { SavingWhileTyping } from '../../src/ui/chart/note-saving.ts';
import { changeHash } from '../../src/base/ids.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('what is typed is saved after a pause, once', () => {
  const save = vi.fn();
  const saving = new SavingWhileTyping(save);
  saving.typed();
  vi.advanceTimersByTime(1_000);
  saving.typed();
  vi.advanceTimersByTime(1_400);
  expect(save).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(save).toHaveBeenCalledTimes(1);
});

test('who types without a pause is saved within eight seconds all the same', () => {
  const save = vi.fn();
  const saving = new SavingWhileTyping(save);
  for (let ms = 0; ms < 8_100; ms += 300) {
    saving.typed();
    vi.advanceTimersByTime(300);
  }
  expect(save).toHaveBeenCalled();
});

test('what was saved by hand is not saved again by the pause', () => {
  const save = vi.fn();
  const saving = new SavingWhileTyping(save);
  saving.typed();
  saving.stop();
  vi.advanceTimersByTime(10_000);
  expect(save).not.toHaveBeenCalled();
});

const noonMs = Date.parse('2026-03-02T12:00:00Z');
const by = (personName: string, atMs: number, own = true): Authorship => ({
  personName,
  practiceName: 'Clinic',
  own,
  at: new Date(atMs).toISOString(),
  change: changeHash(new Uint8Array(32)),
});

test('a colleague is said to write here too, also after the person here saved, and no longer than a minute and a half', () => {
  const bob = alsoWriting(undefined, by('Dr Bob', noonMs), 'Dr Ada', noonMs + 1_000);
  expect(bob?.personName).toBe('Dr Bob');
  const still = alsoWriting(bob, by('Dr Ada', noonMs + 2_000), 'Dr Ada', noonMs + 80_000);
  expect(still?.personName).toBe('Dr Bob');
  expect(alsoWriting(still, by('Dr Ada', noonMs + 2_000), 'Dr Ada', noonMs + 91_000)).toBeUndefined();
});

test('a namesake of another practice is somebody else', () => {
  expect(alsoWriting(undefined, by('Dr Ada', noonMs, false), 'Dr Ada', noonMs)?.own).toBe(false);
  expect(alsoWriting(undefined, by('Dr Ada', noonMs), 'Dr Ada', noonMs)).toBeUndefined();
});

/** How often an element is painted for what happens in the session: counted, by the clock of the test. */
import type { ReactiveController } from 'lit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Watch } from '../../src/ui/shell/watch.ts';

class Host {
  painted = 0;
  controller: ReactiveController | undefined;
  readonly updateComplete = Promise.resolve(true);
  addController(controller: ReactiveController): void {
    this.controller = controller;
  }
  removeController(): void {
    this.controller = undefined;
  }
  requestUpdate(): void {
    this.painted++;
  }
}

function watched(): { readonly host: Host; readonly change: () => void } {
  const host = new Host();
  const session = new EventTarget();
  new Watch(host, () => session);
  host.controller?.hostUpdate?.();
  const change = (): void => {
    session.dispatchEvent(new Event('change'));
  };
  return { host, change };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('paints a first change at once, and a thousand that follow it in one painting more', () => {
  const { host, change } = watched();
  change();
  expect(host.painted).toBe(1);
  for (let i = 0; i < 1_000; i++) change();
  expect(host.painted).toBe(1);
  vi.runAllTimers();
  expect(host.painted).toBe(2);
});

it('paints at once again after a while in which nothing changed', () => {
  const { host, change } = watched();
  change();
  vi.runAllTimers();
  change();
  expect(host.painted).toBe(2);
});

it('paints nothing of an element that has left the page', () => {
  const { host, change } = watched();
  change();
  change();
  host.controller?.hostDisconnected?.();
  vi.runAllTimers();
  change();
  expect(host.painted).toBe(1);
});

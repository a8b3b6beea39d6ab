import type { LitElement } from 'lit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FormState, without } from '../../src/ui/shell/form-state.ts';

/** As much of an element as a controller meets; nothing is painted here. */
function element() {
  const wrongField = { focus: vi.fn() };
  const host = {
    addController: () => undefined,
    requestUpdate: vi.fn(),
    updateComplete: Promise.resolve(true),
    renderRoot: { querySelector: () => wrongField },
  };
  return { host: host as unknown as LitElement, wrongField };
}

const submitted = { preventDefault: () => undefined } as Event;

describe('what a form holds', () => {
  beforeEach(() => {
    vi.stubGlobal('requestAnimationFrame', (painted: () => void) => setTimeout(painted));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('an act is carried out once however often its button is pressed', async () => {
    const state = new FormState(element().host);
    const act = vi.fn(() => Promise.resolve());
    for (let press = 0; press < 3; press++) state.submit(submitted, () => ({}), act);
    expect(state.busy).toBe(true);
    await vi.waitFor(() => expect(state.busy).toBe(false));
    expect(act).toHaveBeenCalledTimes(1);
  });

  test('while something is wrong nothing is done, and the first wrong field gets the focus', async () => {
    const { host, wrongField } = element();
    const state = new FormState(host);
    const act = vi.fn();
    state.submit(submitted, () => state.missing({ name: 'Type a name.' }), act);
    await vi.waitFor(() => expect(wrongField.focus).toHaveBeenCalled());
    expect(state.wrong).toEqual({ name: 'Type a name.' });
    expect(act).not.toHaveBeenCalled();
  });

  test('what was wrong with a field is not said any more once it is typed in again, and nothing else is forgotten', () => {
    const state = new FormState(element().host);
    state.wrong = { name: 'a', passphrase: 'b' };
    state.type('name', 'Ada');
    expect(state.wrong).toEqual({ passphrase: 'b' });
    expect(without({ passphrase: 'a', again: 'b' }, 'again')).toEqual({ passphrase: 'a' });
  });

  test('a passphrase keeps the spaces that were typed, a name does not', () => {
    const state = new FormState(element().host);
    state.type('passphrase', ' two words ');
    expect([state.raw('passphrase'), state.text('passphrase')]).toEqual([' two words ', 'two words']);
  });

  test('a form that is left or done keeps no secret, only what stood there at first', () => {
    const state = new FormState(element().host, { deviceName: 'Mac' });
    state.type('passphrase', 'copper window tallow brisk');
    state.hostDisconnected();
    expect(state.typed).toEqual({ deviceName: 'Mac' });
    state.type('passphrase', 'copper window tallow brisk');
    state.clear();
    expect(state.typed).toEqual({ deviceName: 'Mac' });
  });
});

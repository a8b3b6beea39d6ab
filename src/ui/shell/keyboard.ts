/**
 * The keyboard map: one listener for the page, and a controller by which an element says which keys it answers while it
 * is shown. Keys never act while a person types in a field, and never with a modifier (those belong to the browser).
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A key, or two in a row ('g p'), as the person types them. */
export interface KeyAct {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Who may not do it is neither told of the key nor answered by it. Always, where left out. */
  readonly when?: () => boolean;
}

const shown = new Set<Keys>();
const chordMs = 1200; // long enough to find the second letter, short enough to forget the first

/** What is bound now, newest element first: what the `?` list shows. */
export function boundKeys(): readonly KeyAct[] {
  const seen = new Set<string>();
  return [...shown]
    .reverse()
    .flatMap((keys) => keys.acts)
    .filter((act) => act.when?.() !== false && !seen.has(act.keys) && seen.add(act.keys));
}

export class Keys implements ReactiveController {
  readonly acts: readonly KeyAct[];

  constructor(host: ReactiveControllerHost, acts: readonly KeyAct[]) {
    this.acts = acts;
    host.addController(this);
  }

  hostConnected(): void {
    shown.add(this);
  }

  hostDisconnected(): void {
    shown.delete(this);
  }
}

/** Called once, by the frame of the application. */
export function listenForKeys(target: EventTarget): void {
  let first = '';
  let firstAt = 0;
  target.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || isTyping(event)) return;
    const chord = event.timeStamp - firstAt < chordMs ? `${first} ${event.key}` : undefined;
    const acts = boundKeys();
    const act =
      acts.find((candidate) => candidate.keys === chord) ?? acts.find((candidate) => candidate.keys === event.key);
    first = event.key;
    firstAt = event.timeStamp;
    if (act === undefined) return;
    event.preventDefault();
    first = '';
    act.run();
  });
}

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (event.key === 'Escape') return false;
  const isToggle = target instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(target.type);
  return !isToggle && (target.matches('input, textarea, select, [contenteditable]') || target.role === 'combobox');
}

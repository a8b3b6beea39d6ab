/** Hands the opened practice to the frame: every way through the door ends here. */
import type { Session } from '../../app/session.ts';

export interface Opened {
  readonly session: Session;
  /** Of the person at work, so that after locking it is asked for their passphrase again. Undefined: the only one. */
  readonly vault: string | undefined;
}

declare global {
  interface HTMLElementEventMap {
    'pc-opened': CustomEvent<Opened>;
    /** Back to where this way through the door began. */
    'pc-back': CustomEvent;
  }
}

export function opened(from: HTMLElement, session: Session, vault?: string): void {
  const detail: Opened = { session, vault };
  from.dispatchEvent(new CustomEvent('pc-opened', { detail, bubbles: true, composed: true }));
}

export function back(from: HTMLElement): void {
  from.dispatchEvent(new CustomEvent('pc-back', { bubbles: true, composed: true }));
}

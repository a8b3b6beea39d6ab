/** Hands the opened practice to the frame: every way through the door ends here. */
import type { Session } from '../../app/session.ts';

declare global {
  interface HTMLElementEventMap {
    'pc-opened': CustomEvent<Session>;
    /** Back to where this way through the door began. */
    'pc-back': CustomEvent;
  }
}

export function opened(from: HTMLElement, session: Session): void {
  from.dispatchEvent(new CustomEvent('pc-opened', { detail: session, bubbles: true, composed: true }));
}

export function back(from: HTMLElement): void {
  from.dispatchEvent(new CustomEvent('pc-back', { bubbles: true, composed: true }));
}

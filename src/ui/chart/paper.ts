/**
 * The margins of printed pages while a sheet is shown: who the patient is, what the sheet is, page x of y, who printed it when. Margin
 * boxes stand in no element, so the rule is made here and taken away with its host; a browser that knows none of them prints the
 * sheet's own head and foot alone.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface Margins {
  /** Name and birth date. */
  readonly patient: string;
  readonly title: string;
  /** When, by whom, of which practice. */
  readonly printed: string;
}

export class Paper implements ReactiveController {
  readonly #margins: () => Margins | undefined;
  readonly #sheet = new CSSStyleSheet();

  constructor(host: ReactiveControllerHost, margins: () => Margins | undefined) {
    this.#margins = margins;
    host.addController(this);
  }

  hostConnected(): void {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  hostDisconnected(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }

  hostUpdated(): void {
    const margins = this.#margins();
    this.#sheet.replaceSync(margins === undefined ? '' : pageRule(margins));
  }
}

/** No size: the person's paper is theirs to choose. */
export function pageRule({ patient, title, printed }: Margins): string {
  const box = (place: string, content: string) =>
    `@${place} { content: ${content}; font: 9pt system-ui, sans-serif; color: #333; white-space: pre; }`;
  return `@page {
    margin: 20mm 15mm 18mm;
    ${box('top-left', cssText(patient))}
    ${box('top-right', cssText(title))}
    ${box('bottom-left', cssText(printed))}
    ${box('bottom-right', '"Page " counter(page) " of " counter(pages)')}
  }`;
}

/** A CSS string: whatever somebody is called ends neither the string nor the rule. */
function cssText(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N} ,.:·-]/gu, (char) => `\\${(char.codePointAt(0) ?? 0).toString(16)} `)}"`;
}

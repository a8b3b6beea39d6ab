/** The field for all 24 words at once, which counts them while they are typed; and the failure that names the word. */
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import { count } from '../shell/format.ts';
import { typedValue } from '../shell/fields.ts';
import { recoveryWordCount, wordsTyped } from './recovery-words.ts';
import { doorTrouble, type DoorFailure } from './words.ts';

export function recoveryField(options: {
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}): TemplateResult {
  const words = wordsTyped(options.value).length;
  const progress =
    words === 0
      ? 'Capitals, line breaks and numbers between the words do not matter.'
      : `${count(words, 'word')} of 24`;
  return html`<wa-textarea
    name="phrase"
    label="Recovery phrase (24 words)"
    rows="4"
    autocomplete="off"
    autocapitalize="off"
    spellcheck="false"
    resize="auto"
    class=${options.error === undefined ? '' : 'wrong'}
    .value=${live(options.value)}
    .hint=${options.error ?? progress}
    @input=${(event: Event) => options.onInput(typedValue(event))}
  ></wa-textarea>`;
}

/** What is wrong with the phrase itself, for its field; undefined when the failure is another. */
export function phraseError(phrase: string, reason: DoorFailure, detail: string | undefined): string | undefined {
  const words = wordsTyped(phrase);
  switch (reason) {
    case 'unknown-word': {
      const place = Number(detail);
      const word = words[place - 1];
      if (word === undefined) return inOneLine(reason);
      return `Word ${String(place)}, “${word}”, is not a word of a recovery phrase. Compare it with the sheet.`;
    }
    case 'wrong-length': {
      const more = recoveryWordCount - words.length;
      return more > 0
        ? `${count(more, 'word')} missing: there are 24.`
        : `${count(-more, 'word')} too many: there are 24.`;
    }
    case 'bad-checksum':
    case 'wrong-recovery-phrase':
      return inOneLine(reason);
    default:
      return undefined;
  }
}

function inOneLine(reason: DoorFailure): string {
  return `${doorTrouble[reason].happened} ${doorTrouble[reason].todo}`;
}

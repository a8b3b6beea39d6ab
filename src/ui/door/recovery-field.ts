/** The field for all 24 words at once, which counts them while they are typed; and the failure that names the word. */
import type { TemplateResult } from 'lit';
import type { UnlockFailure } from '../../app/door/door-acts.ts';
import type { FormState, Texts } from '../shell/form-state.ts';
import { count } from '../shell/format.ts';
import type { Trouble } from '../shell/words.ts';
import { recoveryWordCount, wordsTyped } from './recovery-words.ts';
import { doorTrouble } from './words.ts';

/** Named `phrase`. */
export function recoveryField(state: FormState): TemplateResult {
  const words = wordsTyped(state.raw('phrase')).length;
  const progress =
    words === 0
      ? 'Capitals, line breaks and numbers between the words do not matter.'
      : `${count(words, 'word')} of ${String(recoveryWordCount)}`;
  return state.area('phrase', `Recovery phrase (${String(recoveryWordCount)} words)`, {
    rows: 4,
    verbatim: true,
    hint: progress,
  });
}

export const noPhrase: Texts = { phrase: 'Type the 24 words.' };

/** Puts a failure where it belongs: at the phrase when the phrase is to blame, else below the form in the words of its table. */
export function blamePhraseOrForm<Reason extends string>(
  state: FormState,
  failure: { readonly reason: Reason; readonly detail?: string | undefined },
  words: Readonly<Record<Reason, Trouble>>,
): void {
  const error = phraseError(state.raw('phrase'), failure.reason, failure.detail);
  if (error === undefined) state.trouble = words[failure.reason];
  else state.wrong = { phrase: error };
}

/** What is wrong with the phrase itself, for its field; undefined when the failure is another. */
export function phraseError(phrase: string, reason: string, detail: string | undefined): string | undefined {
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

function inOneLine(reason: UnlockFailure): string {
  return `${doorTrouble[reason].happened} ${doorTrouble[reason].todo}`;
}

/** `<pc-help-page>`: in plain words what Peerchart promises and what it does not, and what to do when something is lost. */
import { LitElement, css, html } from 'lit';
import '../shell/page-header.ts';
import { base, page } from '../shell/styles.ts';

interface Answer {
  readonly question: string;
  readonly answer: string;
}

interface Topic {
  readonly heading: string;
  readonly answers: readonly Answer[];
}

const topics: readonly Topic[] = [
  {
    heading: 'What is promised',
    answers: [
      {
        question: 'Only you and those you share with read a chart.',
        answer:
          'Charts are sealed in this browser and on their way. The relay, your network and the host of this page pass on or keep sealed data at most. A practice that may read one part of a chart gets that part and the patient’s identity, and nothing else.',
      },
      {
        question: 'It works without network.',
        answer:
          'After the first visit the page opens and saves without any connection. Changes go to peers when both are online.',
      },
      {
        question: 'Nothing anybody wrote is lost or made up when two change the same chart.',
        answer:
          'What does not touch is put together. What does is shown side by side with author and time until someone chooses. No value appears that nobody wrote.',
      },
      {
        question: '“Saved here” means it is on this computer’s disk.',
        answer: 'It stays after a crash or a power cut. Who else holds it is said on each chart.',
      },
    ],
  },
  {
    heading: 'What is not promised',
    answers: [
      {
        question: 'What someone has read can’t be taken back.',
        answer:
          'After you stop sharing, a practice can read nothing new, and what it writes enters no chart. What it had received it may have kept or copied.',
      },
      {
        question: 'Who talks to whom is not hidden.',
        answer: 'A relay sees which computers meet, when, and how much they send. It does not see what.',
      },
      {
        question: 'An unlocked computer is open.',
        answer:
          'Whoever sits at it reads what you read. Lock it when you leave; it locks by itself after the time in Settings. Programs that control this computer or this browser can read what is on the screen.',
      },
      {
        question: 'The host of this page decides which program you run.',
        answer: 'Use one that you run yourself or trust. A new version waits until you start it.',
      },
    ],
  },
  {
    heading: 'People and devices',
    answers: [
      {
        question: 'A colleague at the same computer.',
        answer:
          'Under “People”, an administrator adds a person here; they type a passphrase of their own. What they write carries their name. “Switch person” locks and asks who works next.',
      },
      {
        question: 'Another computer or a telephone.',
        answer:
          'Under “People”, an administrator adds a device, and opens the invitation on it. Both screens then show six digits; only if they are the same is it let in. It holds every chart.',
      },
      {
        question: 'A device is lost or stolen, or somebody leaves.',
        answer:
          'Remove the device under “People”. It can read nothing written from then on and nothing it writes enters a chart. What it had received may stay readable on it for whoever knows its passphrase. Its notes stay signed by its person.',
      },
      {
        question: 'Roles limit what somebody writes, not what they read.',
        answer: 'Every device of a practice holds the keys of its charts, whatever the role of its person.',
      },
    ],
  },
  {
    heading: 'When something is lost',
    answers: [
      {
        question: 'The passphrase is forgotten.',
        answer: 'On the locked page choose “Forgot the passphrase?” and type the 24 words of the recovery phrase.',
      },
      {
        question: 'The computer is lost or the browser’s data was cleared.',
        answer:
          'Open Peerchart on another computer and choose “Recover with the 24 words”. The charts come from your backup file, from another computer of your practice, or from a practice you shared them with. Then remove the lost computer under “People”.',
      },
      {
        question: 'The recovery phrase is lost, the passphrase is known.',
        answer:
          'The charts stay open to you on this computer, but no backup of this practice can be opened any more. Export the charts you must not lose.',
      },
      {
        question: 'Both are lost.',
        answer: 'Then nobody can open the charts here. Peers still hold what you shared with them.',
      },
    ],
  },
  {
    heading: 'Words',
    answers: [
      {
        question: 'Peer',
        answer: 'A practice you have connected with. It reads nothing of yours until you share a chart with it.',
      },
      {
        question: 'Safety phrase',
        answer:
          'Words that both practices see after connecting. The same words, read aloud by telephone, prove that nobody stands between you.',
      },
      {
        question: 'Keeps this chart',
        answer:
          'The practice that made a chart keeps it and decides who may read it, until it hands the chart over to another. A chart you received names its keeper.',
      },
      {
        question: 'Set aside for review',
        answer:
          'What a practice, or a device that was removed, wrote after its right had ended. It is in no chart until an administrator of the practice that keeps the chart looks at what it would change and admits it.',
      },
    ],
  },
];

export class HelpPage extends LitElement {
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
      }
      :host {
        max-inline-size: calc(var(--pc-reading-width) + 4rem);
      }
      dl {
        display: grid;
        gap: var(--wa-space-s);
        margin-block-start: var(--wa-space-xs);
      }
      dt {
        font-weight: var(--wa-font-weight-bold);
      }
    `,
  ];

  override render() {
    return html`<pc-page-header heading="About and help">
        Press ? on any page for its keys.
        <a slot="back" href="#/settings">Settings</a>
      </pc-page-header>
      <p>
        Peerchart keeps patient charts in this browser and shares the ones you choose directly with other practices.
        There is no account and no server that holds them.
      </p>
      ${topics.map(
        ({ heading, answers }) =>
          html`<section>
            <h2>${heading}</h2>
            <dl>
              ${answers.map(
                ({ question, answer }) =>
                  html`<div>
                    <dt>${question}</dt>
                    <dd>${answer}</dd>
                  </div>`,
              )}
            </dl>
          </section>`,
      )}`;
  }
}

customElements.define('pc-help-page', HelpPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-help-page': HelpPage;
  }
}

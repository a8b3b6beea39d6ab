/**
 * Notes in the simulated world (AM-6): somebody begins one in the first chart and shares it, then all who may write in it type at
 * the same moment, twice, and somebody signs it while the others go on typing. In the end every letter that was told as saved
 * is in the text, once, on every replica, and what was signed is what everybody shows as signed.
 */
import type { ChartId } from '../../src/base/ids.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import { beginNote, signNote } from '../../src/clinical/edits/note.ts';
import type { Act as Written, EditOutcome } from '../../src/clinical/edits/edit.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import { noteEntries } from '../../src/clinical/views/notes.ts';
import { canary } from './canary.ts';
import { name, why, working, type Act, type Dice } from './choosing.ts';
import { custodianOf, keepsItsPlace, violated, type Replica } from './invariants.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';
import { opened } from './writing.ts';

export const sectionOfNotes = 'documents';
const key = 'DocumentReference/note';
/** Time enough for the first words to come everywhere, and for each round. */
const roundsMs = [12_000, 24_000, 36_000] as const;

/** Letters that a person typed into the note and was told are saved. */
export interface TypedWord {
  readonly by: Machine;
  readonly device: NonNullable<Machine['device']>;
  readonly chart: ChartId;
  readonly word: string;
}

export const note: Act = async (world, dice) => {
  const chart = world.charts[0];
  if (chart === undefined) return;
  const custodian = working(world).find(({ session }) => session?.charts.some(({ id, own }) => own && id === chart));
  if (custodian?.session === undefined) return;
  for (const other of new Set(world.machines.map(({ practiceId }) => practiceId)))
    if (other !== undefined && other !== custodian.practiceId)
      await custodian.session.share(chart, other, [sectionOfNotes], 'write');
  await opened(world, custodian, chart, async (open) => {
    await save(world, custodian, open, 'begins', beginNote(actOn(world, open), { title: 'Visit' }, `${canary} note:`));
  });
  for (const [round, ms] of roundsMs.entries())
    world.later(ms, () => typeAtOnce(world, chart, round === roundsMs.length - 1 ? dice : undefined));
};

/** Nobody has heard yet what the others type. `signing`: one of them signs instead. */
async function typeAtOnce(world: World, chart: ChartId, signing: Dice | undefined): Promise<void> {
  const people = working(world);
  const signer = signing?.of(people);
  await Promise.all(
    people.map((machine) =>
      opened(world, machine, chart, (open) =>
        machine === signer ? sign(world, machine, open) : type(world, machine, open),
      ),
    ),
  );
}

async function type(world: World, machine: Machine, open: OpenChart): Promise<void> {
  const { device } = machine;
  const from = open.sections.get(sectionOfNotes)?.resources.get(key)?.text;
  if (from === undefined || from.isClosed || !mayWrite(open) || device === undefined) return;
  const word = `<${machine.name} ${world.typed.length}-${world.log.length}>`;
  const done = await open.edit(sectionOfNotes, [{ kind: 'type', key, from, to: `${from.words} ${word}` }]);
  world.note(`${machine.name} types ${word} in ${name(world, open.id)} ${why(done)}`);
  if (!done.ok) return;
  world.typed.push({ by: machine, device, chart: open.id, word });
  world.tally.typed += 1;
}

async function sign(world: World, machine: Machine, open: OpenChart): Promise<void> {
  const act = actOn(world, open);
  const resource = act.record.get(key);
  const text = open.sections.get(sectionOfNotes)?.resources.get(key)?.text;
  if (resource === undefined || text === undefined || text.isClosed || !mayWrite(open)) return;
  if (await save(world, machine, open, 'signs', signNote(act, resource, text.words))) world.tally.signedNotes += 1;
}

async function save(
  world: World,
  machine: Machine,
  open: OpenChart,
  does: string,
  outcome: EditOutcome,
): Promise<boolean> {
  if (outcome.kind !== 'edits') throw new Error(`a note cannot be written: ${JSON.stringify(outcome)}`);
  const done = await open.edit(outcome.section, outcome.edits);
  world.note(`${machine.name} ${does} the note in ${name(world, open.id)} ${why(done)}`);
  return done.ok;
}

const mayWrite = (open: OpenChart): boolean => open.sections.get(sectionOfNotes)?.canWrite === true;

function actOn(world: World, open: OpenChart): Written {
  const record = new ChartRecord(open.sections);
  const now = new Date(world.timeline.nowMs).toISOString();
  return { id: 'note', now, patientKey: 'Patient/patient', authorName: 'somebody', record };
}

/** DUR and CONV of letters: none that was saved is lost or there twice; and what counts as signed is in nobody's words changed. */
export function checkNotes(world: World, chart: ChartId, replicas: readonly Replica[]): void {
  const reference = custodianOf(replicas);
  const document = reference?.keepers.get(sectionOfNotes)?.document;
  const resource = document?.resources().get(key);
  if (reference === undefined || document === undefined || resource?.text === undefined) return;
  const { words } = resource.text;
  const typed = world.typed.filter((one) => one.chart === chart);
  for (const { by, device, word } of typed) {
    const times = words.split(word).length - 1;
    if (times > 1) violated('CONV', `${word} was typed once and is there ${times} times: ${words}`);
    if (times < 1 && keepsItsPlace(world, reference, by, device))
      violated('DUR', `${word} of ${by.name} was saved and is not at ${reference.machine.name}: ${words}`);
  }
  const authors = new Set(typed.filter(({ word }) => words.includes(word)).map(({ by }) => by));
  if (authors.size > 1) world.tally.notesTogether += 1;
  const [entry] = noteEntries(new ChartRecord(new Map([[sectionOfNotes, { resources: document.resources() }]])));
  // Signed are the words somebody saw, so each of them is still among those that were typed.
  const signed = entry?.state === 'signed' ? entry.text : '';
  for (const word of signed.match(/<[^>]*>/g) ?? [])
    if (!words.includes(word)) violated('AUTH', `${word} was signed and never typed: ${words}`);
}

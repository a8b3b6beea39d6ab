/**
 * People and devices of one practice in three real browsers over the real relay, through the screen alone: a tablet joins by short
 * text, a nurse is held to her role, a second person works at the desk, the tablet is removed, and a new machine gets the practice back
 * by the 24 words. One story: each part goes on where the one before it ended.
 */
import { describe, expect, test } from 'vitest';
import { strayRequests } from '../support/profiles.ts';
import { ChartActs } from './support/chart-acts.ts';
import { PeopleActs } from './support/people-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

const clinicName = 'Hill Street Clinic';
const peerName = 'Lung Practice North';
const colleague = { name: 'Bo Maas', passphrase: 'lantern gravel thimble orchard bo' };

describe('one practice on several devices', () => {
  let story: Story;
  let desk: PracticePage;
  let tablet: PracticePage;
  let peer: PracticePage;
  let atDesk: ChartActs;
  let onTablet: ChartActs;
  let atPeer: ChartActs;
  let deskPeople: PeopleActs;
  let tabletPeople: PeopleActs;

  tellStory('devices', async (told) => {
    story = told;
    desk = await told.open('desk', clinicName, 'Dr Ada Hill');
    tablet = await told.open('tablet', clinicName, 'Nora Brandt');
    peer = await told.open('peer', peerName, 'Dr Noor Berg');
    atDesk = new ChartActs(desk);
    onTablet = new ChartActs(tablet);
    atPeer = new ChartActs(peer);
    deskPeople = new PeopleActs(desk);
    tabletPeople = new PeopleActs(tablet);
  });

  test('a practice begins at one desk, with a patient, shared with a peer', async () => {
    await desk.makePractice();
    await desk.importFiles([story.patientFile]);
    await peer.makePractice();
    await peer.accept(await desk.invite('link'));
    await atDesk.open('Quellmalz');
    await atDesk.add('Problems', 'Add a problem', { Problem: 'Asthma', Began: '2019-05' }, 'Add problem');
    await atDesk.share({ with: peerName, right: 'Read and write' });
    await atPeer.open('Quellmalz');
  });

  test('[ID-3] a tablet joins by short text once both screens showed the same six digits, and holds the charts', async () => {
    const invitation = await deskPeople.inviteDevice('Nurse', 'short text');
    const shown = await tabletPeople.askToJoin(invitation, 'Tablet');
    expect(await deskPeople.digitsAsked('Nora Brandt’s Tablet')).toBe(shown);
    await deskPeople.sameDigits('Nora Brandt’s Tablet');
    await tablet.atWork();
    await onTablet.open('Quellmalz');
    await tablet.sees('Kettlewell-syndrome');
  });

  test('[ID-4] the nurse charts what her role may write, and is offered nothing else', async () => {
    await onTablet.add('Vitals', 'Add vital signs', { Systolic: '128', Diastolic: '82' }, 'Save vital signs');
    await onTablet.turnTo('Problems');
    await tablet.sees('Asthma');
    expect(await tablet.button('Add a problem').count()).toBe(0);
    await tablet.go('#/people');
    await tablet.sees('Only an administrator may change this list: ask Dr Ada Hill.');
    expect(await tablet.page.getByRole('link', { name: 'Add a device' }).count()).toBe(0);
  });

  test('[ID-5] what either device writes appears on the other, under the name of who wrote it', async () => {
    await atDesk.open('Quellmalz');
    await atDesk.turnTo('Vitals');
    await desk.sees(/128\D{1,3}82/);
    await atDesk.add(
      'Medications',
      'Add a medication',
      { Medication: 'Salbutamol inhaler', Dose: '100', Unit: 'microgram', 'How often': 'every 6 hours' },
      'Add medication',
    );
    await onTablet.open('Quellmalz');
    await onTablet.turnTo('Medications');
    await onTablet.row('Salbutamol inhaler').waitFor();
    await onTablet.changeDose('Salbutamol inhaler', '200', 'microgram');
    await atDesk.openRow('Medications', 'Salbutamol inhaler');
    await desk.sees(/200 microgram/);
    await desk.sees(/Nora Brandt/);
  });

  test('[ID-6] a second person works at the desk with a passphrase and a name of their own', async () => {
    await deskPeople.addPersonHere(colleague, 'Clinician', 'BM');
    await deskPeople.switchPerson('BM', colleague.passphrase);
    await atDesk.open('Quellmalz');
    await atDesk.turnTo('Medications');
    await desk.sees(/200 microgram/);
    await atDesk.add('Notes', 'Write a note', { Title: 'Phone call', Note: 'Sleeps better.' }, 'Keep as draft');
    await deskPeople.switchPerson('AH', desk.words.passphrase);
    await atDesk.open('Quellmalz');
    await atDesk.turnTo('Notes');
    await desk.sees('Phone call');
    await desk.page.locator('pc-provenance').filter({ hasText: 'Last written by Bo Maas' }).waitFor();
    await onTablet.turnTo('Notes');
    await tablet.sees('Phone call');
  });

  test('[CH-3] a removed tablet reads nothing newer, is told so, and what was written on it stays its person’s', async () => {
    const said = await deskPeople.remove('Nora Brandt', 'Tablet');
    expect(said).toContain('Nora Brandt’s Tablet can read nothing written from now on, in 1 chart');
    expect(said).toContain('can’t be undone');
    await tablet.sees(`${clinicName} has removed this device.`);
    await atDesk.open('Quellmalz');
    await atDesk.changeDose('Salbutamol inhaler', '300', 'microgram');
    await atPeer.turnTo('Medications');
    await peer.sees(/300 microgram/);
    await onTablet.open('Quellmalz');
    await onTablet.turnTo('Medications');
    await tablet.sees(/200 microgram/);
    await tablet.seesNoMore(/300 microgram/);
    expect(await tablet.button('Add a medication').count()).toBe(0);
    await atDesk.openRow('Vitals', 'Blood pressure');
    await desk.sees(/Nora Brandt/);
  });
  test('[ID-3] a colleague who is removed can’t sign in at the desk any more, and their note keeps their name', async () => {
    const said = await deskPeople.remove(colleague.name, 'Linux computer');
    expect(said).toContain('Bo Maas can no longer sign in at this browser');
    await atDesk.open('Quellmalz');
    await atDesk.turnTo('Notes');
    await desk.sees('Phone call');
    await desk.sees(/Bo Maas/);
    await desk.lock();
    expect(await desk.button('BM').count()).toBe(0);
    await desk.unlock();
  });

  test('[ID-1] a new machine gets the practice back by the 24 words, from the peer that holds its chart', async () => {
    const invitation = await peer.invite('link');
    await desk.closeAndOpenFresh();
    await deskPeople.recoverFrom(invitation, desk.recoveryPhrase, 'New desk');
    await desk.sees('1 chart came back');
    await desk.button('Open the practice').click();
    await desk.atWork();
    await atDesk.open('Quellmalz');
    await atDesk.turnTo('Medications');
    await desk.sees(/300 microgram/);
    await atDesk.changeDose('Salbutamol inhaler', '400', 'microgram');
    await atPeer.open('Quellmalz');
    await atPeer.turnTo('Medications');
    await peer.sees(/400 microgram/);
  });

  test('nothing but the page and its relay was asked, and no page said an error', () => {
    for (const { profile, errors, requests } of [desk, tablet, peer]) {
      expect(strayRequests([...requests, ...profile.requests], story.servers.origins)).toEqual([]);
      expect([...errors, ...profile.errors]).toEqual([]);
    }
  });
});

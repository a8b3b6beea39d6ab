/**
 * What a reader must know of a part of the chart before trusting its lists: that sharing ended, that something could not be
 * read, that work was set aside or exists in two versions. Each says it once, quietly, with where to go.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import '../shell/callout.ts';
import { count, listInWords } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { mustGetSection, type ChartView } from './chart-view.ts';
import { unreadableWords } from './list-words.ts';
import { hiddenInWords, hiddenParts } from './merge-words.ts';
import { entriesOf } from './review-selection.ts';
import { personWords, practiceWords } from './review-words.ts';

export function renderSectionNotices(view: ChartView, section: ChartSection): TemplateResult {
  const { state, notYetReadable } = mustGetSection(view, section);
  return html`${
    state === 'ended'
      ? html`<pc-callout tone="neutral" icon="stop"
          >Sharing has ended. This is what was received until then; it is no longer kept up to date.</pc-callout
        >`
      : nothing
  }
  ${
    state === 'damaged'
      ? html`<pc-callout tone="danger"
          >Part of this page could not be read from the storage of this browser. What follows may be incomplete.
          ${diagnosticsLink}</pc-callout
        >`
      : nothing
  }
  ${
    notYetReadable.length === 0
      ? nothing
      : html`<pc-callout tone="warning"
          >${unreadableWords(view, mustGetSection(view, section))} What follows is incomplete.
          ${diagnosticsLink}</pc-callout
        >`
  }
  ${
    hiddenParts(view, section).length === 0 || state === 'not-shared'
      ? nothing
      : html`<pc-callout tone="warning" icon="lock"
          >${hiddenInWords(view, section)} What follows is the rest.</pc-callout
        >`
  }
  ${renderAside(view, section)} ${renderForks(view, section)}`;
}

const diagnosticsLink = html`<a href="#/diagnostics">Diagnostics</a>`;

function renderAside(view: ChartView, section: ChartSection) {
  const rows = view.chart.setAside.filter((row) => row.section === section && !row.hidden && row.reason !== 'fork');
  if (rows.length === 0) return nothing;
  const total = entriesOf(rows);
  const who = listInWords([...new Set(rows.map((row) => practiceWords(view.session, row)))]);
  return html`<pc-callout tone="neutral" icon="inbox"
    >${count(total, 'change')} by ${who} ${total === 1 ? 'is' : 'are'} set aside and not in this list.
    <a href=${chartAddress(view.chart.id, 'set-aside')}>Review ${total === 1 ? 'it' : 'them'}</a></pc-callout
  >`;
}

function renderForks(view: ChartView, section: ChartSection) {
  const forks = view.chart.forks.filter((fork) => fork.section === section && !fork.settled);
  if (forks.length === 0) return nothing;
  const who = listInWords([...new Set(forks.map((fork) => personWords(fork) || 'somebody unknown'))]);
  return html`<pc-callout tone="neutral" icon="alert"
    >A device of ${who} wrote two versions of the same work here. One of them stands, nobody has chosen yet.
    <a href=${chartAddress(view.chart.id, 'set-aside')}>Compare them</a></pc-callout
  >`;
}

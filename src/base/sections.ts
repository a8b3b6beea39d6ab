/** The units of sharing: one Automerge document of a chart each. Order is the order on screen. */

export const chartSections = [
  'identity',
  'demographics',
  'allergies',
  'medications',
  'problems',
  'vitals',
  'results',
  'immunizations',
  'encounters',
  'documents',
  'administrative',
] as const;

/** What belongs to no chart: sections of the practice book, which only the practice reads. */
export const bookSections = ['schedule', 'work', 'templates', 'settings', 'audit'] as const;

export type ChartSection = (typeof chartSections)[number];
export type BookSection = (typeof bookSections)[number];
export type Section = ChartSection | BookSection;

const names: ReadonlySet<string> = new Set<string>([...chartSections, ...bookSections]);

/** A section of a chart, not of the practice book. */
export function isChartSection(section: Section): section is ChartSection {
  return (chartSections as readonly Section[]).includes(section);
}

export function isSection(text: string): text is Section {
  return names.has(text);
}

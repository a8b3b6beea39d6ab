/** Kinds of notes as LOINC names them (document ontology), and the words a practice may begin one with. */

export interface NoteKind {
  /** LOINC. */
  readonly code: string;
  readonly name: string;
}

export const noteKinds: readonly NoteKind[] = [
  { code: '11506-3', name: 'Progress note' },
  { code: '34117-2', name: 'History and physical' },
  { code: '34748-4', name: 'Telephone call' },
  { code: '11488-4', name: 'Consultation' },
  { code: '28570-0', name: 'Procedure note' },
  { code: '57133-1', name: 'Referral' },
  { code: '51852-2', name: 'Letter' },
  { code: '18842-5', name: 'Discharge summary' },
  { code: '34109-9', name: 'Other note' },
];

export const usualNoteKind = '11506-3';

export interface NoteTemplate {
  readonly name: string;
  /** LOINC, of `noteKinds`. */
  readonly kind: string;
  readonly text: string;
}

/** Offered until a practice has templates of its own, and to begin one with. */
export const startingTemplates: readonly NoteTemplate[] = [
  { name: 'SOAP', kind: '11506-3', text: 'Subjective:\n\n\nObjective:\n\n\nAssessment:\n\n\nPlan:\n' },
  { name: 'Telephone call', kind: '34748-4', text: 'Caller:\nReason:\n\nAdvice given:\n\nWhen to call again:\n' },
  {
    name: 'Well-child visit',
    kind: '11506-3',
    text: 'Concerns of the parents:\n\nFeeding and sleep:\n\nDevelopment:\n\nExamination:\n\nImmunizations given:\n\nNext visit:\n',
  },
  { name: 'Letter', kind: '51852-2', text: 'Dear colleague,\n\n\n\nWith kind regards\n' },
];

/** A row of the list of patients as a chart of one's own has it that is read by nobody else and asks for nothing; of whom, says whoever makes it. */
import type { IndexedChart } from '../../src/app/patients/chart-index.ts';

type Whose = Pick<IndexedChart, 'id' | 'name' | 'patientKey' | 'custodian'>;

export function listedChart(whose: Whose & Partial<IndexedChart>): IndexedChart {
  return {
    v: 1,
    deceased: false,
    own: true,
    sharedWith: [],
    everShared: [],
    access: 'own',
    conflictsBySection: {},
    setAsideBySection: {},
    unsettledConflicts: 0,
    setAside: 0,
    heldElsewhere: false,
    ...whose,
  };
}

/**
 * Classes of ingredients: which cross-react in allergy, which are the same therapy twice, and which the listed pairs are made of. Each
 * row names its source; an ingredient without a class is only compared with itself. docs/clinical-sources.md
 *
 * "EPC": the FDA's Established Pharmacologic Class, as the label of each member states it. "Label": United States prescribing
 * information (DailyMed). Both are public. "Phansalkar": Phansalkar S et al., High-priority drug–drug interactions for use in
 * electronic health records, J Am Med Inform Assoc 2012;19:735–743, Table 2.
 */

type ClassUse =
  /** An allergy to one member speaks against every other. */
  | 'allergy'
  /** Two members at once are one therapy twice. */
  | 'duplicate'
  /** One side of a listed pair. */
  | 'pair';

export interface DrugClass {
  readonly id: string;
  readonly label: string;
  readonly uses: readonly ClassUse[];
  readonly source: string;
  readonly members: readonly string[];
  /** How an allergy to the whole class is written. */
  readonly names?: readonly string[];
  /** Cross-reaction is possible rather than likely: amber, not red. */
  readonly broad?: true;
}

const list = (text: string): readonly string[] => text.split(', ');

const drugClasses: readonly DrugClass[] = [
  {
    id: 'penicillins',
    label: 'penicillins',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Penicillin-class Antibacterial; label of amoxicillin, 4 Contraindications',
    members: list(
      'amoxicillin, ampicillin, cloxacillin, dicloxacillin, flucloxacillin, nafcillin, oxacillin, penicillin g, penicillin v, piperacillin',
    ),
    names: list('penicillin, penicillins, penicillin structure'),
  },
  {
    id: 'beta-lactams',
    label: 'beta-lactam antibacterials',
    broad: true,
    uses: ['allergy'],
    source: 'Label of amoxicillin, 4 Contraindications: reactions to other β-lactams (penicillins and cephalosporins)',
    members: list(
      'amoxicillin, ampicillin, cloxacillin, dicloxacillin, flucloxacillin, nafcillin, oxacillin, penicillin g, penicillin v, piperacillin, cefaclor, cefadroxil, cefazolin, cefdinir, cefepime, cefixime, cefpodoxime, cefprozil, ceftazidime, ceftriaxone, cefuroxime, cephalexin',
    ),
    names: list('beta lactam, beta lactams, betalactam, penicillin, penicillins, cephalosporin, cephalosporins'),
  },
  {
    id: 'cephalosporins',
    label: 'cephalosporins',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Cephalosporin Antibacterial; label of cephalexin, 4 Contraindications',
    members: list(
      'cefaclor, cefadroxil, cefazolin, cefdinir, cefepime, cefixime, cefpodoxime, cefprozil, ceftazidime, ceftriaxone, cefuroxime, cephalexin',
    ),
    names: list('cephalosporin, cephalosporins'),
  },
  {
    id: 'sulfonamides',
    label: 'sulfonamide-derived drugs',
    broad: true,
    uses: ['allergy'],
    source:
      'Label of hydrochlorothiazide, Contraindications: other sulfonamide-derived drugs; label of celecoxib, 4 Contraindications: sulfonamides',
    members: list('celecoxib, sulfadiazine, sulfamethoxazole, sulfisoxazole, hydrochlorothiazide, chlorthalidone'),
    names: list('sulfonamide, sulfonamides, sulfa, sulpha, sulfa drugs, sulfonamide antibacterial'),
  },
  {
    id: 'macrolides',
    label: 'macrolides',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Macrolide Antimicrobial; label of azithromycin, 4.1: any macrolide or ketolide',
    members: list('azithromycin, clarithromycin, erythromycin, telithromycin'),
    names: list('macrolide, macrolides'),
  },
  {
    id: 'fluoroquinolones',
    label: 'fluoroquinolones',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Fluoroquinolone Antibacterial; label of ciprofloxacin, 4.1: any member of the quinolone class',
    members: list('ciprofloxacin, levofloxacin, moxifloxacin, norfloxacin, ofloxacin'),
    names: list('quinolone, quinolones, fluoroquinolone, fluoroquinolones'),
  },
  {
    id: 'tetracyclines',
    label: 'tetracyclines',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Tetracycline-class Drug; label of doxycycline, 4 Contraindications: any of the tetracyclines',
    members: list('doxycycline, minocycline, tetracycline'),
    names: list('tetracyclines'),
  },
  {
    id: 'aminoglycosides',
    label: 'aminoglycosides',
    uses: ['allergy'],
    source: 'EPC Aminoglycoside Antibacterial; label of gentamicin, Contraindications: cross-sensitivity in this class',
    members: list('amikacin, gentamicin, streptomycin, tobramycin'),
    names: list('aminoglycoside, aminoglycosides'),
  },
  {
    id: 'nsaids',
    label: 'NSAIDs',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Nonsteroidal Anti-inflammatory Drug; label of ibuprofen, 4 Contraindications: aspirin or other NSAIDs',
    members: list(
      'aspirin, celecoxib, diclofenac, etodolac, ibuprofen, indomethacin, ketoprofen, ketorolac, meloxicam, nabumetone, naproxen, piroxicam',
    ),
    names: list('nsaid, nsaids, anti inflammatory, salicylate, salicylates'),
  },
  {
    id: 'ace-inhibitors',
    label: 'ACE inhibitors',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Angiotensin Converting Enzyme Inhibitor; label of lisinopril, 4: angioedema with any ACE inhibitor',
    members: list('benazepril, captopril, enalapril, fosinopril, lisinopril, perindopril, quinapril, ramipril'),
    names: list('ace inhibitor, ace inhibitors'),
  },
  {
    id: 'barbiturates',
    label: 'barbiturates',
    uses: ['allergy'],
    source: 'EPC Barbiturate; label of phenobarbital, Contraindications: known barbiturate sensitivity',
    members: list('butalbital, phenobarbital, primidone'),
    names: list('barbiturate, barbiturates, barbituraten'),
  },
  {
    id: 'aromatic-anticonvulsants',
    label: 'aromatic anticonvulsants',
    uses: ['allergy'],
    source: 'Label of carbamazepine, 5 Warnings: cross-reactivity with phenytoin, phenobarbital and oxcarbazepine',
    members: list('carbamazepine, fosphenytoin, oxcarbazepine, phenobarbital, phenytoin, primidone'),
  },
  {
    id: 'amide-anesthetics',
    label: 'local anaesthetics of the amide type',
    uses: ['allergy'],
    source: 'EPC Amide Local Anesthetic; label of lidocaine, Contraindications',
    members: list('bupivacaine, lidocaine, mepivacaine, ropivacaine'),
  },
  {
    id: 'salicylates',
    label: 'salicylates',
    uses: ['allergy'],
    source: 'Label of mesalamine, 4 Contraindications: salicylates and aminosalicylates',
    members: list('aspirin, mesalamine'),
    names: list('salicylate, salicylates, aminosalicylate, aminosalicylates'),
  },
  {
    id: 'h2-blockers',
    label: 'H2 blockers',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Histamine-2 Receptor Antagonist; label of famotidine, 4: famotidine or other H2 receptor antagonists',
    members: list('famotidine, nizatidine, ranitidine'),
    names: list('h2 blocker, h2 blockers'),
  },
  {
    id: 'piperazine-antihistamines',
    label: 'cetirizine and hydroxyzine',
    uses: ['allergy'],
    source: 'Labels of cetirizine and hydroxyzine, Contraindications: each names the other',
    members: list('cetirizine, hydroxyzine'),
  },
  {
    id: 'antihistamines',
    label: 'H1 antihistamines',
    uses: ['duplicate'],
    source: 'EPC Histamine-1 Receptor Antagonist',
    members: list('cetirizine, chlorpheniramine, diphenhydramine, doxylamine, fexofenadine, hydroxyzine, loratadine'),
  },
  {
    id: 'nitrates',
    label: 'organic nitrates',
    uses: ['allergy'],
    source: 'EPC Nitrate Vasodilator; label of isosorbide mononitrate, Contraindications: other nitrates or nitrites',
    members: list('isosorbide, nitroglycerin'),
    names: list('nitrate, nitrates'),
  },
  {
    id: 'heparins',
    label: 'heparins',
    uses: ['allergy'],
    source: 'Label of enoxaparin, 4 Contraindications: enoxaparin, heparin or pork products',
    members: list('enoxaparin, heparin'),
    names: list('heparins, pork products'),
  },
  {
    id: 'acyclovirs',
    label: 'acyclovir and valacyclovir',
    uses: ['allergy'],
    source: 'Label of valacyclovir, 4 Contraindications: valacyclovir or acyclovir',
    members: list('acyclovir, valacyclovir'),
  },
  {
    id: 'amphetamine-products',
    label: 'amphetamine products',
    uses: ['allergy'],
    source: 'Label of lisdexamfetamine, 4 Contraindications: amphetamine products',
    members: list('amphetamine, dextroamphetamine, lisdexamfetamine, methamphetamine'),
    names: list('amphetamines'),
  },
  {
    id: 'methylphenidates',
    label: 'methylphenidate and dexmethylphenidate',
    uses: ['allergy'],
    source: 'Label of dexmethylphenidate, 4 Contraindications: methylphenidate',
    members: list('dexmethylphenidate, methylphenidate'),
  },
  {
    id: 'citaloprams',
    label: 'citalopram and escitalopram',
    uses: ['allergy'],
    source: 'Label of escitalopram, 4 Contraindications: escitalopram or citalopram',
    members: list('citalopram, escitalopram'),
  },
  {
    id: 'venlafaxines',
    label: 'venlafaxine and desvenlafaxine',
    uses: ['allergy'],
    source: 'Label of desvenlafaxine, 4 Contraindications: venlafaxine',
    members: list('desvenlafaxine, venlafaxine'),
  },
  {
    id: 'tricyclic-compounds',
    label: 'tricyclic compounds',
    broad: true,
    uses: ['allergy'],
    source:
      'Label of carbamazepine, Contraindications: tricyclic compounds such as amitriptyline; label of nortriptyline, Contraindications: other dibenzazepines',
    members: list(
      'amitriptyline, carbamazepine, clomipramine, desipramine, imipramine, nortriptyline, protriptyline, trimipramine',
    ),
    names: list('tricyclic, tricyclics'),
  },
  {
    id: 'phenothiazines',
    label: 'phenothiazines',
    uses: ['allergy'],
    source: 'EPC Phenothiazine; label of chlorpromazine, Contraindications: phenothiazines',
    members: list('chlorpromazine, thioridazine'),
    names: list('phenothiazine, phenothiazines'),
  },
  {
    id: 'aminoquinolines',
    label: '4-aminoquinolines',
    uses: ['allergy'],
    source: 'Label of hydroxychloroquine, 4 Contraindications: 4-aminoquinoline compounds',
    members: list('chloroquine, hydroxychloroquine'),
  },
  {
    id: 'loop-diuretics',
    label: 'loop diuretics',
    uses: ['duplicate'],
    source: 'EPC Loop Diuretic',
    members: list('bumetanide, furosemide, torsemide'),
  },
  {
    id: 'dihydropyridines',
    label: 'calcium channel blockers of the dihydropyridine type',
    uses: ['duplicate'],
    source: 'EPC Dihydropyridine Calcium Channel Blocker',
    members: list('amlodipine, felodipine, nifedipine'),
  },
  {
    id: 'sglt2-inhibitors',
    label: 'SGLT2 inhibitors',
    uses: ['duplicate'],
    source: 'EPC Sodium-Glucose Cotransporter 2 Inhibitor',
    members: list('dapagliflozin, empagliflozin'),
  },
  {
    id: 'pde5-inhibitors',
    label: 'PDE5 inhibitors',
    uses: ['duplicate'],
    source: 'EPC Phosphodiesterase 5 Inhibitor',
    members: list('sildenafil, tadalafil'),
  },
  {
    id: 'arbs',
    label: 'angiotensin receptor blockers',
    uses: ['duplicate'],
    source: 'EPC Angiotensin 2 Receptor Blocker',
    members: list('candesartan, irbesartan, losartan, olmesartan, telmisartan, valsartan'),
  },
  {
    id: 'statins',
    label: 'statins',
    uses: ['duplicate'],
    source: 'EPC HMG-CoA Reductase Inhibitor',
    members: list('atorvastatin, fluvastatin, lovastatin, pravastatin, rosuvastatin, simvastatin'),
  },
  {
    id: 'benzodiazepines',
    label: 'benzodiazepines',
    uses: ['allergy', 'duplicate'],
    source: 'EPC Benzodiazepine; label of alprazolam, 4 Contraindications: other benzodiazepines',
    members: list('alprazolam, clonazepam, diazepam, lorazepam, temazepam'),
    names: list('benzodiazepine, benzodiazepines'),
  },
  {
    id: 'opioids',
    label: 'opioids',
    broad: true,
    uses: ['allergy', 'duplicate'],
    source: 'EPC Opioid Agonist; label of tramadol, 4 Contraindications: hypersensitivity to opioids',
    members: list(
      'codeine, fentanyl, hydrocodone, hydromorphone, meperidine, methadone, morphine, oxycodone, tapentadol, tramadol',
    ),
    names: list('opioid, opioids, opiate, opiates, narcotic, narcotics'),
  },
  {
    id: 'beta-blockers',
    label: 'beta blockers',
    uses: ['duplicate'],
    source: 'EPC beta-Adrenergic Blocker',
    members: list('atenolol, bisoprolol, carvedilol, labetalol, metoprolol, nebivolol, propranolol, sotalol'),
  },
  {
    id: 'anticoagulants',
    label: 'anticoagulants',
    uses: ['duplicate'],
    source: 'EPC Vitamin K Antagonist, Factor Xa Inhibitor, Direct Thrombin Inhibitor, Low Molecular Weight Heparin',
    members: list('apixaban, dabigatran, edoxaban, enoxaparin, heparin, rivaroxaban, warfarin'),
  },
  {
    id: 'sulfonylureas',
    label: 'sulfonylureas',
    uses: ['duplicate'],
    source: 'EPC Sulfonylurea',
    members: list('glimepiride, glipizide, glyburide'),
  },
  {
    id: 'thiazides',
    label: 'thiazide diuretics',
    uses: ['duplicate'],
    source: 'EPC Thiazide Diuretic, Thiazide-like Diuretic',
    members: list('chlorthalidone, hydrochlorothiazide'),
  },
  {
    id: 'proton-pump-inhibitors',
    label: 'proton pump inhibitors',
    uses: ['allergy', 'duplicate', 'pair'],
    source:
      'Phansalkar, pair 4; EPC Proton Pump Inhibitor; label of omeprazole, 4 Contraindications: substituted benzimidazoles',
    members: list('dexlansoprazole, esomeprazole, lansoprazole, omeprazole, pantoprazole, rabeprazole'),
    names: list('proton pump inhibitor, proton pump inhibitors, ppi, ppis'),
  },
  {
    id: 'serotonin-reuptake-inhibitors',
    label: 'serotonin reuptake inhibitors',
    uses: ['duplicate', 'pair'],
    source: 'Phansalkar, pair 8 (SSRIs and other serotonergic agents); EPC',
    members: list(
      'citalopram, desvenlafaxine, duloxetine, escitalopram, fluoxetine, fluvoxamine, milnacipran, nefazodone, paroxetine, sertraline, venlafaxine',
    ),
  },
  {
    id: 'maois',
    label: 'MAO inhibitors',
    uses: ['duplicate', 'pair'],
    source: 'Phansalkar, pair 3, precipitant class',
    members: list('isocarboxazid, phenelzine, procarbazine, selegiline, tranylcypromine'),
  },
  {
    id: 'amphetamines',
    label: 'amphetamines and derivatives',
    uses: ['duplicate', 'pair'],
    source: 'Phansalkar, pair 3, object class',
    members: list(
      'amphetamine, atomoxetine, benzphetamine, dexmethylphenidate, dextroamphetamine, diethylpropion, lisdexamfetamine, methamphetamine, methylphenidate, phendimetrazine, phentermine, pseudoephedrine',
    ),
  },
  {
    id: 'serotonergic-analgesics',
    label: 'narcotic analgesics with serotonergic effect',
    uses: ['pair'],
    source: 'Phansalkar (narcotic analgesics with MAO inhibitors); label of each, 7 Drug Interactions: MAO inhibitors',
    members: list('dextromethorphan, fentanyl, meperidine, methadone, tapentadol, tramadol'),
  },
  {
    id: 'tricyclics',
    label: 'tricyclic antidepressants',
    uses: ['duplicate', 'pair'],
    source: 'Phansalkar (tricyclic antidepressants with MAO inhibitors); EPC Tricyclic Antidepressant',
    members: list(
      'amitriptyline, clomipramine, desipramine, doxepin, imipramine, nortriptyline, protriptyline, trimipramine',
    ),
  },
  {
    id: 'triptans',
    label: 'triptans broken down by MAO-A',
    uses: ['pair'],
    source: 'Phansalkar (triptans with MAO inhibitors); label of each, 4 Contraindications: MAO-A inhibitors',
    members: list('rizatriptan, sumatriptan, zolmitriptan'),
  },
  {
    id: 'qt-prolonging',
    label: 'drugs with a high risk of QT prolongation',
    uses: ['pair'],
    source: 'Phansalkar (QT prolonging agents); label of each member, Boxed Warning or 5 Warnings: QT prolongation',
    members: list(
      'amiodarone, chloroquine, chlorpromazine, citalopram, clarithromycin, disopyramide, dofetilide, dronedarone, erythromycin, haloperidol, ibutilide, methadone, moxifloxacin, pentamidine, pimozide, procainamide, quinidine, sotalol, thioridazine, vandetanib',
    ),
  },
  {
    id: 'strong-cyp3a4-inhibitors',
    label: 'strong CYP3A4 inhibitors',
    uses: ['pair'],
    source: 'Phansalkar; FDA, Drug Interactions: Table of Substrates, Inhibitors and Inducers, CYP3A strong inhibitors',
    members: list(
      'atazanavir, clarithromycin, cobicistat, darunavir, indinavir, itraconazole, ketoconazole, lopinavir, nefazodone, nelfinavir, posaconazole, ritonavir, saquinavir, telithromycin, tipranavir, voriconazole',
    ),
  },
  {
    id: 'cyp3a4-inhibitors',
    label: 'CYP3A4 inhibitors and protease inhibitors',
    uses: ['pair'],
    source: 'Phansalkar; FDA table, CYP3A strong and moderate inhibitors; label of simvastatin, 4 Contraindications',
    members: list(
      'atazanavir, clarithromycin, cobicistat, darunavir, erythromycin, fluconazole, fosamprenavir, indinavir, itraconazole, ketoconazole, lopinavir, nefazodone, nelfinavir, posaconazole, ritonavir, saquinavir, telithromycin, tipranavir, voriconazole',
    ),
  },
  {
    id: 'cyp3a4-statins',
    label: 'statins broken down by CYP3A4',
    uses: ['pair'],
    source: 'Phansalkar (HMG-CoA reductase inhibitors); labels of simvastatin and lovastatin, 4 Contraindications',
    members: list('lovastatin, simvastatin'),
  },
  {
    id: 'ergots',
    label: 'ergot alkaloids',
    uses: ['allergy', 'pair'],
    source:
      'Phansalkar (ergot alkaloids); label of ergotamine, Boxed Warning; label of dihydroergotamine, Contraindications: hypersensitivity to ergot alkaloids',
    members: list('dihydroergotamine, ergonovine, ergotamine, methylergonovine'),
    names: list('ergot, ergots, ergot alkaloids'),
  },
  {
    id: 'cyp1a2-inhibitors',
    label: 'CYP1A2 inhibitors',
    uses: ['pair'],
    source:
      'Phansalkar; label of tizanidine, 4 Contraindications and 7.1 (fluvoxamine, ciprofloxacin; others by CYP1A2)',
    members: list('amiodarone, ciprofloxacin, fluvoxamine, verapamil, zileuton'),
  },
  {
    id: 'strong-cyp1a2-inhibitors',
    label: 'strong CYP1A2 inhibitors',
    uses: ['pair'],
    source: 'Phansalkar; label of ramelteon, 4 Contraindications (fluvoxamine)',
    members: list('ciprofloxacin, fluvoxamine'),
  },
  {
    id: 'strong-cyp3a4-inducers',
    label: 'strong CYP3A4 inducers',
    uses: ['pair'],
    source: 'Phansalkar; FDA table, CYP3A strong inducers',
    members: list('apalutamide, carbamazepine, enzalutamide, mitotane, phenytoin, rifampin, st johns wort'),
  },
  {
    id: 'protease-inhibitors',
    label: 'HIV protease inhibitors',
    uses: ['pair'],
    source: 'Phansalkar; EPC Protease Inhibitor',
    members: list(
      'atazanavir, darunavir, fosamprenavir, indinavir, lopinavir, nelfinavir, ritonavir, saquinavir, tipranavir',
    ),
  },
  {
    id: 'thiopurines',
    label: 'azathioprine and mercaptopurine',
    uses: ['pair'],
    source: 'Phansalkar, pair 6; label of febuxostat, 4 Contraindications',
    members: list('azathioprine, mercaptopurine'),
  },
];

const classesById: ReadonlyMap<string, DrugClass> = new Map(drugClasses.map((each) => [each.id, each]));

export function mustGetClass(id: string): DrugClass {
  const found = classesById.get(id);
  if (found === undefined) throw new Error(`the table has a class ${id}`);
  return found;
}

export function classesFor(use: ClassUse): readonly DrugClass[] {
  return drugClasses.filter(({ uses }) => uses.includes(use));
}

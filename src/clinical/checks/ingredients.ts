/**
 * The ingredients that can be checked, by their names: the United States adopted name first, then other names and brands in use. A
 * drug named otherwise is "could not be checked", never "nothing found". Names only: no code system is shipped.
 *
 * Source of names: RxNorm ingredients and their synonyms, international nonproprietary names where they differ (paracetamol,
 * salbutamol); brand names as in RxNorm. docs/clinical-sources.md
 */
import { foldLetters } from '../../base/fold.ts';

/** A line: ingredient = other names. */
const lines = `
acarbose
acetaminophen = paracetamol, tylenol, panadol
acyclovir = aciclovir
albuterol = salbutamol, ventolin
alendronate = alendronic acid, fosamax
allopurinol = zyloprim
alprazolam = xanax
amikacin
amiodarone
amitriptyline = elavil
amlodipine = norvasc
amoxicillin = amoxycillin
amphetamine = adderall
ampicillin
apalutamide
apixaban = eliquis
aripiprazole
astemizole
atazanavir = reyataz
atenolol
atomoxetine = strattera
atorvastatin = lipitor
atropine
azathioprine = imuran
azithromycin = zithromax
baclofen
beclomethasone
benazepril
benzphetamine
bisoprolol
budesonide
bumetanide
bupivacaine
buprenorphine
bupropion = wellbutrin
butalbital
candesartan
captopril
carbamazepine = tegretol
carvedilol
cefaclor
cefadroxil
cefazolin
cefdinir
cefepime
cefixime
cefpodoxime
cefprozil
ceftazidime
ceftriaxone
cefuroxime
celecoxib = celebrex
cephalexin = cefalexin, keflex
cetirizine = zyrtec
chloroquine
chlorpheniramine = chlorphenamine
chlorpromazine
chlorthalidone = chlortalidone
ciprofloxacin = cipro
citalopram = celexa
clarithromycin = biaxin
clavulanate = clavulanic acid
clindamycin
clomipramine
clonazepam
clonidine
clopidogrel = plavix
cloxacillin
clozapine
cobicistat
codeine
colchicine
conivaptan
cyclobenzaprine
cyclosporine = ciclosporin
dabigatran = pradaxa
dapagliflozin
darunavir
desipramine
desvenlafaxine = pristiq
dexamethasone
dexlansoprazole
dexmethylphenidate = focalin
dextroamphetamine = dexamfetamine
dextromethorphan
diazepam = valium
diclofenac = voltaren
dicloxacillin
diethylpropion
digoxin
dihydroergotamine
diltiazem
diphenhydramine = benadryl
disopyramide
docetaxel
dofetilide
donepezil
dorzolamide
doxepin
doxycycline
doxylamine
dronedarone
drospirenone
duloxetine = cymbalta
edoxaban
empagliflozin
enalapril
enoxaparin
enzalutamide
epinephrine = adrenaline, epipen
ergonovine = ergometrine
ergotamine
erythromycin
escitalopram = lexapro
esomeprazole = nexium
estradiol
ethinyl estradiol = ethinylestradiol
etodolac
etonogestrel
ezetimibe = ezetrol, zetia
famotidine
febuxostat = uloric
felodipine
fentanyl
ferrous sulfate
fexofenadine = allegra
finasteride
flecainide
flucloxacillin
fluconazole = diflucan
fluoxetine = prozac
fluticasone
fluvastatin
fluvoxamine = luvox
fosamprenavir
fosinopril
fosphenytoin
furosemide = frusemide, lasix
gabapentin
gentamicin
glimepiride
glipizide
glyburide = glibenclamide
haloperidol
heparin
hydralazine
hydrochlorothiazide = hctz
hydrocodone
hydrocortisone
hydromorphone
hydroxychloroquine
hydroxyzine
ibuprofen = advil, motrin
ibutilide
imipramine
indinavir
indomethacin = indometacin
insulin
ipratropium
irbesartan
irinotecan
isocarboxazid
isosorbide
itraconazole
ketoconazole
ketoprofen
ketorolac
labetalol
lamotrigine
lansoprazole
latanoprost
leuprolide = leuprorelin
levetiracetam
levofloxacin = levaquin
levonorgestrel
levothyroxine = levothyroxin
lidocaine = lignocaine
linezolid
lisdexamfetamine = vyvanse
lisinopril = zestril
lithium
loperamide
lopinavir
loratadine = claritin
lorazepam = ativan
losartan
lovastatin
medroxyprogesterone
meloxicam
meperidine = pethidine
mepivacaine
mercaptopurine
mesalamine = mesalazine
metformin = metformine
methadone
methamphetamine = metamfetamine
methotrexate
methylergonovine = methylergometrine
methylphenidate = ritalin, concerta
methylprednisolone
metoclopramide
metoprolol
metronidazole
milnacipran = savella
minocycline
mirtazapine
mitotane
mometasone
montelukast
morphine
moxifloxacin
nabumetone
nafcillin
naproxen = aleve
nebivolol
nefazodone
nelfinavir
nifedipine
nitrofurantoin
nitroglycerin = glyceryl trinitrate
nizatidine
norethindrone = norethisterone
norfloxacin
norgestimate
nortriptyline
ofloxacin
olanzapine
olmesartan
omeprazole = prilosec
ondansetron
oxacillin
oxcarbazepine
oxycodone
pantoprazole = protonix
paroxetine = paxil
penicillin g = benzylpenicillin, benzathine
penicillin v = phenoxymethylpenicillin
pentamidine
perindopril
phenazopyridine
phendimetrazine
phenelzine
phenobarbital = phenobarbitone
phentermine
phenytoin
pimozide
piperacillin
piroxicam
posaconazole
pravastatin
prednisolone
prednisone
pregabalin
primidone
procainamide
procarbazine
propranolol
protriptyline
pseudoephedrine
quetiapine
quinapril
quinidine
rabeprazole
ramelteon
ramipril
ranitidine
rifampin = rifampicin
risperidone
ritonavir
rivaroxaban = xarelto
rizatriptan
ropivacaine
rosuvastatin = crestor
salmeterol
saquinavir
selegiline
sertraline = zoloft
sildenafil
simvastatin = simvistatin, zocor
sitagliptin
sotalol
spironolactone
st johns wort = hypericum
streptomycin
sulfadiazine
sulfamethoxazole = sulphamethoxazole
sulfisoxazole
sumatriptan = imitrex
tacrolimus
tadalafil
tamoxifen
tamsulosin
tapentadol
telithromycin
telmisartan
temazepam
terbinafine
tetracycline
theophylline
thioridazine
timolol
tiotropium = spiriva
tipranavir
tizanidine
tobramycin
topiramate
torsemide
tramadol
tranylcypromine
trazodone
trimethoprim
trimipramine
valacyclovir = valaciclovir
valproate = valproic acid, divalproex
valsartan
vancomycin
vandetanib
venlafaxine = effexor
verapamil
voriconazole
warfarin = coumadin
zafirlukast
zileuton
zolmitriptan
zolpidem
aspirin = acetylsalicylic acid
anastrozole
cholecalciferol = colecalciferol, vitamin d
cyanocobalamin = vitamin b 12, vitamin b12
`;

/** Name in use, folded → ingredient. Longer names first: "penicillin v" before any shorter one that it holds. */
const ingredientByName: readonly (readonly [name: string, ingredient: string])[] = lines
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [ingredient = '', others = ''] = line.split(' = ');
    return [ingredient, ...others.split(', ')].filter((name) => name !== '').map((name) => [name, ingredient] as const);
  })
  .sort(([a], [b]) => b.length - a.length);

/** Trade names of more than one ingredient. */
const mixtures: readonly (readonly [name: string, ingredients: readonly string[]])[] = [
  ['bactrim', ['sulfamethoxazole', 'trimethoprim']],
  ['cotrimoxazole', ['sulfamethoxazole', 'trimethoprim']],
  ['co trimoxazole', ['sulfamethoxazole', 'trimethoprim']],
  ['augmentin', ['amoxicillin', 'clavulanate']],
  ['kaletra', ['lopinavir', 'ritonavir']],
  ['cosopt', ['dorzolamide', 'timolol']],
];

export interface NamedDrug {
  /** Every ingredient that was recognised, once. */
  readonly ingredients: readonly string[];
  /** Parts of the name in which none was: what cannot be checked. Empty when all of it can. */
  readonly unknown: readonly string[];
}

/** The ingredients a drug's name speaks of: "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet" has two. */
export function ingredientsOf(name: string): NamedDrug {
  const ingredients = new Set<string>();
  const unknown: string[] = [];
  for (const part of partsOf(name)) {
    const found = ingredientsIn(part);
    unknown.push(...(found.length === 0 ? [part.trim()] : unknownHalvesIn(part)));
    for (const ingredient of found) ingredients.add(ingredient);
  }
  return { ingredients: [...ingredients], unknown };
}

/** A mixture's parts stand between slashes with spaces (not "MG/ML"), plus signs, or words. */
function partsOf(name: string): readonly string[] {
  const parts = name.split(/\s\/\s|\s*[+&;]\s*|\s+(?:and|with)\s+/i).filter((part) => /\p{L}/u.test(part));
  return parts.length === 0 ? [name] : parts;
}

/** Of "Amlodipine-xyz" the half that is none, unless both are one name: "co-trimoxazole". */
function unknownHalvesIn(part: string): readonly string[] {
  return (part.match(/\p{L}{3,}(?:-\p{L}{2,})+|\p{L}{2,}-\p{L}{3,}/gu) ?? []).flatMap((word) => {
    const halves = word.split('-').filter((half) => half.length > 2);
    const known = halves.filter((half) => ingredientsIn(half).length > 0);
    return known.length === 0 ? [] : halves.filter((half) => !known.includes(half));
  });
}

function ingredientsIn(part: string): readonly string[] {
  let text = ` ${foldDrugName(part)} `;
  const found: string[] = [];
  for (const [name, ingredients] of mixtures) if (text.includes(` ${name} `)) found.push(...ingredients);
  for (const [name, ingredient] of ingredientByName) {
    if (!text.includes(` ${name} `)) continue;
    found.push(ingredient);
    // What was read is not read again: "penicillin v" is not penicillin, and something else.
    text = text.replaceAll(` ${name} `, '  ');
  }
  return found;
}

/** Words alone, in lower case: "predniSONE 5 MG" is "prednisone 5 mg". */
export function foldDrugName(text: string): string {
  return foldLetters(text)
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

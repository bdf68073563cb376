import { afterAll, expect, it } from 'vitest';
import { contextOf, inLines, type Options, SyntheticCheckout, strictFindings } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const story = 'Metrics of every device are exported, scraped and shown on a board that operators watch.';
const notes = (texts: Record<string, string>, more: Record<string, unknown> = {}): Options => ({
  edit: (d) => {
    for (const [id, text] of Object.entries(texts)) Object.assign(entryOf(d, id), { notes: text, ...more });
  },
});
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'the same notes for two requirements',
    notes({ accelerator_metrics: story, ai_service_metrics: story }),
    ['warning notes-copied-between-requirements ai_service_metrics | "Metrics of every device'],
  ],
  [
    'nearly the same notes',
    notes({ accelerator_metrics: `${story} Temperature too.`, ai_service_metrics: `${story} Requests too.` }),
    ['warning notes-copied-between-requirements ai_service_metrics | "Metrics of every device'],
  ],
  [
    'notes that share a sentence, but say more of their own',
    notes({
      accelerator_metrics: story,
      ai_service_metrics: `${story} The inference server was found by its labels, and its request counter rose from 0 to 120 while a client sent 120 requests.`,
    }),
    [],
  ],
  [
    'short notes that are alike',
    notes({ accelerator_metrics: 'Shown by metrics.', ai_service_metrics: 'Shown by metrics.' }),
    [],
  ],
  [
    'one reason for two requirements that do not apply',
    notes(
      {
        gpu_sharing: 'The platform runs on accelerators that can be neither divided nor virtualised by their maker.',
        virtualized_accelerator:
          'The platform runs on accelerators that can be neither divided nor virtualised by their maker.',
      },
      { status: 'N/A', evidence: [] },
    ),
    [],
  ],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

it('tells when notes are word for word those of another vendor, but not of the vendor itself', () => {
  const of = (vendorName: string, product: string): Options => ({
    product,
    edit: (d) => {
      Object.assign(d.metadata, { vendorName });
      for (const entry of Object.values(d.spec).flat()) entry.notes = `${vendorName} saw it: ${String(entry.id)}.`;
      entryOf(d, 'accelerator_metrics').notes = story;
    },
  });
  const pair = (vendor: string): readonly string[] => {
    const [own, other] = [
      checkout.submission(of('Meerstern Systems', 'meerstern')),
      checkout.submission(of(vendor, 'landstern')),
    ];
    return inLines(strictFindings(own, contextOf([own, other])), own);
  };
  expect(pair('Landstern')).toEqual(['info notes-copied-from-vendor accelerator_metrics | "Metrics of every device']);
  expect(pair('Meerstern Systems')).toEqual([]);
});

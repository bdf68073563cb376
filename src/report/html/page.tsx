import type { VNode } from 'preact';
import { RUN_FILES } from '../../evidence/index.ts';
import { mustsFirst } from '../musts-first.ts';
import { NOT_A_CERTIFICATION } from '../outcome-words.ts';
import type { RunData } from '../run-data.ts';
import { fileHref } from './anchors.ts';
import { Attention } from './attention.tsx';
import { Masthead } from './masthead.tsx';
import { RequirementSection } from './requirement-section.tsx';
import { RunPicture } from './run-picture.tsx';
import { STYLE } from './style.ts';
import { Verdicts } from './verdicts.tsx';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const NO_ICON = 'data:,';

/** The whole page. */
export function Page({ data }: { data: RunData }): VNode {
  const { report } = data;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={`plimsoll ${report.tool.version}`} />
        <link rel="icon" href={NO_ICON} />
        <title>{`Plimsoll run ${report.run.id}`}</title>
        {/* Our own constant text: a style element's must not be escaped. */}
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <Masthead report={report} />
        <main>
          <Attention data={data} />
          <Verdicts report={report} />
          <RunPicture report={report} />
          {mustsFirst(report.requirements).map((requirement) => (
            <RequirementSection key={requirement.id} requirement={requirement} data={data} />
          ))}
        </main>
        <footer>
          <p>
            {NOT_A_CERTIFICATION} Every verdict above follows from the timelines beside this page:{' '}
            <code>plimsoll verify</code> computes them anew and checks every file against{' '}
            <a href={fileHref(RUN_FILES.manifest)}>{RUN_FILES.manifest}</a>. Also here:{' '}
            <a href={fileHref(RUN_FILES.report)}>{RUN_FILES.report}</a>,{' '}
            <a href={fileHref(RUN_FILES.junit)}>{RUN_FILES.junit}</a>,{' '}
            <a href={fileHref(RUN_FILES.summary)}>{RUN_FILES.summary}</a>,{' '}
            <a href={fileHref(RUN_FILES.inventory)}>{RUN_FILES.inventory}</a>,{' '}
            <a href={fileHref(RUN_FILES.events)}>{RUN_FILES.events}</a>,{' '}
            <a href={fileHref(RUN_FILES.ledger)}>{RUN_FILES.ledger}</a>.
          </p>
        </footer>
      </body>
    </html>
  );
}

import type { ComponentChildren, VNode } from 'preact';
import { type RunReport, showDuration } from '../../evidence/index.ts';
import { criticalPathText } from '../critical-path.ts';
import { exitMeaning, leastWaitText, NOT_A_CERTIFICATION, SIMULATED } from '../outcome-words.ts';
import { caseAnchor } from './anchors.ts';

/** Who was looked at, when, by what, and how it ended. */
export function Masthead({ report }: { report: RunReport }): VNode {
  const { run, cluster, tool, requests, criticalPath } = report;
  const wallTime = criticalPathText(report);
  return (
    <header>
      <p class="brand">
        <Mark /> Plimsoll
      </p>
      <h1>
        Run <code>{run.id}</code>
        {run.simulated ? <span class="stamp">simulated</span> : null}
      </h1>
      <p class={`exit ${exitTone(report.exitCode)}`}>
        <strong>Exit code {report.exitCode}:</strong> {exitMeaning(report)}.
      </p>
      {run.simulated ? <p>{SIMULATED}</p> : null}
      <p>{NOT_A_CERTIFICATION}</p>
      <dl class="facts">
        <Fact name="Kubernetes">{cluster.gitVersion}</Fact>
        <Fact name="Nodes">{cluster.nodes}</Fact>
        {cluster.context === undefined ? null : <Fact name="Context">{cluster.context}</Fact>}
        <Fact name="Cluster">
          <code title={cluster.fingerprint}>{cluster.fingerprint.slice(0, 12)}</code>
        </Fact>
        <Fact name="Checklist">{report.checklist}</Fact>
        <Fact name="Plimsoll">{tool.version}</Fact>
        <Fact name="Began">
          <time dateTime={run.startedAt}>{run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>
        </Fact>
        <Fact name="Took">{showDuration(run.ms)}</Fact>
        <Fact name="API requests">
          {requests.requests}
          {requests.retries === 0 ? '' : ` (${requests.retries} retried)`}
        </Fact>
        {criticalPath === undefined ? null : (
          <Fact name="Ended last" long>
            <a href={`#${caseAnchor(criticalPath.case)}`}>{criticalPath.case}</a>: {showDuration(criticalPath.ms)},
            least wait {leastWaitText(criticalPath)}
          </Fact>
        )}
        {wallTime === undefined ? null : (
          <Fact name="Wall time" long>
            {wallTime}
          </Fact>
        )}
      </dl>
    </header>
  );
}

function Fact({ name, long, children }: { name: string; long?: boolean; children: ComponentChildren }): VNode {
  return (
    <div class={long ? 'long' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function exitTone(code: number): string {
  if (code === 0) return 'o-pass';
  return code === 1 ? 'o-fail' : 'o-inconclusive';
}

/** The mark on a ship's side: how far it may be loaded. */
function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 24" aria-hidden="true">
      <circle cx="16" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="2.5" />
      <path d="M2 12H30" stroke="currentColor" stroke-width="2.5" />
    </svg>
  );
}

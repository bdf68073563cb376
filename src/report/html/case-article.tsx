import type { VNode } from 'preact';
import { type CaseReport, type RequirementReport, showDuration } from '../../evidence/index.ts';
import { counts, isShown, leastWaitText, whyItDoesNotCount } from '../outcome-words.ts';
import { autoscalingCourses } from '../pictures/autoscaling-course.ts';
import { backendShares } from '../pictures/backend-shares.ts';
import { caseEvents } from '../pictures/case-events.ts';
import { deviceLoad } from '../pictures/device-load.ts';
import { deviceMatrix } from '../pictures/device-matrix.ts';
import { storedRequests } from '../pictures/stored-requests.ts';
import type { CaseTimeline } from '../run-data.ts';
import { shortCaseName } from '../short-case-name.ts';
import { caseAnchor, fileHref } from './anchors.ts';
import { AutoscalingPicture } from './autoscaling-picture.tsx';
import { BackendSharesPicture } from './backend-shares-picture.tsx';
import { CasePicture } from './case-picture.tsx';
import { DeviceLoadPicture } from './device-load-picture.tsx';
import { DeviceMatrixTable } from './device-matrix-table.tsx';
import { Evidence } from './evidence.tsx';
import { Findings } from './findings.tsx';
import { OutcomeChip } from './outcome-chip.tsx';
import { StoredRequestsPicture } from './stored-requests-picture.tsx';

interface Props {
  readonly one: CaseReport;
  readonly requirement: RequirementReport;
  readonly found: CaseTimeline | undefined;
}

/** One case: what it came to, its pictures, its evidence. Open when it was not shown. */
export function CaseArticle({ one, requirement, found }: Props): VNode {
  const timeline = found !== undefined && 'timeline' in found ? found.timeline : undefined;
  const matrix = timeline === undefined ? undefined : deviceMatrix(timeline);
  const load = timeline === undefined ? undefined : deviceLoad(timeline);
  const requests = timeline === undefined ? undefined : storedRequests(timeline);
  const cited = new Set(one.findings.flatMap(({ evidence }) => evidence));
  const shares = timeline === undefined ? [] : backendShares(timeline, cited);
  const events = timeline === undefined ? undefined : caseEvents(timeline);
  const courses = timeline === undefined || events === undefined ? [] : autoscalingCourses(timeline);
  return (
    <details class={`case o-${one.outcome}`} open={!isShown(one.outcome)}>
      <summary>
        <h3>
          <OutcomeChip of={one} /> {shortCaseName(one)}
        </h3>
        <span class="title">{one.title}</span>
      </summary>
      {/* Inside, so that a link to it opens the fold. */}
      <p class="quiet about" id={caseAnchor(one.id)}>
        {about(one)}
      </p>
      {counts(one, requirement) ? null : <p>It does not count for the verdict: {whyItDoesNotCount(one)}.</p>}
      {one.findings.length === 0 ? <p>{one.because}.</p> : <Findings one={one} timeline={timeline} />}
      {one.remedy === undefined || one.findings.some((finding) => finding.remedy === one.remedy) ? null : (
        <p class="remedy">{one.remedy}</p>
      )}
      {found !== undefined && 'missing' in found ? (
        <p class="remedy">The timeline cannot be shown: {found.missing}</p>
      ) : null}
      {matrix === undefined ? null : <DeviceMatrixTable matrix={matrix} one={one} />}
      {shares.length === 0 ? null : <BackendSharesPicture shown={shares} one={one} />}
      {load === undefined || events === undefined ? null : <DeviceLoadPicture shown={load} one={one} events={events} />}
      {requests === undefined || events === undefined ? null : (
        <StoredRequestsPicture shown={requests} one={one} events={events} />
      )}
      {events === undefined
        ? null
        : courses.map((course) => <AutoscalingPicture key={course.name} course={course} one={one} events={events} />)}
      {timeline === undefined ? null : <CasePicture one={one} timeline={timeline} />}
      {timeline === undefined ? null : <Evidence one={one} timeline={timeline} />}
      <p class="quiet">
        Everything that was seen: <a href={fileHref(one.timeline)}>{one.timeline}</a> ({one.entries} entries, one a
        line)
      </p>
    </details>
  );
}

function about(one: CaseReport): string {
  const bar = one.bar === 'official' ? 'asked for by the official plan' : 'asked for by the text alone';
  const time =
    one.ms === undefined
      ? 'did not run'
      : `act ${showDuration(one.ms.act)}, least wait ${leastWaitText(one)}, all ${showDuration(one.ms.all)}`;
  const official =
    one.official === undefined || one.official === one.outcome ? '' : `; by the official bar: ${one.official}`;
  const others = one.actedWith?.length ?? 0;
  const shared = others === 0 ? '' : `; one act for it and ${others} other cases: ${one.actedWith?.join(', ')}`;
  return `${one.kind}, ${bar}; ${time}${official}${shared}`;
}

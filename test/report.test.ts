import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRun, RUN_FILES, type RunReport, runReportSchema, seal } from '../src/evidence/index.ts';
import { pod } from '../src/evidence/testing/pod.ts';
import { ScriptedTimeline } from '../src/evidence/testing/scripted-timeline.ts';
import { reportHtml } from '../src/report/html/report-html.tsx';
import { scriptedCase, scriptedFinding, scriptedReport } from '../src/report/testing/scripted-report.ts';
import { renderReports, writeReports } from '../src/report/write-reports.ts';
import { parseJunit } from '../src/submission/evidence/parse-junit.ts';
import { startBrowser } from './browser.ts';
import fc from './property.ts';
import { plimsoll } from './run-cli.ts';

const RECORDED = join(import.meta.dirname, '../src/report/fixtures/recorded-run');
const recorded = runReportSchema.parse(JSON.parse(readFileSync(join(RECORDED, RUN_FILES.report), 'utf8')));
const folders: string[] = [];
let browser: Browser;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'plimsoll-report-'));
  folders.push(made);
  return made;
}

/** A copy of the recorded run with its reports. */
async function recordedRun(): Promise<string> {
  const run = folder();
  cpSync(RECORDED, run, { recursive: true });
  await writeReports(run, recorded);
  return run;
}

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Errors of the page and requests for anything but the page. */
  readonly troubles: readonly string[];
}

async function open(file: string, how: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(how);
  const page = await context.newPage();
  const troubles: string[] = [];
  const address = `file://${file}`;
  page.on('console', (message) => troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) troubles.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  return { page, troubles };
}

/** axe's violations on the page with every fold open. It is put in by the debugger, which the page's policy does not bind. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(
    `for (const fold of document.querySelectorAll('details')) fold.open = true; ${axe.source}; undefined`,
  );
  const result = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

describe('report.html of a recorded run, in Chromium', () => {
  for (const colorScheme of ['light', 'dark'] as const)
    it(`has no trouble and nothing that axe objects to (${colorScheme})`, async () => {
      const { page, troubles } = await open(join(await recordedRun(), RUN_FILES.html), { colorScheme });
      expect(await violations(page)).toEqual([]);
      expect(troubles).toEqual([]);
      const paper = (await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string;
      expect(paper).toBe(colorScheme === 'light' ? 'rgb(251, 251, 249)' : 'rgb(20, 23, 26)');
      await page.context().close();
    }, 60_000);

  it('is whole without JavaScript: verdicts, both bars, pictures, and the evidence behind a link', async () => {
    const { page, troubles } = await open(join(await recordedRun(), RUN_FILES.html), { javaScriptEnabled: false });
    await expect(page.locator('h1').textContent()).resolves.toContain('d6d2eb4e');
    await expect(page.locator('.stamp').textContent()).resolves.toBe('simulated');
    const words = (await page.locator('body').textContent()) ?? '';
    expect(words).toContain('Exit code 2: a MUST is inconclusive');
    expect(words).toContain('not a certification');
    expect(words).not.toMatch(/certified|score/i);
    const bars = page.locator('.verdicts tbody tr td .bar');
    expect(await bars.nth(0).locator('.box').count()).toBe(1);
    expect(await bars.nth(1).locator('.box').count()).toBe(3);
    // The run's picture, and one for each case.
    expect(await page.locator('figure svg').count()).toBe(4);
    const cells = page.locator('details.case').filter({ hasText: 'no-request-no-access' }).locator('.matrix td');
    expect(await cells.allTextContents()).toEqual([
      '● opened',
      '✕ refusedOperation not permitted',
      '● opened',
      '✕ refusedOperation not permitted',
    ]);
    const link = page.locator('details[open].case .findings a').first();
    const target = (await link.getAttribute('href')) ?? '';
    await link.click();
    expect(await page.locator(`pre[id="${target.slice(1)}"]`).isVisible()).toBe(true);
    const folded = page.locator('details.case:not([open])').first();
    const box = page.locator('.verdicts .box.o-pass').first();
    await expect(folded.count()).resolves.toBe(1);
    await box.click();
    expect(await page.locator(`[id="${((await box.getAttribute('href')) ?? '').slice(1)}"]`).isVisible()).toBe(true);
    expect(troubles).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('does not scroll sideways on a telephone', async () => {
    const { page } = await open(join(await recordedRun(), RUN_FILES.html), { viewport: { width: 375, height: 800 } });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('leads nowhere but to anchors that exist and files of the run', async () => {
    const html = reportHtmlOf(recorded);
    const anchors = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const files = new Set<string>([...Object.values(RUN_FILES), ...recorded.cases.map(({ timeline }) => timeline)]);
    const links = [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href = '']) => href);
    expect(links.length).toBeGreaterThan(10);
    const leads = (href: string): boolean =>
      href.startsWith('#') ? anchors.has(href.slice(1)) : files.has(decodeURIComponent(href));
    expect(links.filter((href) => !leads(href))).toEqual([]);
  });
});

function reportHtmlOf(report: RunReport): string {
  return reportHtml({ report, timelines: new Map(), warnings: [] });
}

const EVIL = '"><script>window.hit = 1</script><img src=x onerror="window.hit = 2">&lt;\u001b[31m';

/** A run folder in which every text that a cluster or a case could have written is hostile. */
async function hostileRun(text: string): Promise<{ run: string; report: RunReport }> {
  const run = folder();
  const timeline = new ScriptedTimeline({ case: 'gang_scheduling/x@v' })
    .watch('v1/Pod')
    .add(pod(text, { group: text, node: text }))
    .mark(text)
    .log({ pod: text, container: text, text: `dev /dev/${text.replaceAll(/\s/g, '')} b 7:1 ok\n${text}\nend\n` })
    .answer({ name: text, path: `/${text}`, status: 403, error: text, said: text })
    .waited({ target: { of: 'v1/Pod' }, condition: text, how: 'timed-out', within: 0 })
    .gap('v1/Pod', 0, text)
    .wait(1000)
    .end({ how: 'aborted', code: text, message: text, remedy: text });
  const is = { case: text, variant: text, title: text, because: text, remedy: text };
  const findings = [
    scriptedFinding('fail', {
      claim: text,
      message: text,
      remedy: text,
      evidence: timeline.entries.map(({ seq }) => seq),
    }),
  ];
  const one = scriptedCase('gang_scheduling/x@v', { outcome: 'fail', ...is, findings });
  const ref = { apiVersion: 'v1', kind: text, name: text, namespace: text };
  const report = scriptedReport([one, scriptedCase(`r/${text}`, { outcome: 'inconclusive', ...is })], {
    leftovers: [{ ref, why: text, finalizers: [text], remedy: text }],
    cluster: { fingerprint: text, gitVersion: text, nodes: 1, context: text },
    tool: { name: 'plimsoll', version: text },
  });
  const file = inRun(run, one.timeline);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, timeline.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return { run, report };
}

describe('hostile texts', () => {
  it('are shown as text by Chromium and do nothing', async () => {
    const { run, report } = await hostileRun(EVIL);
    await writeReports(run, report);
    const { page, troubles } = await open(join(run, RUN_FILES.html));
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(await page.locator('script, img, iframe, object').count()).toBe(0);
    expect(troubles).toEqual([]);
    const seen = (await page.locator('.claim').first().textContent()) ?? '';
    expect(seen).toContain('"><script>window.hit = 1</script>');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('never make an element or an attribute of their own, whatever they are', async () => {
    const shape = (html: string): string => (html.match(/<\/?[a-zA-Z!][^>]*?(?=[\s>])/g) ?? []).join('');
    const names = (html: string): ReadonlySet<string> =>
      new Set((html.match(/<\/?[a-zA-Z][a-zA-Z0-9]*/g) ?? []).map(String));
    const { run, report } = await hostileRun('words');
    const plain = (await renderReports(run, report)).get(RUN_FILES.html) ?? '';
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'<>"\'&/=! scriptonx`-'.split('')) }),
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.constantFrom('</style><script>', '</title>', '-->', '<![CDATA[', '</pre>', '" onclick="x', "' x='"),
    );
    await fc.assert(
      fc.asyncProperty(text, async (words) => {
        const hostile = await hostileRun(words);
        const html = (await renderReports(hostile.run, hostile.report)).get(RUN_FILES.html) ?? '';
        expect([...names(html)].filter((name) => !names(plain).has(name))).toEqual([]);
        expect(shape(html).length).toBe(shape(plain).length);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('leave junit.xml well-formed, with every case in it', async () => {
    const { run, report } = await hostileRun(`${EVIL}\u0000\uFFFE]]>`);
    const xml = (await renderReports(run, report)).get(RUN_FILES.junit) ?? '';
    expect(parseJunit(Buffer.from(xml)).isEmpty).toBe(false);
    const opened = await browser.newPage();
    const error = await opened.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(xml)}, 'text/xml').querySelector('parsererror')?.textContent`,
    );
    expect(error).toBeUndefined();
    const count = await opened.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(xml)}, 'text/xml').querySelectorAll('testcase').length`,
    );
    expect(count).toBe(report.cases.length + report.requirements.length);
    await opened.close();
  });
});

describe('plimsoll report', () => {
  it('restores a lost report of a sealed run to the byte, and verify agrees', async () => {
    const run = await recordedRun();
    await sealed(run);
    const before = readFileSync(join(run, RUN_FILES.html));
    rmSync(join(run, RUN_FILES.html));
    writeFileSync(join(run, RUN_FILES.summary), 'all passes');
    const outcome = await plimsoll(['report', run]);
    expect(outcome).toMatchObject({ code: 0, stdout: `${join(run, RUN_FILES.html)}\n`, stderr: '' });
    expect(readFileSync(join(run, RUN_FILES.html)).equals(before)).toBe(true);
    expect((await plimsoll(['verify', run])).stdout).not.toMatch(/report\.html|summary\.md|junit\.xml/);
  });

  it('does not overwrite what was sealed with something else, but writes it elsewhere', async () => {
    const run = await recordedRun();
    writeFileSync(join(run, RUN_FILES.summary), 'sealed by another version');
    await sealed(run);
    const refused = await plimsoll(['report', run]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('would write another summary.md [run-is-sealed]');
    expect(readFileSync(join(run, RUN_FILES.summary), 'utf8')).toBe('sealed by another version');
    const out = join(folder(), 'made', 'for it');
    expect((await plimsoll(['report', run, '--out', out])).code).toBe(0);
    expect(readFileSync(join(out, RUN_FILES.summary), 'utf8')).toContain('# Plimsoll run `d6d2eb4e`');
  });

  it('says of a folder without verdicts what it is', async () => {
    const outcome = await plimsoll(['report', folder()]);
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toMatch(/has no report\.json \[run-not-readable\]\n {2}Name the folder of a run/);
  });
});

async function sealed(run: string): Promise<void> {
  const { gitVersion, fingerprint } = recorded.cluster;
  await seal(run, {
    tool: recorded.tool,
    run: recorded.run.id,
    cluster: { gitVersion, fingerprint },
    sealedAt: recorded.run.endedAt,
  });
}

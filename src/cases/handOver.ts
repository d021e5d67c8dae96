import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Case, CaseState, Entry, SavedCase } from '../api/case.gen';
import { stepKey } from '../api/progress';
import { workIn } from '../evidence/caseWork';
import { codeInMarkdown, escapeMarkdown } from '../format/escapeMarkdown';
import { withMomentsInUtc } from '../format/moments';
import { isTyped, kindName } from './caseWords';

const unescaped = { interpolation: { escapeValue: false } };

/**
 * A hand-over note to start from: what we know, what we tried, what is next. Markdown, for a person to edit. Times are in
 * UTC: whoever reads it may sit elsewhere.
 */
export function handOverNote({ case: found, entries }: SavedCase, state: CaseState): string {
  return [
    section(t('cases.what-we-know', 'What we know'), known(found)),
    section(
      t('cases.what-we-tried', 'What we tried'),
      entries.flatMap((entry) => tried(entry, found))
    ),
    section(t('cases.what-is-next', 'Next step'), next(found, entries, state)),
  ].join('\n\n');
}

function known({ verdict, steps }: Case): string[] {
  const impact = steps
    .filter(({ phase }) => phase === 'impact')
    .flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'critical'))
    .map(({ sentence, moments }) => escapeMarkdown(withMomentsInUtc(sentence, moments)));
  const chain = verdict.chain.map(
    ({ at, sentence, moments }) => `${utc(at)}: ${escapeMarkdown(withMomentsInUtc(sentence, moments))}`
  );
  return [escapeMarkdown(withMomentsInUtc(verdict.sentence, verdict.moments)), ...impact, ...chain].filter(Boolean);
}

function tried({ kind, step, text, by, at, happened }: Entry, found: Case): string[] {
  if (!['ticked', 'skipped', 'fix applied', 'relapsed', 'recovered', 'reopened'].includes(kind)) {
    return [];
  }
  const title = found.steps.find((other) => stepKey(other) === step)?.title ?? step;
  const [line] = (text ?? '').split('\n');
  const what = escapeMarkdown([kindName(kind), title].filter(Boolean).join(' '));
  const said = isTyped({ kind, by }) ? line : escapeMarkdown(line ?? '');
  return [`${utc(happened ?? at)}: ${said ? `${what}: ${said}` : what} (${escapeMarkdown(by.name)})`];
}

function next(found: Case, entries: Entry[], state: CaseState): string[] {
  const { marks } = workIn(entries);
  const unchecked = found.verdict.unchecked.map((sentence) =>
    t('cases.to-look-at', 'Look at: {{sentence}}', { sentence: escapeMarkdown(sentence), ...unescaped })
  );
  const skipped = found.steps
    .filter((step) => marks.get(stepKey(step))?.kind === 'skipped')
    .map(({ title }) =>
      t('cases.to-catch-up', 'Skipped so far: {{title}}', { title: escapeMarkdown(title), ...unescaped })
    );
  const [fix] = found.steps.flatMap(({ findings }) =>
    findings.flatMap(({ evidence }) => evidence?.commands?.filter(({ changes }) => changes) ?? [])
  );
  const steps: Record<CaseState, string[]> = {
    open: fix
      ? [t('cases.to-fix', 'Fix it; suggested: {{command}}', { command: codeInMarkdown(fix.text), ...unescaped })]
      : [],
    watched: [t('cases.to-watch', 'A fix was applied. Wait for the recovery to be confirmed.')],
    recovered: [t('cases.to-close', 'Recovered. Watch for a relapse, then close the case.')],
    closed: [],
  };
  return [...steps[state], ...unchecked, ...skipped];
}

const utc = (at: string) => `${dateTimeFormat(at, { format: 'HH:mm:ss', timeZone: 'utc' })} UTC`;

function section(title: string, lines: string[]): string {
  return [`**${title}**`, '', ...(lines.length > 0 ? lines : ['…']).map((line) => `- ${line}`)].join('\n');
}

import { t } from '@grafana/i18n';
import type { Case, CaseState, Entry, EntryKind, Level } from '../api/case.gen';
import { formatInterval, formatZone } from '../format/formatInterval';

/** What has become of a case, in words. */
export function stateName(state: CaseState): string {
  const names: Record<CaseState, string> = {
    open: t('cases.state-open', 'open'),
    watched: t('cases.state-watched', 'fix applied, watching recovery'),
    recovered: t('cases.state-recovered', 'recovered'),
    closed: t('cases.state-closed', 'closed'),
  };
  return names[state];
}

/** What an entry of a case's log says that was done, in words. */
export function kindName(kind: EntryKind): string {
  const names: Record<EntryKind, string> = {
    opened: t('cases.kind.opened', 'opened'),
    'alert fired': t('cases.kind.alert-fired', 'alert fired'),
    investigated: t('cases.kind.investigated', 'investigated'),
    note: t('cases.kind.note', 'note'),
    ticked: t('cases.kind.ticked', 'done'),
    skipped: t('cases.kind.skipped', 'skipped'),
    'step reopened': t('cases.kind.step-reopened', 'reopened'),
    'phase done': t('cases.kind.phase-done', 'phase done'),
    pinned: t('cases.kind.pinned', 'pinned'),
    'fix applied': t('cases.kind.fix-applied', 'fix applied'),
    recovered: t('cases.kind.recovered', 'recovered'),
    relapsed: t('cases.kind.relapsed', 'relapsed'),
    'handed over': t('cases.kind.handed-over', 'handed over'),
    closed: t('cases.kind.closed', 'closed'),
    reopened: t('cases.kind.case-reopened', 'reopened'),
    practised: t('cases.kind.practised', 'practiced'),
  };
  return names[kind];
}

const typed: EntryKind[] = [
  'note',
  'ticked',
  'skipped',
  'step reopened',
  'phase done',
  'pinned',
  'fix applied',
  'handed over',
  'closed',
  'reopened',
];

/** Whether somebody typed an entry, so that its text is Markdown. What alerts and telemetry say is text and nothing else. */
export function isTyped({ kind, by }: Pick<Entry, 'kind' | 'by'>): boolean {
  return by.login !== '' && typed.includes(kind);
}

/** How sure a verdict is, in words. */
export function levelName(level: Level): string {
  const names: Record<Level, string> = {
    likely: t('cases.level-likely', 'likely'),
    possible: t('cases.level-possible', 'possible'),
    'no clear cause': t('cases.level-none', 'no clear cause'),
  };
  return names[level];
}

/** What a case is about: the service, and the operation where it is known. */
export function subjectOf({ subject: { service, operation } }: Pick<Case, 'subject'>): string {
  return [service, operation].filter(Boolean).join(' · ');
}

/** What tells a case from others of the same service, in one line: its state, its cause, when it was and where. */
export function captionOf({ verdict, window, environment }: Case, state: CaseState): string {
  const [best] = verdict.candidates;
  const cause = best && verdict.level !== 'no clear cause' ? best.component || best.service : undefined;
  const found = cause
    ? t('cases.caption-cause', '{{level}}: {{cause}}', {
        level: levelName(verdict.level),
        cause,
        interpolation: { escapeValue: false },
      })
    : levelName('no clear cause');
  const when = `${formatInterval(window)} ${formatZone(window.to)}`;
  return [stateName(state), found, when, environment].filter(Boolean).join(' · ');
}

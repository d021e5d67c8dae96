import { t } from '@grafana/i18n';
import type { Case, CaseState, Level } from '../api/case.gen';
import { formatInterval, formatZone } from '../format/formatInterval';

/** What has become of a case, in words. */
export function stateName(state: CaseState): string {
  const names: Record<CaseState, string> = {
    open: t('cases.state-open', 'open'),
    watched: t('cases.state-watched', 'fix applied, recovery watched'),
    recovered: t('cases.state-recovered', 'recovered'),
    closed: t('cases.state-closed', 'closed'),
  };
  return names[state];
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

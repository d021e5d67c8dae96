import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Entry, EntryKind, Link, Pin, SavedCase } from '../api/case.gen';
import { PlainTable } from '../evidence/PlainTable';
import { formatMoment } from '../format/formatInterval';
import { withMoments } from '../format/moments';
import { kindName } from './caseWords';

/** One moment of the incident: found by the investigation, or told by somebody. */
interface Moment {
  at: string;
  what: string;
  who: string;
}

const shownKinds: EntryKind[] = [
  'alert fired',
  'opened',
  'fix applied',
  'recovered',
  'relapsed',
  'handed over',
  'closed',
  'reopened',
];

/** The incident in the order of time: what was found, what people pinned, and what was done about it. */
export function CaseTimeline({ saved }: { saved: SavedCase }) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.timeline} aria-label={t('cases.timeline', 'Timeline')}>
      <h2 className={styles.title}>
        <Trans i18nKey="cases.timeline">Timeline</Trans>
      </h2>
      <PlainTable
        label={t('cases.timeline', 'Timeline')}
        headers={[
          t('cases.timeline-when', 'Time'),
          t('cases.timeline-what', 'Event'),
          t('cases.timeline-who', 'Source'),
        ]}
        rows={momentsOf(saved).map(({ at, what, who }) => [formatMoment(at, saved.case.window.to), what, who])}
      />
    </section>
  );
}

/**
 * Everything that has a place in the timeline, the earliest first; at the same moment what was found comes first. An event of
 * the chain that somebody pinned as well stands there once.
 */
function momentsOf({ case: found, entries }: SavedCase): Moment[] {
  const { chain } = found.verdict;
  const inChain = ({ pin }: Entry) => chain.some((link) => isPinned(link, pin));
  return [
    ...chain.map((event) => foundMoment(event, entries)),
    ...entries.filter((e) => !inChain(e)).flatMap(momentOf),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const isPinned = ({ step, about }: Link, pin?: Pin) => pin?.step === step && pin.id === about;

function foundMoment(link: Link, entries: Entry[]): Moment {
  const { at, sentence, moments } = link;
  const name = entries.find(({ pin }) => isPinned(link, pin))?.by.name;
  const who = name
    ? t('cases.timeline-pinned', 'the investigation, pinned by {{name}}', {
        name,
        interpolation: { escapeValue: false },
      })
    : t('cases.timeline-found', 'the investigation');
  return { at, what: withMoments(sentence, moments), who };
}

function momentOf({ at, happened, kind, text, by, pin, recovery }: Entry): Moment[] {
  if (pin) {
    return [{ at: pin.at, what: withMoments(pin.sentence, pin.moments), who: by.name }];
  }
  if (!shownKinds.includes(kind)) {
    return [];
  }
  const line = firstSentence(text ?? '');
  const what = [kindName(kind), line].filter(Boolean).join(': ');
  return [{ at: recovery?.since ?? happened ?? at, what, who: by.name }];
}

// What people write is Markdown, and a hand-over begins with a heading that says nothing.
function firstSentence(text: string): string {
  const isHeading = (line: string) => /^(#+ .*|\*\*.*\*\*)$/.test(line);
  const line = text.split('\n').find((candidate) => candidate.trim() && !isHeading(candidate.trim())) ?? '';
  return line.replace(/^[-*] /, '').replace(/\*\*|`/g, '');
}

const getStyles = (theme: GrafanaTheme2) => ({
  timeline: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
});

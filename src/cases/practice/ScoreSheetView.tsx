import { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, Button, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import type { ScoreSheet } from '../../api/case.gen';
import { PlainTable } from '../../evidence/PlainTable';
import { withMoments } from '../../format/moments';
import { saveFile } from '../../format/saveFile';
import { hrefOf } from '../../links/link';
import { phaseTitle } from '../../phases/phases';
import { caseUrl } from '../caseLinks';
import { clockFace } from './clock';

const unescaped = { interpolation: { escapeValue: false } };

/** The end of a practice: the own answer beside the investigation's verdict and the truth, and the time that it took. */
export function ScoreSheetView({ ds, id, sheet }: { ds: string; id: string; sheet: ScoreSheet }) {
  const styles = useStyles2(getStyles);
  const label = t('practice.sheet', 'Score sheet');
  const heading = useRef<HTMLHeadingElement>(null);
  // The form that was sent is gone, and the focus with it.
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles.sheet} aria-label={label}>
      <h2 ref={heading} tabIndex={-1}>
        {label}
      </h2>
      <Alert severity={severityOf(sheet)} title={sheet.said}>
        {sheet.kept ? null : t('practice.not-kept', 'Not saved in the case: this requires the Editor role.')}
      </Alert>
      <PlainTable
        label={t('practice.compared', 'Compared')}
        headers={[t('practice.whose', 'Answer from'), t('practice.what', 'Timeline to the cause')]}
        rows={compared(sheet)}
      />
      <PlainTable
        label={t('practice.times', 'Times')}
        headers={[t('practice.phase', 'Phase'), t('practice.spent', 'Spent'), t('practice.budget', 'Budget')]}
        rows={[
          ...sheet.phases.map(({ phase, spent, budget }) => [
            phaseTitle(phase).name,
            clockFace(spent * 1000),
            clockFace(budget * 1000),
          ]),
          [t('practice.all', 'All'), clockFace(sheet.spent * 1000), clockFace(sheet.budget * 1000)],
        ]}
      />
      <Stack wrap="wrap">
        <LinkButton href={hrefOf(caseUrl(ds, id))}>
          <Trans i18nKey="practice.open-case">Open the case</Trans>
        </LinkButton>
        <Button
          variant="secondary"
          icon="download-alt"
          onClick={() => saveFile(`${id}-practice.json`, 'application/json', JSON.stringify(sheet, undefined, 2))}
        >
          <Trans i18nKey="practice.save">Save score sheet</Trans>
        </Button>
      </Stack>
    </section>
  );
}

function severityOf({ right }: ScoreSheet) {
  return right === undefined ? 'info' : right ? 'success' : 'warning';
}

function compared({ answer, verdict, moments, ranked, truth, engine, fix }: ScoreSheet): string[][] {
  const yours = [answer.service || t('practice.nothing-wrong', 'nothing is wrong'), answer.why].filter(Boolean);
  const suspects = t('practice.suspects', 'Candidates, in this order: {{services}}.', {
    services: ranked.join(', '),
    ...unescaped,
  });
  const judgement = withMoments(verdict, moments);
  const rows = [
    [t('practice.yours', 'Yours'), yours.join(': ')],
    [t('practice.investigation', 'The investigation'), ranked.length > 0 ? `${judgement} ${suspects}` : judgement],
  ];
  if (truth) {
    const judged = engine
      ? t('practice.engine-right', "The investigation's verdict was correct.")
      : t('practice.engine-wrong', "The investigation's verdict was not correct.");
    const where = [truth.service, truth.component].filter(Boolean).join(', ');
    rows.push([
      t('practice.truth', 'Actual cause'),
      [where && `${where}:`, `${truth.cause}.`, judged].filter(Boolean).join(' '),
    ]);
  }
  if (fix) {
    rows.push([t('practice.fix', 'Fix applied'), `${fix.text || '–'} (${fix.by})`]);
  }
  return rows;
}

const getStyles = (theme: GrafanaTheme2) => ({
  sheet: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
});

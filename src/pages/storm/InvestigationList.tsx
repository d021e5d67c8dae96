import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Investigated } from '../../api/storms';
import { PlainTable } from '../../evidence/PlainTable';
import { investigatedHref } from './alerts';
import { getLinkStyles } from './linkStyles';
import { StormSection } from './StormSection';

/** What was investigated for the answer, each with its verdict. */
export function InvestigationList({
  investigated,
  environment,
}: {
  investigated: Investigated[];
  environment: string;
}) {
  const links = useStyles2(getLinkStyles);
  if (investigated.length === 0) {
    return null;
  }
  const title = t('storm.investigated.title', 'Investigated for this');
  return (
    <StormSection title={title}>
      <PlainTable
        label={title}
        headers={[t('storm.table.service', 'Service'), t('storm.investigated.verdict', 'Verdict')]}
        rows={investigated.map((one) => [
          <a key="service" className={links.link} href={investigatedHref(environment, one)}>
            {one.subject.service}
          </a>,
          one.sentence ?? (one.state === 'running' ? t('storm.investigated.running', 'under way') : ''),
        ])}
      />
    </StormSection>
  );
}

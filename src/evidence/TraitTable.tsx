import { t } from '@grafana/i18n';
import type { Trait } from '../api/case.gen';
import { PlainTable } from './PlainTable';

/** Attributes that failing traces have more often than passing ones. */
export function TraitTable({ traits }: { traits: Trait[] }) {
  const share = (having: number, of: number) => t('evidence.traits.share', '{{having}} of {{of}}', { having, of });
  return (
    <PlainTable
      label={t('evidence.traits.label', 'Distinguishing attributes')}
      headers={[
        t('evidence.traits.attribute', 'Attribute'),
        t('evidence.traits.service', 'Service'),
        t('evidence.traits.failing', 'Failing traces'),
        t('evidence.traits.passing', 'Passing traces'),
      ]}
      rows={traits.map((trait) => [
        `${trait.attribute}=${trait.value}`,
        trait.service,
        share(trait.failing, trait.failingOf),
        share(trait.passing, trait.passingOf),
      ])}
    />
  );
}

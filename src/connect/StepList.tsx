import { t } from '@grafana/i18n';
import { Alert, Icon, Stack } from '@grafana/ui';
import type { SetupProgress, StepName } from './steps';

/** The steps of a set-up with how far each has come, and what to do about the one that failed. */
export function StepList({ steps, done, isBusy, failure }: SetupProgress & { steps: readonly StepName[] }) {
  const next = steps.find((step) => done[step] === undefined);
  return (
    <div role="status">
      {steps.map((step) => (
        <Stack key={step} alignItems="center">
          <Icon name={iconOf(done[step] !== undefined, step === next, isBusy)} />
          <span>{[titleOf(step), wordOf(done[step], step === next, isBusy)].filter(Boolean).join(': ')}</span>
        </Stack>
      ))}
      {failure && (
        <Alert severity="error" title={failure.sentence} topSpacing={1}>
          {failure.advice}
        </Alert>
      )}
    </div>
  );
}

function iconOf(isDone: boolean, isNext: boolean, isBusy: boolean) {
  if (isDone) {
    return 'check-circle';
  }
  return isNext ? (isBusy ? 'hourglass' : 'times-circle') : 'circle';
}

function wordOf(told: string | undefined, isNext: boolean, isBusy: boolean): string {
  if (told !== undefined) {
    return told || t('connect.step-done', 'done');
  }
  return isNext ? (isBusy ? t('connect.step-busy', 'in progress') : t('connect.step-failed', 'failed')) : '';
}

function titleOf(step: StepName): string {
  const titles: Record<StepName, string> = {
    app: t('connect.step-app', 'Enable the app'),
    account: t('connect.step-account', 'Service account'),
    dataSource: t('connect.step-data-source', 'Token and data source'),
    test: t('connect.step-test', 'Test'),
  };
  return titles[step];
}

import { useState } from 'react';
import { t, Trans } from '@grafana/i18n';
import { Button, Field, Input, TextArea } from '@grafana/ui';

/** Where somebody who practises says what they think happened, before they are told. */
export function AnswerForm({ onAnswer }: { onAnswer: (service: string, why: string) => void }) {
  const [service, setService] = useState('');
  const [why, setWhy] = useState('');
  return (
    <form
      aria-label={t('practice.answer', 'Your answer')}
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(service.trim(), why.trim());
      }}
    >
      <Field
        label={t('practice.service', 'Which service is the cause?')}
        description={t('practice.service-description', 'Leave empty if nothing is wrong.')}
      >
        <Input
          id="faultline-practice-service"
          value={service}
          onChange={({ currentTarget }) => setService(currentTarget.value)}
        />
      </Field>
      <Field label={t('practice.why', 'What happened, and what would you do?')}>
        <TextArea
          id="faultline-practice-why"
          rows={4}
          value={why}
          onChange={({ currentTarget }) => setWhy(currentTarget.value)}
        />
      </Field>
      <Button type="submit" disabled={!why.trim()}>
        <Trans i18nKey="practice.send">Submit answer</Trans>
      </Button>
    </form>
  );
}

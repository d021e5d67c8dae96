import { useRef, useState } from 'react';
import { t, Trans } from '@grafana/i18n';
import { Button, Stack, TextArea } from '@grafana/ui';
import type { CaseState, EntryKind } from '../api/case.gen';

interface Props {
  state: CaseState;
  /** makes the text of a hand-over note to start from */
  handOver: () => string;
  onWrite: (entry: { kind: EntryKind; text?: string }) => void;
}

/** Where people write into a case's log: a note, or what they did, with the text that they have typed. */
export function EntryForm({ state, handOver, onWrite }: Props) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<EntryKind>('note');
  const field = useRef<HTMLTextAreaElement>(null);
  const write = (as: EntryKind) => {
    onWrite({ kind: as, ...(text.trim() && { text: text.trim() }) });
    setText('');
    setKind('note');
  };
  const isClosed = state === 'closed';
  const change = (typed: string) => {
    setText(typed);
    setKind((before) => (typed.trim() ? before : 'note'));
  };
  const beginHandOver = () => {
    setText([text.trim(), handOver()].filter(Boolean).join('\n\n'));
    setKind('handed over');
    field.current?.focus();
  };
  return (
    <Stack direction="column" gap={1}>
      <TextArea
        ref={field}
        aria-label={t('cases.note', 'Note')}
        placeholder={t('cases.note-placeholder', 'What you see, think or did. Supports Markdown.')}
        rows={kind === 'handed over' ? 12 : 3}
        value={text}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
      <Stack wrap="wrap" gap={1}>
        <Button size="sm" disabled={!text.trim()} onClick={() => write(kind)}>
          {kind === 'note' ? t('cases.add-note', 'Add note') : t('cases.hand-over-now', 'Hand over')}
        </Button>
        <Button size="sm" variant="secondary" disabled={isClosed} onClick={() => write('fix applied')}>
          <Trans i18nKey="cases.fix-applied">Fix applied</Trans>
        </Button>
        <Button size="sm" variant="secondary" disabled={kind === 'handed over'} onClick={beginHandOver}>
          <Trans i18nKey="cases.hand-over">Write handover</Trans>
        </Button>
        <Button size="sm" variant="secondary" onClick={() => write(isClosed ? 'reopened' : 'closed')}>
          {isClosed ? t('cases.reopen', 'Reopen') : t('cases.close', 'Close the case')}
        </Button>
      </Stack>
    </Stack>
  );
}

import { t } from '@grafana/i18n';
import { IconButton } from '@grafana/ui';
import type { Moment } from '../api/case.gen';
import { pinKey, useCaseWork, useStepKey } from './caseWork';
import { useFacts } from './factsContext';

interface Props {
  /** of what is pinned, within its step */
  id: string;
  /** what stands on the timeline then */
  sentence: string;
  /** that the sentence holds */
  moments?: Moment[];
  /** the moment that it speaks of; without one the end of what was investigated */
  at?: string;
}

const longest = 400; // characters of a pinned sentence; the whole is one click away

/** Puts what stands beside it on the case's timeline. Nothing is shown where there is no case to write into. */
export function PinButton({ id, sentence, moments, at }: Props) {
  const work = useCaseWork();
  const step = useStepKey();
  const { charted } = useFacts();
  const moment = at ?? charted?.to;
  if (!work || !moment) {
    return null;
  }
  const said = sentence.length > longest ? `${sentence.slice(0, longest)}…` : sentence;
  const kept = moments?.filter(({ end }) => end <= longest);
  const isPinned = work.pinned.has(pinKey(step, id));
  return (
    <IconButton
      name="bookmark"
      size="sm"
      disabled={isPinned}
      tooltip={
        isPinned ? t('evidence.pin.done', 'On the case timeline') : t('evidence.pin.do', 'Add to the case timeline')
      }
      onClick={() => work.write({ kind: 'pinned', step, pin: { step, id, sentence: said, moments: kept, at: moment } })}
    />
  );
}

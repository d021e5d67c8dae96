import { useMemo, type ReactNode } from 'react';
import { CaseWorkProvider, workIn } from '../evidence/caseWork';
import { mayWriteCases } from '../evidence/permissions';
import type { FollowedCase } from './useCase';

/** Lets people tick, skip and reopen steps and pin findings inside, as entries of the case; nothing before it is known. */
export function CaseWorkAround({ followed, children }: { followed: FollowedCase; children: ReactNode }) {
  const { saved, write, isDeleted } = followed;
  const entries = saved?.entries;
  const work = useMemo(
    () => (entries && !isDeleted && mayWriteCases() ? { ...workIn(entries), write } : undefined),
    [entries, isDeleted, write]
  );
  return <CaseWorkProvider value={work}>{children}</CaseWorkProvider>;
}

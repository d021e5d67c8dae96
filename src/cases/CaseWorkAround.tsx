import { useMemo, type ReactNode } from 'react';
import { config } from '@grafana/runtime';
import { CaseWorkProvider, workIn } from '../evidence/caseWork';
import { mayWriteCases } from '../evidence/permissions';
import type { FollowedCase } from './useCase';

const idOf = ({ id }: { id: string }) => id;

/** Lets people tick, skip and reopen steps and pin findings inside, as entries of the case; nothing before it is known. */
export function CaseWorkAround({ followed, children }: { followed: FollowedCase; children: ReactNode }) {
  const { saved, write, waiting, written, isDeleted } = followed;
  const entries = saved?.entries;
  const work = useMemo(() => {
    if (!entries || isDeleted || !mayWriteCases()) {
      return undefined;
    }
    // What is on its way counts as done, so that whoever clicks twice has done it once. What could not be kept does not.
    const settled = new Set(
      [...entries, ...waiting.filter(({ failure }) => failure).map(({ entry }) => entry)].map(idOf)
    );
    const by = { name: config.bootData.user.name };
    const underWay = written.filter(({ id }) => !settled.has(id)).map((entry) => ({ ...entry, by }));
    return { ...workIn([...entries, ...underWay]), write };
  }, [entries, waiting, written, isDeleted, write]);
  return <CaseWorkProvider value={work}>{children}</CaseWorkProvider>;
}

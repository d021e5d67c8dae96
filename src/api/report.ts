import type { Case } from './case.gen';
import { answerOf, resourceUrl } from './resource';

/** Has the backend write a case as Markdown. Throws a FailureError when it cannot. */
export async function writeReport(dataSourceUid: string, document: Case): Promise<string> {
  const answer = await answerOf(
    fetch(resourceUrl(dataSourceUid, 'report'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(document),
    })
  );
  return answer.text();
}

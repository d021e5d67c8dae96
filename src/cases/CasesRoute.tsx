import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { listEnvironments } from '../api/environments';
import { readCaseAddress } from './caseLinks';
import { CasePage } from './CasePage';
import { CasesList } from './CasesList';
import { NoEnvironment } from './NoEnvironment';
import { PracticePage } from './practice/PracticePage';
import { ReportPage } from './ReportPage';

/** Shows the list of cases, one case, or its report, as the address says. Without an environment it is the first. */
export function CasesRoute({ pathname, search }: { pathname: string; search: string }) {
  const { ds = listEnvironments()[0]?.uid, id, entry, isReport, isPractice } = readCaseAddress(pathname, search);
  if (!ds) {
    return (
      <PluginPage renderTitle={() => <h1>{t('cases.title', 'Cases')}</h1>}>
        <NoEnvironment />
      </PluginPage>
    );
  }
  if (!id) {
    return (
      <PluginPage renderTitle={() => <h1>{t('cases.title', 'Cases')}</h1>}>
        <CasesList ds={ds} />
      </PluginPage>
    );
  }
  if (isPractice) {
    return (
      <PluginPage renderTitle={() => <h1>{t('practice.title', 'Practice')}</h1>}>
        <PracticePage key={id} ds={ds} id={id} />
      </PluginPage>
    );
  }
  return isReport ? <ReportPage ds={ds} id={id} /> : <CasePage key={id} ds={ds} id={id} entry={entry} />;
}

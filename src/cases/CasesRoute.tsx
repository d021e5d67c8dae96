import type { DataSourceInstanceSettings } from '@grafana/data';
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { listEnvironments } from '../api/environments';
import { usePageNav } from '../links/pageNav';
import { casesUrl, readCaseAddress } from './caseLinks';
import { CasePage } from './CasePage';
import { CasesList } from './CasesList';
import { NoEnvironment } from './NoEnvironment';
import { PracticePage } from './practice/PracticePage';
import { ReportPage } from './ReportPage';
import { UnknownEnvironment } from './UnknownEnvironment';

/** Shows the list of cases, one case, or its report, as the address says. Without an environment it is the first. */
export function CasesRoute({ pathname, search }: { pathname: string; search: string }) {
  const { ds: asked, id, entry, isReport, isPractice } = readCaseAddress(pathname, search);
  const environments = listEnvironments();
  const [first] = environments;
  if (!first || (asked && !environments.some(({ uid }) => uid === asked))) {
    return (
      <PluginPage renderTitle={() => <h1>{t('cases.title', 'Cases')}</h1>}>
        {first ? <UnknownEnvironment instead={casesOf(first)} path={casesUrl(first.uid)} /> : <NoEnvironment />}
      </PluginPage>
    );
  }
  const ds = asked ?? first.uid;
  if (!id) {
    return (
      <PluginPage renderTitle={() => <h1>{t('cases.title', 'Cases')}</h1>}>
        <CasesList key={ds} ds={ds} search={search} />
      </PluginPage>
    );
  }
  if (isPractice) {
    return <PracticeOfCase ds={ds} id={id} />;
  }
  return isReport ? <ReportPage ds={ds} id={id} /> : <CasePage key={id} ds={ds} id={id} entry={entry} />;
}

// Nothing of the case is in the tab: its title says what happened.
function PracticeOfCase({ ds, id }: { ds: string; id: string }) {
  const title = t('practice.title', 'Practice');
  const pageNav = usePageNav(title);
  return (
    <PluginPage pageNav={pageNav} renderTitle={() => <h1>{title}</h1>}>
      <PracticePage key={id} ds={ds} id={id} />
    </PluginPage>
  );
}

function casesOf({ name }: DataSourceInstanceSettings): string {
  return t('cases.of-environment', 'Cases of {{name}}', { name, interpolation: { escapeValue: false } });
}

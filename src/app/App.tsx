import { casesPath } from '../cases/caseLinks';
import { CasesRoute } from '../cases/CasesRoute';
import { investigatePath, readinessPath, stormPath } from '../links/link';
import { InvestigatePage } from '../pages/investigate/InvestigatePage';
import { ReadinessPage } from '../pages/readiness/ReadinessPage';
import { StartPage } from '../pages/start/StartPage';
import { StormPage } from '../pages/storm/StormPage';
import { useLocation } from './useLocation';

/** Shows the page that the address names. */
export default function App() {
  const { pathname, search } = useLocation();
  if (pathname.startsWith(casesPath)) {
    return <CasesRoute pathname={pathname} search={search} />;
  }
  if (pathname.startsWith(readinessPath)) {
    return <ReadinessPage search={search} />;
  }
  if (pathname.startsWith(stormPath)) {
    return <StormPage search={search} />;
  }
  return pathname.startsWith(investigatePath) ? <InvestigatePage search={search} /> : <StartPage />;
}

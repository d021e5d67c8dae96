import { useEffect } from 'react';
import { t } from '@grafana/i18n';
import { locationService, PluginPage } from '@grafana/runtime';
import { LoadingPlaceholder } from '@grafana/ui';
import { readAlert } from '../../api/alerts';
import { useAnswer } from '../../api/useAnswer';
import { investigationUrl, type InvestigationLink } from '../../links/link';
import { usePageNav } from '../../links/pageNav';
import { StartPage } from '../start/StartPage';

/**
 * Asks the backend what an alert is about that the link only names, and goes on to its investigation. What it does not
 * know, or could not be asked for, a person is asked for.
 */
export function AlertLookup({ link }: { link: InvestigationLink & { ds: string; alert: string } }) {
  const { ds, alert } = link;
  const { answer, failure } = useAnswer(`${ds}/${alert}`, async () => ({ known: await readAlert(ds, alert) }));
  const known = answer?.known;
  const pageNav = usePageNav(t('investigate.alert', 'Alert'));
  useEffect(() => {
    if (known) {
      const { service, operation } = known.subject;
      locationService.replace(investigationUrl({ ...link, service, operation, window: known.window }));
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- ds and alert, of which it is known, are the link's identity
  }, [known]);
  return failure || (answer && !known) ? (
    <StartPage known={link} failure={failure} />
  ) : (
    <PluginPage pageNav={pageNav}>
      <LoadingPlaceholder text="" />
    </PluginPage>
  );
}

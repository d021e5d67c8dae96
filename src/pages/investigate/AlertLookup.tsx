import { useEffect, useState } from 'react';
import { locationService, PluginPage } from '@grafana/runtime';
import { LoadingPlaceholder } from '@grafana/ui';
import { readAlert } from '../../api/alerts';
import { investigationUrl, type InvestigationLink } from '../../links/link';
import { StartPage } from '../start/StartPage';

/**
 * Asks the backend what an alert is about that the link only names, and goes on to its investigation. What it does not
 * know, a person is asked for.
 */
export function AlertLookup({ link }: { link: InvestigationLink & { ds: string; alert: string } }) {
  const [isUnknown, setUnknown] = useState(false);
  const { ds, alert } = link;
  useEffect(() => {
    let isCurrent = true;
    void readAlert(ds, alert).then((known) => {
      if (!isCurrent) {
        return;
      }
      if (known) {
        const { service, operation } = known.subject;
        locationService.replace(investigationUrl({ ...link, service, operation, window: known.window }));
      } else {
        setUnknown(true);
      }
    });
    return () => {
      isCurrent = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- ds and alert are the link's identity here
  }, [ds, alert]);
  return isUnknown ? (
    <StartPage known={link} />
  ) : (
    <PluginPage>
      <LoadingPlaceholder text="" />
    </PluginPage>
  );
}

import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** What the lab's server says of itself; lab/host/notice.go is its twin. */
export interface Notice {
  text: string;
  busy: boolean;
  link?: { text: string; url: string };
  from?: string;
  instead?: string;
}

const askAgainAfter = 2000; // ms

interface LabNoticeProps {
  /** loads another address of the host */
  goOn?: (address: string) => void;
}

const load = (address: string) => window.location.assign(address);

/** Says what the lab is doing, and goes on to the live incident once it is there. */
export function LabNotice({ goOn = load }: LabNoticeProps) {
  const styles = useStyles2(getStyles);
  const [notice, setNotice] = useState<Notice>();
  useEffect(() => {
    let timer: number | undefined;
    let left = false;
    // Who comes back to the recording afterwards wants to see it.
    let waited = false;
    const ask = async () => {
      const said = await readNotice();
      if (left) {
        return;
      }
      // Without an answer the notice stays: the lab has ended, and its page says so by itself.
      setNotice((known) => said ?? known);
      waited ||= said?.busy ?? false;
      if (waited && said?.instead && new URLSearchParams(location.search).get('ds') === said.from) {
        goOn(said.instead);
        return;
      }
      if (!said || said.busy) {
        timer = window.setTimeout(() => void ask(), askAgainAfter);
      }
    };
    void ask();
    return () => {
      left = true;
      window.clearTimeout(timer);
    };
  }, [goOn]);
  return (
    <div className={styles.notice} role="status">
      {notice?.text} {notice?.link && <a href={notice.link.url}>{notice.link.text}</a>}
    </div>
  );
}

async function readNotice(): Promise<Notice | undefined> {
  try {
    const response = await fetch('/lab/notice');
    return response.ok ? ((await response.json()) as Notice) : undefined;
  } catch {
    return undefined;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  notice: css({
    marginLeft: theme.spacing(2),
    flexGrow: 1,
    minWidth: 0,
    color: theme.colors.text.secondary,
    '& a': { color: theme.colors.text.link },
  }),
});

import { useEffect, useState } from 'react';
import { t } from '@grafana/i18n';

const tellAfter = 2; // s; what is faster needs no clock

/** The seconds since it was put on the page, while something is running that takes longer than a moment. */
export function Elapsed({ isRunning }: { isRunning: boolean }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isRunning) {
      return;
    }
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return isRunning && seconds >= tellAfter ? (
    <span>{t('investigate.elapsed', ' · {{seconds}} s so far', { seconds })}</span>
  ) : null;
}

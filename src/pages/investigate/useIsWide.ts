import { useMemo, useSyncExternalStore } from 'react';
import { useTheme2 } from '@grafana/ui';

/** Whether the window has room for a third column. */
export function useIsWide(): boolean {
  const theme = useTheme2();
  const media = useMemo(() => window.matchMedia(theme.breakpoints.up('xxl').replace('@media ', '')), [theme]);
  return useSyncExternalStore(
    (changed) => {
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => media.matches
  );
}

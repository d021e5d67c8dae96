import type { ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { Failure } from '../../api/failure';

interface Props {
  title: string;
  failure?: Failure;
  children: ReactNode;
}

/** One way into an investigation, below its title; or why it cannot be offered and what to do. */
export function StartSection({ title, failure, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section aria-label={title} className={styles.section}>
      <h2 className={styles.title}>{title}</h2>
      {failure && (
        <Alert severity="warning" title={failure.sentence} bottomSpacing={0}>
          {failure.advice}
        </Alert>
      )}
      {children}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
});

import type { ReactNode } from 'react';
import { css } from '@emotion/css';

const plain = css({
  padding: 0,
  border: 'none',
  background: 'none',
  textAlign: 'left',
  overflowWrap: 'anywhere',
  '&:hover': { textDecoration: 'underline' },
});

interface Props {
  /** what a click leads to, where the sentence does not say it */
  title?: string;
  onClick: () => void;
  children: ReactNode;
}

/** A sentence that leads to how it is known, and reads as text. */
export function SentenceButton({ title, onClick, children }: Props) {
  return (
    <button type="button" className={plain} title={title} onClick={onClick}>
      {children}
    </button>
  );
}

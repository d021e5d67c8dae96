import type { SVGProps } from 'react';

interface Props extends SVGProps<SVGSVGElement> {
  src: string;
  title?: string;
}

/** Grafana's icons without fetching their drawings. */
export default function InlineSvg({ src, title, className }: Props) {
  return (
    <svg data-src={src} className={className}>
      {title && <title>{title}</title>}
    </svg>
  );
}

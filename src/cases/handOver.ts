import { t } from '@grafana/i18n';
import type { SavedCase } from '../api/case.gen';

/** A hand-over note to start from: what we know, what we tried, what is next. Markdown, for a person to edit. */
export function handOverNote({ case: found, entries }: SavedCase): string {
  const known = [
    found.verdict.sentence,
    ...found.verdict.chain.map(({ at, sentence }) => `${at.slice(11, 19)} UTC ${sentence}`),
  ];
  const tried = entries
    .filter(({ kind }) => ['ticked', 'skipped', 'fix applied', 'relapsed', 'recovered'].includes(kind))
    .map(({ kind, step, text, by }) => [kind, step, text, `(${by.name})`].filter(Boolean).join(' '));
  const next = found.verdict.unchecked.map((sentence) =>
    t('cases.to-look-at', 'Look at: {{sentence}}', { sentence, interpolation: { escapeValue: false } })
  );
  return [
    section(t('cases.what-we-know', 'What we know'), known),
    section(t('cases.what-we-tried', 'What we tried'), tried),
    section(t('cases.what-is-next', 'What is next'), next),
  ].join('\n\n');
}

function section(title: string, lines: string[]): string {
  return [`**${title}**`, '', ...(lines.length > 0 ? lines : ['…']).map((line) => `- ${line}`)].join('\n');
}

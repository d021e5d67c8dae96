import { setTimeZoneResolver } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import type { Entry } from '../api/case.gen';
import { EntryItem } from './EntryItem';

const at = '2026-03-10T10:47:00Z';
const said = '![x](https://evil.example/x.png) **bold** <b>b</b>';

function show(entry: Partial<Entry>) {
  render(
    <EntryItem
      entry={{ id: 'e', at, by: { login: '', name: 'Faultline' }, kind: 'note', text: said, ...entry }}
      path="/x"
      beside={at}
    />
  );
  return screen.getByRole('listitem');
}

it.each<Entry['kind']>(['opened', 'alert fired', 'investigated', 'recovered', 'practised'])(
  'shows what nobody typed as text: %s',
  (kind) => {
    const item = show({ kind });
    expect(item).toHaveTextContent(said);
    expect(item.querySelector('img, strong, b')).toBeNull();
  }
);

it('shows what an opened case is about as text, whoever opened it', () => {
  expect(show({ kind: 'opened', by: { login: 'ana', name: 'Ana' } })).toHaveTextContent(said);
});

it('reads what a person typed as Markdown', () => {
  const item = show({ kind: 'note', by: { login: 'ana', name: 'Ana' } });
  expect(item.querySelector('strong')).toHaveTextContent('bold');
});

it('has the moments of what nobody typed in the zone of the reader', () => {
  const moments = [{ at: '2026-03-10T10:30:40Z', form: 'time' as const, start: 3, end: 11 }];
  setTimeZoneResolver(() => 'Asia/Tokyo');
  const told = show({ kind: 'investigated', text: 'at 10:30:40', moments });
  setTimeZoneResolver(() => 'utc');
  expect(told).toHaveTextContent('at 19:30:40');
});

it('has the moments of what was pinned in the zone of the reader', () => {
  const moments = [{ at: '2026-03-10T10:30:40Z', form: 'time' as const, start: 3, end: 11 }];
  setTimeZoneResolver(() => 'Asia/Tokyo');
  const pin = { step: 'a/b', id: 'c', at, sentence: 'at 10:30:40', moments };
  const told = show({ kind: 'pinned', text: undefined, pin });
  setTimeZoneResolver(() => 'utc');
  expect(told).toHaveTextContent('at 19:30:40');
});

import { readFileSync } from 'node:fs';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import type { Scope, Subject } from '../api/case.gen';
import { dataSourceType } from '../api/pluginIds';
import { investigatePath, investigationUrl, readInvestigationLink, type InvestigationLink } from './link';
import { isComplete, resolveLink } from './resolve';
import { scopeIn } from './scope';
import { subjectOf } from './subject';

interface Example {
  name: string;
  url: string;
  link: Omit<InvestigationLink, 'window'> & { from?: string; to?: string };
  subject?: Subject;
}
// The backend's half is tested with the same examples.
const examples = JSON.parse(readFileSync('pkg/links/testdata/links.json', 'utf8')) as Example[];
const linkOf = ({ link: { from, to, ...rest } }: Example): InvestigationLink => ({
  ...rest,
  ...(from && to && { window: { from, to } }),
});
const searchOf = (url: string) => url.slice(investigatePath.length);
const now = Date.parse('2026-03-10T11:00:00Z');

describe('a link', () => {
  beforeEach(() => installDataSources(aDataSource(dataSourceType, 'prod'), aDataSource(dataSourceType, 'staging')));

  it.each(examples.map((example) => [example.name, example] as const))('is read and written: %s', (_, example) => {
    expect(readInvestigationLink(searchOf(example.url))).toEqual(linkOf(example));
    expect(readInvestigationLink(searchOf(investigationUrl(linkOf(example))))).toEqual(linkOf(example));
  });

  it.each(examples.map((example) => [example.name, example] as const))('says its subject: %s', (_, example) => {
    const subject = { ...resolveLink(linkOf(example), now).subject, alert: undefined };
    expect(subject).toEqual({ alert: undefined, ...(example.subject && { operation: undefined }), ...example.subject });
  });

  it('counts the first of a repeated parameter, and leaves unknown ones alone', () => {
    expect(readInvestigationLink('?service=a&service=b&label.x=1&label.x=2&label.=none&theme=light')).toEqual({
      service: 'a',
      labels: { x: '1' },
    });
  });

  it('with one end of a window has the usual other', () => {
    expect(readInvestigationLink('?from=now-3h').window).toEqual({ from: 'now-3h', to: 'now' });
    expect(readInvestigationLink('?to=now-5m').window).toEqual({ from: 'now-1h', to: 'now-5m' });
  });
});

describe('what a link asks for', () => {
  it.each([
    ['2026-03-10T10:30:00Z', '2026-03-10T09:30:00.000Z', '2026-03-10T11:00:00.000Z'],
    [String(Date.parse('2026-03-10T08:00:00Z')), '2026-03-10T07:00:00.000Z', '2026-03-10T09:00:00.000Z'],
    ['2026-03-10T11:00:20Z', '2026-03-10T10:00:20.000Z', '2026-03-10T11:00:00.000Z'],
  ])('is the time around an alert of %s', (at, from, to) => {
    expect(resolveLink({ at }, now).window).toEqual({ from, to });
  });

  it('is its own window before that of the alert', () => {
    const window = { from: '2026-03-10T10:00:00.000Z', to: '2026-03-10T10:40:00.000Z' };
    expect(resolveLink({ window, at: '2026-01-01T00:00:00Z' }, now).window).toEqual(window);
  });

  it('knows its alert by name and by when it began, so that the case counts its times from there', () => {
    const labels = { alertname: 'CheckoutErrors', service: 'order' };
    expect(resolveLink({ at: '2026-03-10T10:30:00Z', labels }, now).subject?.alert).toEqual({
      name: 'CheckoutErrors',
      labels,
      began: '2026-03-10T10:30:00.000Z',
    });
    expect(resolveLink({ service: 'order', labels: { severity: 'page' } }, now).subject?.alert).toBeUndefined();
  });

  it('says which time it cannot read', () => {
    expect(() => resolveLink({ at: 'tea time' }, now)).toThrow('"tea time" is not a valid time.');
  });

  it('is the only environment where it names none', () => {
    installDataSources(aDataSource(dataSourceType, 'prod'), aDataSource('prometheus', 'metrics'));
    const request = resolveLink({ service: 'order' }, now);
    expect(request.dataSourceUid).toBe('prod');
    expect(isComplete(request)).toBe(true);
  });

  it('is not complete while there is a choice of environments, or no service', () => {
    installDataSources(aDataSource(dataSourceType, 'prod'), aDataSource(dataSourceType, 'staging'));
    expect(isComplete(resolveLink({ service: 'order' }, now))).toBe(false);
    expect(isComplete(resolveLink({ ds: 'prod' }, now))).toBe(false);
  });
});

it('an alert is about a workload and not about what reports it', () => {
  const known = JSON.parse(readFileSync('pkg/links/testdata/subjects.json', 'utf8')) as Array<{
    labels: Record<string, string>;
    service?: string;
  }>;
  expect(known.length).toBeGreaterThan(0);
  for (const { labels, service } of known) {
    expect([labels, subjectOf(labels)?.service]).toEqual([labels, service]);
  }
});

it('a scope is told by what a workload says of itself before what reports it says', () => {
  const known = JSON.parse(readFileSync('pkg/convention/testdata/scopes.json', 'utf8')) as Array<{
    labels: Record<string, string>;
    scope: Scope;
  }>;
  expect(known.length).toBeGreaterThan(0);
  for (const { labels, scope } of known) {
    expect([labels, scopeIn(labels)]).toEqual([labels, scope]);
  }
});

it('labels that are there and empty say nothing', () => {
  expect(subjectOf({ service_name: '', job: 'shop/' })).toBeUndefined();
  expect(subjectOf({ service_name: '', app: 'order' })).toEqual({ service: 'order' });
});

import { factorNames, type FactorState } from '../../api/readiness';
import { csvOf } from './csv';

const aService = (service: string, state: FactorState, change?: string) => ({
  service,
  first: change ? ('alerts' as const) : undefined,
  factors: factorNames.map((factor) => ({
    factor,
    state,
    sentence: 'Seen.',
    ...(change && { change: { sentence: change, tool: 'Tool', documentation: 'https://tool.example' } }),
  })),
});

it('a table of services has a line for each, with what helps it most', () => {
  expect(csvOf([aService('shop', 'missing', 'Add a link, "investigate_url".'), aService('whole', 'ready')])).toBe(
    'Service,Alerts that link here,Traces,Trace IDs in logs,Span attributes,Infrastructure metrics,Most useful fix\r\n' +
      'shop,missing,missing,missing,missing,missing,"Add a link, ""investigate_url""."\r\n' +
      'whole,in place,in place,in place,in place,in place,\r\n'
  );
});

it.each(['=cmd()', '+1', '-1', '@sum', '\tx'])('a spreadsheet reads the name %j as a text', (name) => {
  expect(csvOf([aService(name, 'ready')])).toContain(`\r\n'${name},`);
});

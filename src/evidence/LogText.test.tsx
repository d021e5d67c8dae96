import { render } from '@testing-library/react';
import { LogText } from './LogText';

const shown = (text: string) => render(<LogText text={text} />).container.textContent;

describe('the text of a log line', () => {
  it('begins with its message where it is JSON, and leaves out what other columns show', () => {
    const text = JSON.stringify({
      timestamp: 'x',
      level: 'warn',
      message: 'Stripe request failed',
      attempt: 1,
      to: 'api',
    });
    expect(shown(text)).toBe('Stripe request failed attempt=1 to=api');
  });

  it.each(['level=error msg="checkout failed"', '{not json', '{"code": 7}', '[1]', 'null', ''])(
    'is as it was written otherwise: %s',
    (text) => {
      expect(shown(text)).toBe(text);
    }
  );
});

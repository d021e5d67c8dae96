import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

it('the types of the case document are those of its schema; if not, run: go tool mage generate', () => {
  const current = execFileSync('npm', ['run', '--silent', 'case-types'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(readFileSync('src/api/case.gen.ts', 'utf8')).toBe(current);
});
